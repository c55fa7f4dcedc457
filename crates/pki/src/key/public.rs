//! Public keys: read from certificates and messages, always a valid point of their curve.

use std::fmt;
use std::sync::{Arc, OnceLock};

use aws_lc_rs::signature::ParsedPublicKey;
use der::asn1::{AnyRef, BitStringRef, ObjectIdentifier};
use der::{Decode, Encode};
use ed448_goldilocks::VerifyingKey;
use spki::{AlgorithmIdentifier, SubjectPublicKeyInfo};

use super::hash::sha1;
use super::signature_form::for_certificate;
use super::{Algorithm, BadSignature, KeyError, ed448};

/// A public key that was checked to be a point of its curve. Cheap to clone.
#[derive(Clone)]
pub struct PublicKey {
    algorithm: Algorithm,
    inner: Arc<Inner>,
}

struct Inner {
    point: Vec<u8>,
    /// The form that verifies; made at first use where the point need not be checked.
    parsed: OnceLock<Parsed>,
}

enum Parsed {
    Ecdsa(ParsedPublicKey),
    Ed448(Box<VerifyingKey>),
}

impl PublicKey {
    /// Reads an encoded point: uncompressed (`04 || X || Y`), or the 57 bytes of an Ed448 key (RFC 8032, 5.2.2).
    ///
    /// # Errors
    /// [`KeyError::BadPoint`] when the length is wrong or the point is not on the curve.
    pub fn from_point(algorithm: Algorithm, point: &[u8]) -> Result<Self, KeyError> {
        let parsed =
            parse(algorithm, point).ok_or(KeyError::BadPoint { algorithm: algorithm.as_str(), length: point.len() })?;
        Ok(Self { algorithm, inner: Arc::new(Inner { point: point.to_vec(), parsed: parsed.into() }) })
    }

    /// The public half of a key that the cryptographic library made: a point of the curve for certain.
    pub(crate) fn of_generated(algorithm: Algorithm, point: &[u8]) -> Self {
        Self { algorithm, inner: Arc::new(Inner { point: point.to_vec(), parsed: OnceLock::new() }) }
    }

    /// Reads a `SubjectPublicKeyInfo` (RFC 5280, 4.1.2.7; RFC 5480; RFC 8410).
    ///
    /// # Errors
    /// [`KeyError::UnsupportedKey`] for another kind of key or curve, [`KeyError::Malformed`] and [`KeyError::BadPoint`]
    /// for broken ones.
    pub fn from_spki(der: &[u8]) -> Result<Self, KeyError> {
        let info = SubjectPublicKeyInfo::<AnyRef<'_>, BitStringRef<'_>>::from_der(der).map_err(KeyError::Malformed)?;
        let algorithm = algorithm_of(&info.algorithm)?;
        Self::from_point(algorithm, info.subject_public_key.as_bytes().unwrap_or_default())
    }

    /// Which algorithm the key belongs to.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The encoded point, as [`PublicKey::from_point`] reads it.
    pub fn point(&self) -> &[u8] {
        &self.inner.point
    }

    /// The key as DER `SubjectPublicKeyInfo`.
    pub fn to_spki(&self) -> Vec<u8> {
        let curve = self.algorithm.curve_oid();
        let algorithm =
            AlgorithmIdentifier { oid: self.algorithm.key_oid(), parameters: curve.as_ref().map(AnyRef::from) };
        let encoded = BitStringRef::from_bytes(self.point())
            .and_then(|subject_public_key| SubjectPublicKeyInfo { algorithm, subject_public_key }.to_der());
        // Fixed lengths far below the limits of DER: encoding cannot fail.
        encoded.unwrap_or_default()
    }

    /// The 8-byte key identifier of RFC 5280, 4.2.1.2, method 2: `0100` and the last 60 bits of the SHA-1 of the point.
    ///
    /// ISO 15118-20 needs this form (the additional data of its key wrapping has 16 hex digits for it).
    pub fn short_key_id(&self) -> [u8; 8] {
        let mut id = [0; 8];
        id.iter_mut().zip(sha1(self.point()).iter().skip(12)).for_each(|(to, from)| *to = *from);
        if let Some(first) = id.first_mut() {
            *first = 0x40 | (*first & 0x0f);
        }
        id
    }

