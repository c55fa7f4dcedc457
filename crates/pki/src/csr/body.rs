//! The forms in which a request is sent.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::{CsrError, MOST_BYTES};

/// Padding may be missing.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);
/// The first byte of a SEQUENCE, which no text of the other forms begins with and DER always does.
const SEQUENCE: u8 = 0x30;
/// The labels that `openssl` has written, of today and before.
const LABELS: [&str; 2] = ["CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"];

/// The DER in a body.
pub(super) fn der_of(body: &[u8]) -> Result<Vec<u8>, CsrError> {
    if body.is_empty() {
        return Err(CsrError::Empty);
    }
    // Base64 has four characters for three bytes, and base64 of PEM four again; line breaks come on top.
    if body.len() > 3 * MOST_BYTES {
        return Err(CsrError::TooLong { length: body.len(), limit: MOST_BYTES });
    }
    let text = match std::str::from_utf8(body) {
        Ok(text) if body.first() != Some(&SEQUENCE) || is_base64(text) => text,
        _ => return bounded(body.to_vec()),
    };
    if text.contains("-----BEGIN") {
        return bounded(from_pem(text)?);
    }
    let decoded = from_base64(text)?;
    match std::str::from_utf8(&decoded) {
        Ok(inner) if inner.contains("-----BEGIN") => bounded(from_pem(inner)?),
        _ => bounded(decoded),
    }
}

fn bounded(der: Vec<u8>) -> Result<Vec<u8>, CsrError> {
    match der.len() {
        0 => Err(CsrError::Empty),
        length if length > MOST_BYTES => Err(CsrError::TooLong { length, limit: MOST_BYTES }),
        _ => Ok(der),
    }
}

/// DER that begins like text cannot be text all through: its second byte is a length.
fn is_base64(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=\r\n\t ".contains(&byte))
}

fn from_base64(text: &str) -> Result<Vec<u8>, CsrError> {
    let packed: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    BASE64.decode(packed).map_err(|_| CsrError::Encoding)
}

fn from_pem(text: &str) -> Result<Vec<u8>, CsrError> {
    let (_, rest) = text.split_once("-----BEGIN ").ok_or(CsrError::Encoding)?;
    let (label, rest) = rest.split_once("-----").ok_or(CsrError::Encoding)?;
    if !LABELS.contains(&label) {
        return Err(CsrError::Label(label.chars().filter(|c| !c.is_control()).take(40).collect()));
    }
    let (inner, _) = rest.split_once("-----END ").ok_or(CsrError::Encoding)?;
    from_base64(inner)
}
