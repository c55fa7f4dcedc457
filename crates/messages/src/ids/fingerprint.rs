//! Fingerprint: the SHA-256 hash of a certificate, which names roots and, by their root, PKI operators and CPSs.

use super::IdError;
use super::text_id::text_id;
use crate::encoding::from_hex;
use std::fmt;

/// The SHA-256 hash over a certificate's DER. Written as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fingerprint([u8; 32]);

text_id!(Fingerprint);

impl Fingerprint {
    /// Reads 64 hexadecimal digits in any case, or 32 pairs of them with `:` between.
    ///
    /// # Errors
    /// When the text is anything else.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        from_hex(text)
            .and_then(|bytes| bytes.try_into().ok())
            .map(Self)
            .ok_or_else(|| IdError::new("fingerprint", r#"must match "^[0-9a-fA-F]{64}$""#, text))
    }

    /// The hash's bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl From<[u8; 32]> for Fingerprint {
    fn from(hash: [u8; 32]) -> Self {
        Self(hash)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_spelling_is_one_fingerprint(hash in any::<[u8; 32]>()) {
            let fingerprint = Fingerprint::from(hash);
            let lower = fingerprint.to_string();
            let pairs: Vec<String> = hash.iter().map(|byte| format!("{byte:02X}")).collect();
            prop_assert_eq!(Fingerprint::parse(&lower).unwrap(), fingerprint);
            prop_assert_eq!(Fingerprint::parse(&lower.to_uppercase()).unwrap(), fingerprint);
            prop_assert_eq!(Fingerprint::parse(&pairs.join(":")).unwrap(), fingerprint);
        }
    }

    #[test]
    fn refused() {
        for wrong in ["", "00", &"0".repeat(63), &"0".repeat(65), &"g".repeat(64), &"00 ".repeat(32), &"00:".repeat(32)]
        {
            assert!(Fingerprint::parse(wrong).is_err(), "{wrong}");
        }
    }
}
