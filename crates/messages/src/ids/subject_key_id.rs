//! Subject key identifier: how a certificate names its key, and another certificate its issuer's key.

use super::IdError;
use super::text_id::text_id;
use crate::encoding::{from_base64, from_hex, to_base64};
use std::fmt;

/// A subject or authority key identifier of any length (8 and 20 bytes are in the field). Written as hexadecimal pairs with
/// `:` between.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SubjectKeyId(Vec<u8>);

text_id!(SubjectKeyId);

impl SubjectKeyId {
    /// Longer ones are not key identifiers but something else in their place.
    const MAX_LENGTH: usize = 64;

    /// Reads hexadecimal digits (any case, with `:` or without) or base64: the files of OPNC v1 show one in roots and the
    /// other in provisioning data.
    ///
    /// # Errors
    /// When the text is neither, or not 1 to 64 bytes.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        from_hex(text)
            .or_else(|| from_base64(text))
            .filter(|bytes| (1..=Self::MAX_LENGTH).contains(&bytes.len()))
            .map(Self)
            .ok_or_else(|| {
                let rule = r#"must be a key identifier in hex with ":" as separator, or in base64"#;
                IdError::new("keyIdentifier", rule, text)
            })
    }

    /// The identifier of a certificate's extension.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Self(bytes.to_vec())
    }

    /// The identifier's bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The form that root certificates of the RCP show.
    pub fn to_base64(&self) -> String {
        to_base64(&self.0)
    }
}

impl fmt::Display for SubjectKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, byte) in self.0.iter().enumerate() {
            let separator = if position == 0 { "" } else { ":" };
            write!(f, "{separator}{byte:02x}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// B7: both spellings of the official examples, which are one identifier.
    #[test]
    fn hex_and_base64() {
        let colon_hex = SubjectKeyId::parse("4b:45:ff:82:25:fc:10:96").unwrap();
        assert_eq!(SubjectKeyId::parse("S0X/giX8EJY=").unwrap(), colon_hex);
        assert_eq!(SubjectKeyId::parse("4B45FF8225FC1096").unwrap(), colon_hex);
        assert_eq!(colon_hex.to_string(), "4b:45:ff:82:25:fc:10:96");
        assert_eq!(colon_hex.to_base64(), "S0X/giX8EJY=");
    }

    #[test]
    fn refused() {
        for wrong in ["", "4b:45:f", "4b::45", "not a key", "=", &"00".repeat(65)] {
            assert!(SubjectKeyId::parse(wrong).is_err(), "{wrong}");
        }
    }

    proptest! {
        /// The lengths that are in the field are never read wrongly: their base64 ends with `=`, so it is not hexadecimal.
        #[test]
        fn both_forms_round_trip(bytes in prop_oneof![any::<[u8; 8]>().prop_map(Vec::from), any::<[u8; 20]>().prop_map(Vec::from)]) {
            let id = SubjectKeyId::from_bytes(&bytes);
            prop_assert_eq!(&SubjectKeyId::parse(&id.to_string()).unwrap(), &id);
            prop_assert_eq!(&SubjectKeyId::parse(&id.to_base64()).unwrap(), &id);
        }
    }
}