    /// Verifies a signature in the form of certificates: for ECDSA a DER `SEQUENCE` of two integers, for Ed448 114 bytes.
    ///
    /// # Errors
    /// [`BadSignature`] for anything but a signature of this key over `message`.
    pub fn verify_der(&self, message: &[u8], signature: &[u8]) -> Result<(), BadSignature> {
        let parsed = match self.inner.parsed.get() {
            Some(parsed) => parsed,
            None => {
                let parsed = parse(self.algorithm, self.point()).ok_or(BadSignature)?;
                self.inner.parsed.get_or_init(|| parsed)
            }
        };
        match parsed {
            Parsed::Ecdsa(key) => key.verify_sig(message, signature).map_err(|_| BadSignature),
            Parsed::Ed448(key) => ed448::verify(key, message, signature),
        }
    }

    /// Verifies a signature in the form that the messages of ISO 15118 carry: for ECDSA `r || s` at full width (64 bytes
    /// on secp256r1, 132 on secp521r1), for Ed448 114 bytes.
    ///
    /// # Errors
    /// [`BadSignature`] for anything but a signature of this key over `message`.
    pub fn verify_raw(&self, message: &[u8], signature: &[u8]) -> Result<(), BadSignature> {
        if signature.len() != self.algorithm.signature_len() {
            return Err(BadSignature);
        }
        self.verify_der(message, &for_certificate(self.algorithm, signature))
    }
}

fn parse(algorithm: Algorithm, point: &[u8]) -> Option<Parsed> {
    if point.len() != algorithm.point_len() {
        return None;
    }
    match algorithm.curve() {
        Some(_) if point.first() != Some(&4) => None,
        Some(curve) => ParsedPublicKey::new(curve.verification(), point).ok().map(Parsed::Ecdsa),
        None => ed448::read_public(point).map(|key| Parsed::Ed448(Box::new(key))),
    }
}

/// The algorithm of a key with this identifier.
fn algorithm_of(identifier: &AlgorithmIdentifier<AnyRef<'_>>) -> Result<Algorithm, KeyError> {
    let oid = identifier.oid;
    if oid == Algorithm::Ed448.key_oid() {
        // RFC 8410, 3: the parameters must be absent.
        return match identifier.parameters {
            None => Ok(Algorithm::Ed448),
            Some(_) => Err(KeyError::UnsupportedKey("Ed448 with parameters".to_owned())),
        };
    }
    if oid != Algorithm::Secp256r1.key_oid() {
        return Err(KeyError::UnsupportedKey(named(oid)));
    }
    let curve = identifier
        .parameters
        .and_then(|parameters| parameters.decode_as::<ObjectIdentifier>().ok())
        .ok_or_else(|| KeyError::UnsupportedKey("id-ecPublicKey without a named curve".to_owned()))?;
    let known = Algorithm::ALL.into_iter().find(|algorithm| algorithm.curve_oid() == Some(curve));
    known.ok_or_else(|| KeyError::UnsupportedKey(named(curve)))
}

/// The kinds of key, and the curves, that others use: by the names that their tools have for them.
const OTHERS: [(&str, &str); 9] = [
    ("1.2.840.113549.1.1.1", "RSA"),
    ("1.2.840.113549.1.1.10", "RSA-PSS"),
    ("1.2.840.10040.4.1", "DSA"),
    ("1.3.101.112", "Ed25519"),
    ("1.3.132.0.10", "secp256k1"),
    ("1.3.132.0.33", "secp224r1"),
    ("1.3.132.0.34", "secp384r1"),
    ("1.3.36.3.3.2.8.1.1.7", "brainpoolP256r1"),
    ("1.3.36.3.3.2.8.1.1.11", "brainpoolP384r1"),
];

/// The name of a kind of key or curve, or its identifier where we know none.
fn named(oid: ObjectIdentifier) -> String {
    let oid = oid.to_string();
    OTHERS.into_iter().find(|(known, _)| *known == oid).map_or(oid, |(_, name)| name.to_owned())
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.algorithm == other.algorithm && self.point() == other.point()
    }
}

