//! Session ID: what an ISO 15118 message carries in its header.

use super::IdError;
use super::text_id::text_id;
use crate::encoding::from_hex;
use std::fmt;

/// The session ID of a message header: at most 8 bytes. Written as upper-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionId(Vec<u8>);

text_id!(SessionId);

impl SessionId {
    /// Reads up to 16 hexadecimal digits, which are the 8 bytes of ISO 15118; empty is allowed, as the official file does.
    ///
    /// # Errors
    /// When the text is anything else; [`SESSION_ID_INVALID`](crate::texts::SESSION_ID_INVALID) is what the official file says then.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        if text.is_empty() {
            return Ok(Self(Vec::new()));
        }
        from_hex(text)
            .filter(|bytes| bytes.len() <= 8 && !text.contains(':'))
            .map(Self)
            .ok_or_else(|| IdError::new("sessionID", "must be up to 16 hexadecimal digits, two for each byte", text))
    }

    /// The bytes for the message header.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode_upper(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// B15: up to 16 digits.
    #[test]
    fn up_to_eight_bytes() {
        assert_eq!(SessionId::parse("00").unwrap().as_bytes(), [0]);
        assert!(SessionId::parse("").unwrap().as_bytes().is_empty());
        assert_eq!(SessionId::parse("0102030405060708").unwrap().as_bytes(), [1, 2, 3, 4, 5, 6, 7, 8]);
        assert_eq!(SessionId::parse("aB").unwrap().to_string(), "AB");
        for wrong in ["0", "010203040506070809", "0x00", "zz", "00:01", "００", " 00"] {
            assert!(SessionId::parse(wrong).is_err(), "{wrong}");
        }
    }
}
