//! Root ID: how a caller names a root certificate of the pool.

use super::text_id::text_id;
use super::{Fingerprint, IdError};
use std::fmt;
use uuid::Uuid;

/// What stands for `{rootCertificateId}` in a path: the UUID that the pool gave the root or, from an open change request,
/// the fingerprint that everybody can compute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RootId {
    /// The UUID of the root in the pool.
    Uuid(Uuid),
    /// The SHA-256 hash of the root.
    Fingerprint(Fingerprint),
}

text_id!(RootId);

impl RootId {
    /// Reads a UUID with hyphens or a fingerprint.
    ///
    /// # Errors
    /// When the text is neither.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        if let Ok(fingerprint) = Fingerprint::parse(text) {
            return Ok(Self::Fingerprint(fingerprint));
        }
        // 36 characters: the hyphenated form alone, of the several that the uuid crate reads.
        match Uuid::try_parse(text) {
            Ok(uuid) if text.len() == 36 => Ok(Self::Uuid(uuid)),
            _ => {
                let rule = "must be a UUID or a SHA-256 fingerprint of 64 hexadecimal digits";
                Err(IdError::new("rootCertificateId", rule, text))
            }
        }
    }
}

impl fmt::Display for RootId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Uuid(uuid) => uuid.fmt(f),
            Self::Fingerprint(fingerprint) => fingerprint.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// P10: a UUID or a fingerprint.
    #[test]
    fn uuid_or_fingerprint() {
        let uuid = "896b6655-180e-4304-b642-606bb00df8f0";
        assert!(matches!(RootId::parse(uuid).unwrap(), RootId::Uuid(_)));
        assert_eq!(RootId::parse(&uuid.to_uppercase()).unwrap(), RootId::parse(uuid).unwrap());
        let fingerprint = "4e05b8922d43923cdf20b202cdd0d849770b50038c39f104f506d7f1030ff809";
        assert!(matches!(RootId::parse(fingerprint).unwrap(), RootId::Fingerprint(_)));
        for id in [uuid, fingerprint] {
            assert_eq!(RootId::parse(id).unwrap().to_string(), id);
        }
        for wrong in ["", "1", "896b6655180e4304b642606bb00df8f0", "{896b6655-180e-4304-b642-606bb00df8f0}"] {
            assert!(RootId::parse(wrong).is_err(), "{wrong}");
        }
    }
}
