//! Public keys: read from certificates and messages, always a valid point of their curve.

use std::fmt;
use std::sync::{Arc, OnceLock};

use aws_lc_rs::error::KeyRejected;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, ParsedPublicKey};
use der::asn1::{AnyRef, BitStringRef, ObjectIdentifier};
use der::{Decode, Encode};
use spki::{AlgorithmIdentifier, SubjectPublicKeyInfo};

use super::ecdsa_signature::raw_to_der;
use super::hash::sha1;
use super::{Algorithm, BadSignature, KeyError};

/// `id-ecPublicKey` (RFC 5480, 2.1.1).
const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");

/// A public key that was checked to be a point of its curve. Cheap to clone.
#[derive(Clone)]
pub struct PublicKey {
    algorithm: Algorithm,
    inner: Arc<Inner>,
}

struct Inner {
    point: Vec<u8>,
    /// The form that verifies; made at first use where the point need not be checked.
    parsed: OnceLock<ParsedPublicKey>,
}

impl PublicKey {
    /// Reads an uncompressed point (`04 || X || Y`).
    ///
    /// # Errors
    /// [`KeyError::BadPoint`] when the length is wrong or the point is not on the curve.
    pub fn from_point(algorithm: Algorithm, point: &[u8]) -> Result<Self, KeyError> {
        let bad = || KeyError::BadPoint { algorithm: algorithm.as_str(), length: point.len() };
        if point.len() != algorithm.point_len() || point.first() != Some(&4) {
            return Err(bad());
        }
        let parsed = parse(algorithm, point).map_err(|_| bad())?;
        Ok(Self { algorithm, inner: Arc::new(Inner { point: point.to_vec(), parsed: parsed.into() }) })
    }

    /// The public half of a key that the cryptographic library made: a point of the curve for certain.
    pub(crate) fn of_generated(algorithm: Algorithm, point: &[u8]) -> Self {
        Self { algorithm, inner: Arc::new(Inner { point: point.to_vec(), parsed: OnceLock::new() }) }
    }

    /// Reads a `SubjectPublicKeyInfo` (RFC 5280, 4.1.2.7).
    ///
    /// # Errors
    /// [`KeyError::UnsupportedKey`] for another kind of key or curve, [`KeyError::Malformed`] and [`KeyError::BadPoint`]
    /// for broken ones.
    pub fn from_spki(der: &[u8]) -> Result<Self, KeyError> {
        let info = SubjectPublicKeyInfo::<AnyRef<'_>, BitStringRef<'_>>::from_der(der).map_err(KeyError::Malformed)?;
        if info.algorithm.oid != EC_PUBLIC_KEY {
            return Err(KeyError::UnsupportedKey(info.algorithm.oid.to_string()));
        }
        let parameters = info.algorithm.parameters.unwrap_or(AnyRef::NULL);
        let curve = parameters
            .decode_as::<ObjectIdentifier>()
            .map_err(|_| KeyError::UnsupportedKey("id-ecPublicKey without a named curve".to_owned()))?;
        let algorithm = Algorithm::ALL
            .into_iter()
            .find(|algorithm| algorithm.curve_oid() == curve)
            .ok_or_else(|| KeyError::UnsupportedKey(format!("id-ecPublicKey on curve {curve}")))?;
        Self::from_point(algorithm, info.subject_public_key.as_bytes().unwrap_or_default())
    }

    /// Which algorithm the key belongs to.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The uncompressed point: `04 || X || Y`.
    pub fn point(&self) -> &[u8] {
        &self.inner.point
    }

    /// The key as DER `SubjectPublicKeyInfo`.
    pub fn to_spki(&self) -> Vec<u8> {
        let curve = self.algorithm.curve_oid();
        let encoded = BitStringRef::from_bytes(self.point()).and_then(|subject_public_key| {
            SubjectPublicKeyInfo {
                algorithm: AlgorithmIdentifier { oid: EC_PUBLIC_KEY, parameters: Some(AnyRef::from(&curve)) },
                subject_public_key,
            }
            .to_der()
        });
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

    /// Verifies a DER signature, as certificates carry it.
    ///
    /// # Errors
    /// [`BadSignature`] for anything but a signature of this key over `message`.
    pub fn verify_der(&self, message: &[u8], signature: &[u8]) -> Result<(), BadSignature> {
        let parsed = match self.inner.parsed.get() {
            Some(parsed) => parsed,
            None => {
                let parsed = parse(self.algorithm, self.point()).map_err(|_| BadSignature)?;
                self.inner.parsed.get_or_init(|| parsed)
            }
        };
        parsed.verify_sig(message, signature).map_err(|_| BadSignature)
    }

    /// Verifies `r || s` at full width, as the messages of ISO 15118 carry it.
    ///
    /// # Errors
    /// [`BadSignature`] for anything but a signature of this key over `message`.
    pub fn verify_raw(&self, message: &[u8], signature: &[u8]) -> Result<(), BadSignature> {
        if signature.len() != 2 * self.algorithm.scalar_len() {
            return Err(BadSignature);
        }
        self.verify_der(message, &raw_to_der(signature))
    }
}

fn parse(algorithm: Algorithm, point: &[u8]) -> Result<ParsedPublicKey, KeyRejected> {
    let verification = match algorithm {
        Algorithm::Secp256r1 => &ECDSA_P256_SHA256_ASN1,
    };
    ParsedPublicKey::new(verification, point)
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
        let key = SoftwareKey::generate(Algorithm::Secp256r1).unwrap();
        let spki = key.public_key().to_spki();
        assert_eq!(PublicKey::from_spki(&spki).unwrap(), *key.public_key());
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
        let key = SoftwareKey::generate(Algorithm::Secp256r1).unwrap();
        let public = key.public_key();
        let mut raw = key.sign_raw(b"message").unwrap();
        assert_eq!(public.verify_raw(b"message", &raw), Ok(()));
        assert_eq!(public.verify_der(b"message", &key.sign_der(b"message").unwrap()), Ok(()));
        assert_eq!(public.verify_raw(b"massage", &raw), Err(BadSignature));
        assert_eq!(public.verify_raw(b"message", &raw[..63]), Err(BadSignature));
        assert_eq!(public.verify_raw(b"message", &[]), Err(BadSignature));
        raw[40] ^= 1;
        assert_eq!(public.verify_raw(b"message", &raw), Err(BadSignature));
    }
}
