//! A certificate in a body: bytes of DER, whatever the text around them.
//!
//! The files of OPNC v1 ask for "base64 encoded DER", for "base64 encoded PEM" and for PEM; all three are read, base64 DER
//! is written. Whether the bytes are a certificate is for the PKI crate to say.

use crate::encoding::{from_base64, to_base64};
use std::fmt;

/// The DER bytes of one certificate.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CertificateDer(Vec<u8>);

/// Why a text holds no certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CertificateTextError {
    /// There is nothing in it.
    #[error("the certificate is empty")]
    Empty,
    /// It is neither base64 nor PEM.
    #[error("the certificate is neither base64 of DER, nor base64 of PEM, nor PEM")]
    Encoding,
    /// A field for one certificate holds several.
    #[error("the text holds {0} certificates where one belongs")]
    Several(usize),
}

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

impl CertificateDer {
    /// Reads base64 of DER, base64 of a PEM text, or PEM, each also with line breaks.
    ///
    /// # Errors
    /// When the text is none of these, is empty, or holds several certificates.
    pub fn parse(text: &str) -> Result<Self, CertificateTextError> {
        if text.contains("-----BEGIN") {
            return Self::from_pem(text);
        }
        let bytes = from_base64(text).ok_or(CertificateTextError::Encoding)?;
        match std::str::from_utf8(&bytes) {
            Ok(inner) if inner.contains("-----BEGIN") => Self::from_pem(inner),
            _ => Self::of_bytes(bytes),
        }
    }

    /// Reads any number of certificates, at least one: the forms that [`parse`](Self::parse) reads, and PEM with several.
    ///
    /// # Errors
    /// As `parse`.
    pub fn parse_all(text: &str) -> Result<Vec<Self>, CertificateTextError> {
        let pem = match from_base64(text).map(String::from_utf8) {
            Some(Ok(inner)) if inner.contains(BEGIN) => inner,
            _ if text.contains(BEGIN) => text.to_owned(),
            _ => return Self::parse(text).map(|one| vec![one]),
        };
        pem.split(BEGIN).skip(1).map(|block| Self::from_pem(&format!("{BEGIN}{block}"))).collect()
    }

    fn from_pem(text: &str) -> Result<Self, CertificateTextError> {
        let count = text.matches(BEGIN).count();
        if count > 1 {
            return Err(CertificateTextError::Several(count));
        }
        text.split_once(BEGIN)
            .and_then(|(_, rest)| rest.split_once(END))
            .and_then(|(inner, _)| from_base64(inner))
            .ok_or(CertificateTextError::Encoding)
            .and_then(Self::of_bytes)
    }

    fn of_bytes(bytes: Vec<u8>) -> Result<Self, CertificateTextError> {
        if bytes.is_empty() { Err(CertificateTextError::Empty) } else { Ok(Self(bytes)) }
    }

    /// The DER bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The DER bytes, without a copy.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

impl From<Vec<u8>> for CertificateDer {
    fn from(der: Vec<u8>) -> Self {
        Self(der)
    }
}

impl From<&[u8]> for CertificateDer {
    fn from(der: &[u8]) -> Self {
        Self(der.to_vec())
    }
}

/// Base64 of the DER, without line breaks.
impl fmt::Display for CertificateDer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&to_base64(&self.0))
    }
}

impl fmt::Debug for CertificateDer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CertificateDer({} bytes)", self.0.len())
    }
}

impl serde::Serialize for CertificateDer {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for CertificateDer {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pem(der: &[u8], line: &str) -> String {
        let text = to_base64(der);
        let lines: Vec<&str> = text.as_bytes().chunks(64).map(|chunk| std::str::from_utf8(chunk).unwrap()).collect();
        format!("{BEGIN}{line}{}{line}{END}{line}", lines.join(line))
    }

    proptest! {
        /// B5: all three forms, with either line ending, are the same certificate; base64 DER is written.
        #[test]
        fn every_form_is_one_certificate(der in proptest::collection::vec(any::<u8>(), 1..900)) {
            let certificate = CertificateDer::from(der.clone());
            for text in [
                to_base64(&der), pem(&der, "\n"), pem(&der, "\r\n"), to_base64(pem(&der, "\n").as_bytes()),
                format!("Bag Attributes\n    friendlyName: leaf\n{}", pem(&der, "\n")),
            ] {
                prop_assert_eq!(CertificateDer::parse(&text).unwrap(), certificate.clone());
            }
            prop_assert_eq!(certificate.to_string(), to_base64(&der));
            prop_assert_eq!(serde_json::to_value(&certificate).unwrap(), to_base64(&der));
        }

        #[test]
        fn no_text_panics(text in any::<String>(), inner in any::<String>()) {
            let _ = CertificateDer::parse(&text);
            let _ = CertificateDer::parse(&format!("{BEGIN}{inner}{END}"));
        }
    }

    #[test]
    fn refused() {
        assert_eq!(CertificateDer::parse(""), Err(CertificateTextError::Empty));
        assert_eq!(CertificateDer::parse("no base64!"), Err(CertificateTextError::Encoding));
        assert_eq!(CertificateDer::parse(BEGIN), Err(CertificateTextError::Encoding));
        assert_eq!(CertificateDer::parse(&format!("{BEGIN}{END}")), Err(CertificateTextError::Empty));
        assert_eq!(CertificateDer::parse(&pem(&[1], "\n").repeat(2)), Err(CertificateTextError::Several(2)));
        let key = "-----BEGIN PRIVATE KEY-----\nAQ==\n-----END PRIVATE KEY-----";
        assert_eq!(CertificateDer::parse(key), Err(CertificateTextError::Encoding));
    }

    #[test]
    fn several_in_one_text() {
        let pem = format!("{BEGIN}\nAQ==\n{END}\nsubject=x\n{BEGIN}\nAg==\n{END}\n");
        let both = vec![CertificateDer::from(vec![1]), CertificateDer::from(vec![2])];
        assert_eq!(CertificateDer::parse_all(&pem).unwrap(), both);
        assert_eq!(CertificateDer::parse_all(&to_base64(pem.as_bytes())).unwrap(), both);
        assert_eq!(CertificateDer::parse_all("AQ==").unwrap(), both[..1]);
        assert!(CertificateDer::parse_all(&pem.replace(END, "")).is_err());
        assert!(CertificateDer::parse_all("?").is_err());
    }
}
