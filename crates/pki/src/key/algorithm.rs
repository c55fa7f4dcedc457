//! The signature algorithms of ISO 15118 that this crate can use.
//!
//! One value names key type, hash and signature together, as the standard does: no other combination is allowed.

use std::fmt;

use der::asn1::ObjectIdentifier;

/// A kind of key with the one way it signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Algorithm {
    /// NIST P-256 with ECDSA and SHA-256: ISO 15118-2.
    Secp256r1,
}

/// `ecdsa-with-SHA256` (RFC 5758, 3.2).
const ECDSA_WITH_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");
/// `secp256r1` (RFC 5480, 2.1.1.1).
const SECP256R1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");

impl Algorithm {
    /// Every algorithm.
    pub const ALL: [Self; 1] = [Self::Secp256r1];

    /// The name that OPNC uses in its parameters.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Secp256r1 => "secp256r1",
        }
    }

    /// Finds an algorithm by its OPNC name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.as_str().eq_ignore_ascii_case(name))
    }

    /// The object identifier of the signature algorithm, as certificates carry it.
    pub fn signature_oid(self) -> ObjectIdentifier {
        match self {
            Self::Secp256r1 => ECDSA_WITH_SHA256,
        }
    }

    /// The object identifier of the curve, as a public key's parameters carry it.
    pub fn curve_oid(self) -> ObjectIdentifier {
        match self {
            Self::Secp256r1 => SECP256R1,
        }
    }

    /// Length in bytes of a private scalar, and of each of `r` and `s`.
    pub fn scalar_len(self) -> usize {
        match self {
            Self::Secp256r1 => 32,
        }
    }

    /// Length in bytes of an uncompressed point (`04 || X || Y`).
    pub fn point_len(self) -> usize {
        1 + 2 * self.scalar_len()
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back() {
        for algorithm in Algorithm::ALL {
            assert_eq!(Algorithm::parse(algorithm.as_str()), Some(algorithm));
        }
        assert_eq!(Algorithm::parse("SECP256R1"), Some(Algorithm::Secp256r1));
        assert_eq!(Algorithm::parse("secp256k1"), None);
    }
}