impl Eq for PublicKey {}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({} {})", self.algorithm, hex::encode(self.point()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::SoftwareKey;
    use super::*;

    #[test]
    fn spki_leads_back() {
        for algorithm in Algorithm::ALL {
            let key = SoftwareKey::generate(algorithm).unwrap();
            let spki = key.public_key().to_spki();
            assert_eq!(PublicKey::from_spki(&spki).unwrap(), *key.public_key());
            assert_eq!(key.public_key().point().len(), algorithm.point_len());
        }
    }

    #[test]
    fn keys_of_other_kinds_are_named() {
        let spki = |hex_digits: &str| PublicKey::from_spki(&hex::decode(hex_digits).unwrap()).unwrap_err();
        let ed25519 = format!("302a300506032b6570032100{}", "11".repeat(32));
        assert_eq!(spki(&ed25519), KeyError::UnsupportedKey("Ed25519".to_owned()));
        let p384 = format!("3076301006072a8648ce3d020106052b81040022036200{}", "04".repeat(97));
        assert_eq!(spki(&p384), KeyError::UnsupportedKey("secp384r1".to_owned()));
        let with_parameters = format!("3045300706032b65710500033a00{}", "11".repeat(57));
        assert_eq!(spki(&with_parameters), KeyError::UnsupportedKey("Ed448 with parameters".to_owned()));
    }

    #[test]
    fn points_of_ed448_that_are_none_or_weak_are_refused() {
        let mut neutral = [0; 57];
        neutral[0] = 1;
        // The field's prime 2^448 - 2^224 - 1 in place of 0, and one more in place of 1: the same numbers modulo it.
        let (mut zero, mut one) = ([0xff; 57], [0; 57]);
        (zero[28], zero[56]) = (0xfe, 0);
        one[28..56].fill(0xff);
        for point in [neutral, [0xff; 57], zero, one] {
            assert!(PublicKey::from_point(Algorithm::Ed448, &point).is_err(), "{}", hex::encode(point));
        }
    }

    #[test]
    fn points_off_the_curve_and_of_other_forms_are_refused() {
        let key = SoftwareKey::generate(Algorithm::Secp256r1).unwrap();
        let mut point = key.public_key().point().to_vec();
        assert!(PublicKey::from_point(Algorithm::Secp256r1, &point[..64]).is_err());
        let compressed: Vec<u8> = [&[2 + (point[64] & 1)], &point[1..33]].concat();
        assert!(PublicKey::from_point(Algorithm::Secp256r1, &compressed).is_err());
        point[64] ^= 1;
        let error = PublicKey::from_point(Algorithm::Secp256r1, &point).unwrap_err();
        assert_eq!(error, KeyError::BadPoint { algorithm: "secp256r1", length: 65 });
    }

    #[test]
    fn signatures_of_both_forms_verify_and_changed_ones_do_not() {
        for algorithm in Algorithm::ALL {
            let key = SoftwareKey::generate(algorithm).unwrap();
            let public = key.public_key();
            let mut raw = key.sign_raw(b"message").unwrap();
            assert_eq!(raw.len(), algorithm.signature_len());
            assert_eq!(public.verify_raw(b"message", &raw), Ok(()));
            let der = key.sign_der(b"message").unwrap();
            assert!(der.len() <= algorithm.longest_certificate_signature());
            assert_eq!(public.verify_der(b"message", &der), Ok(()));
            assert_eq!(public.verify_raw(b"massage", &raw), Err(BadSignature));
            assert_eq!(public.verify_raw(b"message", &raw[1..]), Err(BadSignature));
            assert_eq!(public.verify_raw(b"message", &[]), Err(BadSignature));
            for byte in 0..raw.len() {
                raw[byte] ^= 0x10;
                assert_eq!(public.verify_raw(b"message", &raw), Err(BadSignature), "{algorithm} byte {byte}");
                raw[byte] ^= 0x10;
            }
        }
    }
}
