//! The two forms of a signature.
//!
//! Messages of ISO 15118 and hardware modules use `r || s` at full width, certificates a DER sequence of two integers. A
//! signature of Ed448 has one form for both.

use std::borrow::Cow;

use super::Algorithm;

/// The form that certificates carry of a signature in the form of messages.
pub(super) fn for_certificate(algorithm: Algorithm, raw: &[u8]) -> Cow<'_, [u8]> {
    match algorithm {
        Algorithm::Secp256r1 | Algorithm::Secp521r1 => raw_to_der(raw).into(),
        Algorithm::Ed448 => raw.into(),
    }
}

/// Writes `r || s` as `SEQUENCE { INTEGER r, INTEGER s }` (RFC 3279, 2.2.3).
///
/// `raw` must hold two numbers of equal width, at most 66 bytes each.
fn raw_to_der(raw: &[u8]) -> Vec<u8> {
    let (r, s) = raw.split_at(raw.len() / 2);
    let mut body = Vec::with_capacity(raw.len() + 8);
    push_integer(&mut body, r);
    push_integer(&mut body, s);
    let mut der = vec![0x30];
    push_length(&mut der, body.len());
    der.extend_from_slice(&body);
    der
}

fn push_integer(out: &mut Vec<u8>, number: &[u8]) {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    let magnitude = number.get(zeros..).unwrap_or_default();
    let sign_byte = magnitude.first().is_none_or(|first| *first >= 0x80);
    out.push(0x02);
    push_length(out, magnitude.len() + usize::from(sign_byte));
    if sign_byte {
        out.push(0);
    }
    out.extend_from_slice(magnitude);
}

/// Definite length, short form below 128, one length byte above: enough for numbers of two times 66 bytes.
fn push_length(out: &mut Vec<u8>, length: usize) {
    if length >= 0x80 {
        out.push(0x81);
    }
    out.push(u8::try_from(length).unwrap_or(u8::MAX));
}

#[cfg(test)]
mod tests {
    use der::{Decode, asn1::Uint};

    use super::*;

    fn numbers(der: &[u8]) -> (Vec<u8>, Vec<u8>) {
        let pair = Vec::<Uint>::from_der(der).unwrap();
        assert_eq!(pair.len(), 2);
        (pair[0].as_bytes().to_vec(), pair[1].as_bytes().to_vec())
    }

    #[test]
    fn leading_zeros_and_high_bits() {
        let mut raw = vec![0u8; 64];
        raw[31] = 0x05;
        raw[32] = 0xff;
        let (r, s) = numbers(&raw_to_der(&raw));
        assert_eq!(r, [5]);
        assert_eq!(s, &raw[32..]);
    }

    #[test]
    fn zero_is_one_byte_and_wide_numbers_have_a_long_length() {
        assert_eq!(raw_to_der(&[0, 0]), [0x30, 6, 2, 1, 0, 2, 1, 0]);
        let der = raw_to_der(&[0xff; 132]);
        assert_eq!(der[..3], [0x30, 0x81, 138]);
        assert_eq!(numbers(&der).0, [0xff; 66]);
    }
}
