//! The signature algorithms of ISO 15118.
//!
//! One value names key type, hash and signature together, as the standard does: no other combination is allowed.

use std::fmt;

use der::asn1::ObjectIdentifier;
use opnc_messages::IsoVersion;

use super::curve::Curve;

/// A kind of key with the one way it signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Algorithm {
    /// NIST P-256 with ECDSA and SHA-256: ISO 15118-2.
    Secp256r1,
    /// NIST P-521 with ECDSA and SHA-512: ISO 15118-20.
    Secp521r1,
    /// Pure Ed448 without a context (RFC 8032, 5.2): ISO 15118-20.
    Ed448,
}

/// `ecdsa-with-SHA256` (RFC 5758, 3.2).
const ECDSA_WITH_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");
/// `ecdsa-with-SHA512` (RFC 5758, 3.2).
const ECDSA_WITH_SHA512: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.4");
/// `id-Ed448`, of keys and of signatures (RFC 8410, 3).
const ED448: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.113");
/// `id-ecPublicKey` (RFC 5480, 2.1.1).
const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");

impl Algorithm {
    /// Every algorithm.
    pub const ALL: [Self; 3] = [Self::Secp256r1, Self::Secp521r1, Self::Ed448];

    /// The algorithms that a version of ISO 15118 allows, the usual one first.
    pub fn of_version(version: IsoVersion) -> &'static [Self] {
        match version {
            IsoVersion::Iso2 => &[Self::Secp256r1],
            IsoVersion::Iso20 => &[Self::Secp521r1, Self::Ed448],
        }
    }

    /// The version of ISO 15118 that uses it; there is one only.
    pub fn version(self) -> IsoVersion {
        match self {
            Self::Secp256r1 => IsoVersion::Iso2,
            Self::Secp521r1 | Self::Ed448 => IsoVersion::Iso20,
        }
    }

    /// The name that OPNC uses in its parameters.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Secp256r1 => "secp256r1",
            Self::Secp521r1 => "secp521r1",
            Self::Ed448 => "Ed448",
        }
    }

    /// Finds an algorithm by its OPNC name, in any case.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.as_str().eq_ignore_ascii_case(name))
    }

    /// The object identifier of the signature algorithm, as certificates carry it. None of the three has parameters.
    pub fn signature_oid(self) -> ObjectIdentifier {
        match self {
            Self::Secp256r1 => ECDSA_WITH_SHA256,
            Self::Secp521r1 => ECDSA_WITH_SHA512,
            Self::Ed448 => ED448,
        }
    }

    /// The object identifier of the algorithm of a public key.
    pub fn key_oid(self) -> ObjectIdentifier {
        if self.curve().is_some() { EC_PUBLIC_KEY } else { ED448 }
    }

    /// The object identifier of the curve, the parameters of an ECDSA key; an Ed448 key has no parameters.
    pub fn curve_oid(self) -> Option<ObjectIdentifier> {
        self.curve().map(Curve::oid)
    }

    /// Length in bytes of a private key: the scalar, or the 57 bytes from which Ed448 makes its scalar.
    pub fn scalar_len(self) -> usize {
        match self {
            Self::Secp256r1 => 32,
            Self::Secp521r1 => 66,
            Self::Ed448 => 57,
        }
    }

    /// Length in bytes of an encoded public key: the uncompressed point (`04 || X || Y`), or the 57 bytes of Ed448.
    pub fn point_len(self) -> usize {
        match self.curve() {
            Some(_) => 1 + 2 * self.scalar_len(),
            None => 57,
        }
    }

    /// Length in bytes of a signature in a message: `r || s` at full width, or the 114 bytes of Ed448.
    pub fn signature_len(self) -> usize {
        2 * self.scalar_len()
    }

    /// The most bytes that a signature in a certificate can have.
    pub fn longest_certificate_signature(self) -> usize {
        match self {
            // Two integers with their headers, a sign byte where the first bit may be set, and the header of the sequence.
            Self::Secp256r1 => 2 + 2 * (2 + 1 + 32),
            Self::Secp521r1 => 3 + 2 * (2 + 66),
            Self::Ed448 => 114,
        }
    }

    /// The curve, for the algorithms that are ECDSA.
    pub(super) fn curve(self) -> Option<Curve> {
        match self {
            Self::Secp256r1 => Some(Curve::P256),
            Self::Secp521r1 => Some(Curve::P521),
            Self::Ed448 => None,
        }
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
            assert!(Algorithm::of_version(algorithm.version()).contains(&algorithm));
        }
        assert_eq!(Algorithm::parse("SECP256R1"), Some(Algorithm::Secp256r1));
        assert_eq!(Algorithm::parse("ed448"), Some(Algorithm::Ed448));
        assert_eq!(Algorithm::parse("secp256k1"), None);
    }

    #[test]
    fn the_longest_signature_is_that_of_the_largest_numbers() {
        // The order of P-521 has 521 bits: the first of 66 bytes is 0 or 1.
        let mut largest = [0xff; 132];
        (largest[0], largest[66]) = (1, 1);
        let der = super::super::signature_form::for_certificate(Algorithm::Secp521r1, &largest);
        assert_eq!(der.len(), Algorithm::Secp521r1.longest_certificate_signature());
        let der = super::super::signature_form::for_certificate(Algorithm::Secp256r1, &[0xff; 64]);
        assert_eq!(der.len(), Algorithm::Secp256r1.longest_certificate_signature());
    }
}
