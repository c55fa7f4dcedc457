//! The elements that name an algorithm: `CanonicalizationMethod`, `SignatureMethod`, `Transform` and `DigestMethod`.
//!
//! XML Signature lets each of them carry parameters, as elements or text. ISO 15118 uses none, so every one of them is an
//! event that is refused by name.

use super::ALGORITHM;
use crate::bits::{Reader, Writer};
use crate::{EncodeError, Error, ErrorKind};

/// The productions of the state after the `Algorithm` attribute, by event code: what is refused, or the end (none).
pub(super) type Method = &'static [Option<&'static str>];

pub(super) const CANONICALIZATION_METHOD: Method =
    &[Some("an element in CanonicalizationMethod"), None, Some("text in CanonicalizationMethod")];
pub(super) const SIGNATURE_METHOD: Method = &[
    Some("HMACOutputLength in SignatureMethod"),
    Some("an element in SignatureMethod"),
    None,
    Some("text in SignatureMethod"),
];
pub(super) const TRANSFORM: Method =
    &[Some("XPath in Transform"), Some("an element in Transform"), None, Some("text in Transform")];
pub(super) const DIGEST_METHOD: Method = &[Some("an element in DigestMethod"), None, Some("text in DigestMethod")];

/// Reads content and end of such an element: the URI of the algorithm.
pub(super) fn read(reader: &mut Reader<'_>, method: Method) -> Result<String, Error> {
    reader.only(1)?; // AT(Algorithm)
    let algorithm = reader.text(&ALGORITHM)?;
    let bit = reader.position();
    let code = reader.event(method.len() as u32)?;
    match method.get(code as usize) {
        Some(Some(refused)) => Err(Error { kind: ErrorKind::Unsupported(refused), bit }),
        _ => Ok(algorithm),
    }
}

/// Writes content and end of such an element.
pub(super) fn write(algorithm: &str, method: Method, writer: &mut Writer) -> Result<(), EncodeError> {
    writer.only(1);
    writer.text(algorithm, &ALGORITHM)?;
    let end = method.iter().position(Option::is_none).unwrap_or_default();
    writer.event(end as u32, method.len() as u32);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Method; 4] = [CANONICALIZATION_METHOD, SIGNATURE_METHOD, TRANSFORM, DIGEST_METHOD];

    #[test]
    fn parameters_are_refused_by_name() {
        let mut names = Vec::new();
        for method in ALL {
            for code in 0..method.len() {
                let mut writer = Writer::new();
                writer.only(1);
                assert_eq!(writer.text("urn:x", &ALGORITHM), Ok(()));
                writer.event(code as u32, method.len() as u32);
                let bytes = writer.finish();
                match read(&mut Reader::new(&bytes), method) {
                    Ok(algorithm) => assert_eq!(algorithm, "urn:x"),
                    Err(Error { kind: ErrorKind::Unsupported(name), bit: 49 }) => names.push(name),
                    Err(error) => panic!("{error}"),
                }
            }
        }
        let expected = [
            "an element in CanonicalizationMethod",
            "text in CanonicalizationMethod",
            "HMACOutputLength in SignatureMethod",
            "an element in SignatureMethod",
            "text in SignatureMethod",
            "XPath in Transform",
            "an element in Transform",
            "text in Transform",
            "an element in DigestMethod",
            "text in DigestMethod",
        ];
        assert_eq!(names, expected);
    }
}
