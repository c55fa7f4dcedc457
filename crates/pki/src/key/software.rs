//! Private keys in memory.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::agreement::{self, ECDH_P256};
use aws_lc_rs::encoding::AsBigEndian;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use der::pem::{self, LineEnding};
use zeroize::Zeroizing;

use super::ecdsa_signature::raw_to_der;
use super::{Algorithm, KeyError, PublicKey};

const PEM_LABEL: &str = "PRIVATE KEY";

/// A private key held by this process. Cheap to clone; its secret is wiped from memory when the last clone goes.
#[derive(Clone)]
pub struct SoftwareKey {
    inner: Arc<Inner>,
}

struct Inner {
    pair: EcdsaKeyPair,
    public: PublicKey,
}

impl SoftwareKey {
    /// Makes a new key with the operating system's randomness.
    ///
    /// # Errors
    /// [`KeyError::Library`] when the cryptographic library fails.
    pub fn generate(algorithm: Algorithm) -> Result<Self, KeyError> {
        let pair = match algorithm {
            Algorithm::Secp256r1 => EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING),
        };
        Ok(Self::from_pair(algorithm, pair.map_err(|_| KeyError::Library("generate a key"))?))
    }

    /// Reads an unencrypted PKCS#8 `PrivateKeyInfo`.
    ///
    /// # Errors
    /// [`KeyError::NotAPrivateKey`] for anything else, keys of other curves included.
    pub fn from_pkcs8_der(der: &[u8]) -> Result<Self, KeyError> {
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der);
        Ok(Self::from_pair(Algorithm::Secp256r1, pair.map_err(|_| KeyError::NotAPrivateKey)?))
    }

    /// Reads an unencrypted PKCS#8 key in PEM (`BEGIN PRIVATE KEY`).
    ///
    /// # Errors
    /// [`KeyError::NotAPrivateKey`] for anything else.
    pub fn from_pkcs8_pem(text: &str) -> Result<Self, KeyError> {
        let (label, der) = pem::decode_vec(text.trim().as_bytes()).map_err(|_| KeyError::NotAPrivateKey)?;
        let der = Zeroizing::new(der);
        if label == PEM_LABEL { Self::from_pkcs8_der(&der) } else { Err(KeyError::NotAPrivateKey) }
    }

    /// Makes the key of a private scalar, big endian at full width.
    ///
    /// # Errors
    /// [`KeyError::BadScalar`] when it is zero, not below the order of the curve, or of another length.
    pub fn from_scalar(algorithm: Algorithm, scalar: &[u8]) -> Result<Self, KeyError> {
        let bad = || KeyError::BadScalar { algorithm: algorithm.as_str() };
        let Algorithm::Secp256r1 = algorithm;
        let point = agreement::PrivateKey::from_private_key(&ECDH_P256, scalar)
            .map_err(|_| bad())?
            .compute_public_key()
            .map_err(|_| bad())?;
        let signing = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let pair = EcdsaKeyPair::from_private_key_and_public_key(signing, scalar, point.as_ref());
        Ok(Self::from_pair(algorithm, pair.map_err(|_| bad())?))
    }

    fn from_pair(algorithm: Algorithm, pair: EcdsaKeyPair) -> Self {
        let public = PublicKey::of_generated(algorithm, pair.public_key().as_ref());
        Self { inner: Arc::new(Inner { pair, public }) }
    }

    /// The key as PKCS#8 DER.
    ///
    /// # Errors
    /// [`KeyError::Library`] when the cryptographic library fails.
    pub fn to_pkcs8_der(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let document = self.inner.pair.to_pkcs8v1().map_err(|_| KeyError::Library("encode a key"))?;
        Ok(Zeroizing::new(document.as_ref().to_vec()))
    }

    /// The key as unencrypted PKCS#8 PEM.
    ///
    /// # Errors
    /// [`KeyError::Library`] when the cryptographic library fails.
    pub fn to_pkcs8_pem(&self) -> Result<Zeroizing<String>, KeyError> {
        let der = self.to_pkcs8_der()?;
        let text = pem::encode_string(PEM_LABEL, LineEnding::LF, &der);
        text.map(Zeroizing::new).map_err(|_| KeyError::Library("encode a key"))
    }

    /// The private scalar, big endian at full width.
    ///
    /// # Errors
    /// [`KeyError::Library`] when the cryptographic library fails.
    pub fn scalar(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let scalar = self.inner.pair.private_key().as_be_bytes().map_err(|_| KeyError::Library("encode a key"))?;
        Ok(Zeroizing::new(scalar.as_ref().to_vec()))
    }

    /// The public half.
    pub fn public_key(&self) -> &PublicKey {
        &self.inner.public
    }

    /// Signs; the result is `r || s` at full width.
    ///
    /// # Errors
    /// [`KeyError::Library`] when the cryptographic library fails.
    pub fn sign_raw(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let signature = self.inner.pair.sign(&SystemRandom::new(), message);
        signature.map(|signature| signature.as_ref().to_vec()).map_err(|_| KeyError::Library("sign"))
    }

    /// Signs; the result is a DER `SEQUENCE` of two integers.
    ///
    /// # Errors
    /// [`KeyError::Library`] when the cryptographic library fails.
    pub fn sign_der(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        Ok(raw_to_der(&self.sign_raw(message)?))
    }

    /// The shared secret with the holder of `peer`: the X coordinate of the agreed point, at full width
    /// (SEC 1, 3.3.1; 32 bytes on secp256r1).
    ///
    /// # Errors
    /// [`KeyError::Library`] when the cryptographic library fails.
    pub fn agree(&self, peer: &PublicKey) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let failed = KeyError::Library("agree on a key");
        let own = agreement::PrivateKey::from_private_key(&ECDH_P256, &self.scalar()?).map_err(|_| failed.clone())?;
        let peer = agreement::UnparsedPublicKey::new(&ECDH_P256, peer.point());
        agreement::agree(&own, peer, failed, |secret| Ok(Zeroizing::new(secret.to_vec())))
    }
}

