//! The signature over the body of an event, and the headers that carry it (E3).

use std::fmt;

use opnc_pki::key::hmac_sha256;
use subtle::ConstantTimeEq;

/// The header of the specification's prose.
pub const OPERATOR_SIGNATURE: &str = "X-Operator-Signature";
/// The header of its payload file, which wants 64 hexadecimal digits.
pub const PAYLOAD_SIGNATURE: &str = "payload-signature";
/// The signature by the secret before, for as long as both are valid.
pub const PREVIOUS_SIGNATURE: &str = "payload-signature-previous";

const PREFIX: &str = "sha256=";

/// How [`OPERATOR_SIGNATURE`] is written; receivers in the field read one of the two.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Style {
    /// `sha256=` and 64 hexadecimal digits.
    #[default]
    Prefixed,
    /// 64 hexadecimal digits.
    Bare,
}

/// HMAC-SHA-256 over the bytes of a body. The key is the UTF-8 bytes of the secret as it was shown.
#[derive(Clone, Copy)]
pub struct Signature([u8; 32]);

impl Signature {
    /// The signature of `body` under `secret`.
    pub fn of(secret: &str, body: &[u8]) -> Self {
        Self(hmac_sha256(secret.as_bytes(), body))
    }

    /// Reads the value of a header, in either style and any case.
    pub fn parse(value: &str) -> Option<Self> {
        let value = value.trim();
        let hex = match value.split_at_checked(PREFIX.len()) {
            Some((prefix, hex)) if prefix.eq_ignore_ascii_case(PREFIX) => hex,
            _ => value,
        };
        let nibble = |digit: u8| char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        if hex.len() != 64 {
            return None;
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(hex.as_bytes().chunks_exact(2)) {
            let &[high, low] = pair else { return None };
            *byte = (nibble(high)? << 4) | nibble(low)?;
        }
        Some(Self(bytes))
    }

    /// Whether both are the same; how long that takes does not depend on where they differ.
    pub fn matches(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl fmt::Display for Signature {
    /// 64 hexadecimal digits in lower case.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or_default();
        let text: String = self.0.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect();
        f.write_str(&text)
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signature(..)")
    }
}

/// The headers that sign `body`; with a previous secret that is still valid, one more by that.
pub fn headers(body: &[u8], secret: &str, previous: Option<&str>, style: Style) -> Vec<(&'static str, String)> {
    let signature = Signature::of(secret, body).to_string();
    let operator = match style {
        Style::Prefixed => format!("{PREFIX}{signature}"),
        Style::Bare => signature.clone(),
    };
    let mut headers = vec![(OPERATOR_SIGNATURE, operator), (PAYLOAD_SIGNATURE, signature)];
    if let Some(previous) = previous {
        headers.push((PREVIOUS_SIGNATURE, Signature::of(previous, body).to_string()));
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The second test case of RFC 4231, whose key is text.
    const KEY: &str = "Jefe";
    const BODY: &[u8] = b"what do ya want for nothing?";
    const HEX: &str = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";

    #[test]
    fn it_is_the_hmac_of_rfc_4231() {
        assert_eq!(Signature::of(KEY, BODY).to_string(), HEX);
    }

    #[test]
    fn both_styles_and_any_case_are_read() {
        let made = Signature::of(KEY, BODY);
        for text in [HEX.to_owned(), format!("sha256={HEX}"), format!(" SHA256={} ", HEX.to_uppercase())] {
            assert!(Signature::parse(&text).unwrap().matches(&made), "{text}");
        }
        for text in ["", "sha256=", "sha1=00", &HEX[1..], &format!("{HEX}0"), &HEX.replace('5', "g"), "ä"] {
            assert!(Signature::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn the_headers_of_the_specification() {
        assert_eq!(
            headers(BODY, KEY, None, Style::Prefixed),
            [("X-Operator-Signature", format!("sha256={HEX}")), ("payload-signature", HEX.to_owned())]
        );
        let both = headers(BODY, "new", Some(KEY), Style::Bare);
        assert_eq!(both[0].1, both[1].1);
        assert_eq!(both[2], ("payload-signature-previous", HEX.to_owned()));
    }
}
