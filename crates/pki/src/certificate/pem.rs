//! Certificates as text.

use der::pem::{LineEnding, encode_string};
use opnc_messages::CertificateDer;

use super::{Certificate, CertificateError};

const LABEL: &str = "CERTIFICATE";
const BEGIN: &str = "-----BEGIN CERTIFICATE-----";

impl Certificate {
    /// Reads one certificate in PEM, in base64 of DER, or in base64 of PEM, as the bodies of OPNC carry it.
    ///
    /// # Errors
    /// [`CertificateError`] says what is wrong with the text or with the certificate in it.
    pub fn from_pem(text: &str) -> Result<Self, CertificateError> {
        Self::from_der(CertificateDer::parse(text)?.as_bytes())
    }

    /// The certificate in PEM, with a line break at the end.
    pub fn to_pem(&self) -> String {
        // The only failure is a length beyond 4 GB.
        encode_string(LABEL, LineEnding::LF, self.der()).unwrap_or_default()
    }
}

/// Reads every certificate of a PEM text, in its order; text between them is ignored.
///
/// # Errors
/// [`CertificateError`] for the first one that cannot be read. No certificate at all is no error.
pub fn chain_from_pem(text: &str) -> Result<Vec<Certificate>, CertificateError> {
    text.split(BEGIN).skip(1).map(|rest| Certificate::from_pem(&format!("{BEGIN}{rest}"))).collect()
}