impl fmt::Debug for SoftwareKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SoftwareKey({:?})", self.inner.public)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const P256: Algorithm = Algorithm::Secp256r1;

    #[test]
    fn every_form_leads_back() {
        let key = SoftwareKey::generate(P256).unwrap();
        let forms = [
            SoftwareKey::from_pkcs8_der(&key.to_pkcs8_der().unwrap()).unwrap(),
            SoftwareKey::from_pkcs8_pem(&key.to_pkcs8_pem().unwrap()).unwrap(),
            SoftwareKey::from_scalar(P256, &key.scalar().unwrap()).unwrap(),
        ];
        for form in forms {
            assert_eq!(form.public_key(), key.public_key());
            assert_eq!(form.scalar().unwrap(), key.scalar().unwrap());
        }
    }

    #[test]
    fn agreement_as_in_the_nist_vectors() {
        // NIST CAVS 14.1, ECC CDH primitive, P-256, count 0.
        let own = hex::decode("7d7dc5f71eb29ddaf80d6214632eeae03d9058af1fb6d22ed80badb62bc1a534").unwrap();
        let peer = hex::decode(concat!(
            "04700c48f77f56584c5cc632ca65640db91b6bacce3a4df6b42ce7cc838833d287",
            "db71e509e3fd9b060ddb20ba5c51dcc5948d46fbf640dfe0441782cab85fa4ac"
        ))
        .unwrap();
        let own = SoftwareKey::from_scalar(P256, &own).unwrap();
        let peer = PublicKey::from_point(P256, &peer).unwrap();
        let secret = own.agree(&peer).unwrap();
        assert_eq!(hex::encode(&*secret), "46fc62106420ff012e54a434fbdd2d25ccc5852060561e68040dd7778997bd7b");
    }

    #[test]
    fn bad_scalars_are_refused() {
        let order = hex::decode("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551").unwrap();
        for scalar in [&[0; 32][..], &[0xff; 32], &[1; 31], &[1; 33], &[], &order] {
            assert_eq!(
                SoftwareKey::from_scalar(P256, scalar).unwrap_err(),
                KeyError::BadScalar { algorithm: "secp256r1" }
            );
        }
    }

    #[test]
    fn other_texts_are_not_keys() {
        let ed25519 = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF\n-----END PRIVATE KEY-----\n";
        for text in ["", "key", ed25519, "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"] {
            assert_eq!(SoftwareKey::from_pkcs8_pem(text).unwrap_err(), KeyError::NotAPrivateKey);
        }
    }

    #[test]
    fn debug_text_hides_the_secret() {
        let key = SoftwareKey::generate(P256).unwrap();
        assert!(!format!("{key:?}").contains(&hex::encode(&*key.scalar().unwrap())));
    }
}
