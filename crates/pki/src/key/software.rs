//! Private keys in memory.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::agreement;
use aws_lc_rs::encoding::AsBigEndian;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{EcdsaKeyPair, KeyPair};
use der::pem::{self, LineEnding};
use ed448_goldilocks::SigningKey;
use zeroize::Zeroizing;

use super::curve::Curve;
use super::signature_form::for_certificate;
use super::{Algorithm, KeyError, PublicKey, ed448};

const PEM_LABEL: &str = "PRIVATE KEY";

/// A private key held by this process. Cheap to clone; its secret is wiped from memory when the last clone goes.
#[derive(Clone)]
pub struct SoftwareKey {
    inner: Arc<Inner>,
}

struct Inner {
    secret: Secret,
    public: PublicKey,
}

enum Secret {
    Ecdsa(EcdsaKeyPair),
    Ed448(Box<SigningKey>),
}

impl SoftwareKey {
    /// Makes a new key with the operating system's randomness.
    ///
    /// # Errors
    /// [`KeyError::Library`] when the cryptographic library fails.
    pub fn generate(algorithm: Algorithm) -> Result<Self, KeyError> {
        let Some(curve) = algorithm.curve() else { return ed448::generate().map(Self::from_ed448) };
        let pair = EcdsaKeyPair::generate(curve.signing());
        Ok(Self::from_pair(algorithm, pair.map_err(|_| KeyError::Library("generate a key"))?))
    }

    /// Reads an unencrypted PKCS#8 `PrivateKeyInfo`.
    ///
    /// # Errors
    /// [`KeyError::NotAPrivateKey`] for anything else, keys of other algorithms included.
    pub fn from_pkcs8_der(der: &[u8]) -> Result<Self, KeyError> {
        let read = |algorithm: Algorithm| match algorithm.curve() {
            Some(curve) => {
                let pair = EcdsaKeyPair::from_pkcs8(curve.signing(), der).ok()?;
                Some(Self::from_pair(algorithm, pair))
            }
            None => ed448::from_pkcs8(der).ok().map(Self::from_ed448),
        };
        Algorithm::ALL.into_iter().find_map(read).ok_or(KeyError::NotAPrivateKey)
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

    /// Makes the key of a private scalar, big endian at full width; for Ed448, of its 57 secret bytes (RFC 8032, 5.2.5).
    ///
    /// # Errors
    /// [`KeyError::BadScalar`] when it is zero, not below the order of the curve, or of another length.
    pub fn from_scalar(algorithm: Algorithm, scalar: &[u8]) -> Result<Self, KeyError> {
        let bad = || KeyError::BadScalar { algorithm: algorithm.as_str() };
        let Some(curve) = algorithm.curve() else { return ed448::from_secret(scalar).map(Self::from_ed448) };
        if scalar.len() != algorithm.scalar_len() {
            return Err(bad());
        }
        let point = agreement::PrivateKey::from_private_key(curve.agreement(), scalar)
            .map_err(|_| bad())?
            .compute_public_key()
            .map_err(|_| bad())?;
        let pair = EcdsaKeyPair::from_private_key_and_public_key(curve.signing(), scalar, point.as_ref());
        Ok(Self::from_pair(algorithm, pair.map_err(|_| bad())?))
    }

    fn from_pair(algorithm: Algorithm, pair: EcdsaKeyPair) -> Self {
        let public = PublicKey::of_generated(algorithm, pair.public_key().as_ref());
        Self { inner: Arc::new(Inner { secret: Secret::Ecdsa(pair), public }) }
    }

    fn from_ed448(key: SigningKey) -> Self {
        let public = PublicKey::of_generated(Algorithm::Ed448, key.verifying_key().as_bytes());
        Self { inner: Arc::new(Inner { secret: Secret::Ed448(Box::new(key)), public }) }
    }

    /// The key as PKCS#8 DER.
    ///
    /// # Errors
    /// [`KeyError::Library`] when the cryptographic library fails.
    pub fn to_pkcs8_der(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        match &self.inner.secret {
            Secret::Ecdsa(pair) => {
                let document = pair.to_pkcs8v1().map_err(|_| KeyError::Library("encode a key"))?;
                Ok(Zeroizing::new(document.as_ref().to_vec()))
            }
            Secret::Ed448(key) => Ok(ed448::to_pkcs8(key)),
        }
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

    /// The private scalar, big endian at full width; for Ed448 its 57 secret bytes.
    ///
    /// # Errors
    /// [`KeyError::Library`] when the cryptographic library fails.
    pub fn scalar(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        match &self.inner.secret {
            Secret::Ecdsa(pair) => {
                let scalar = pair.private_key().as_be_bytes().map_err(|_| KeyError::Library("encode a key"))?;
                Ok(Zeroizing::new(scalar.as_ref().to_vec()))
            }
            Secret::Ed448(key) => Ok(Zeroizing::new(key.as_bytes().to_vec())),
        }
    }

    /// The public half.
    pub fn public_key(&self) -> &PublicKey {
        &self.inner.public
    }

    /// Signs; the result is in the form that [`PublicKey::verify_raw`] reads.
    ///
    /// # Errors
    /// [`KeyError::Library`] when the cryptographic library fails.
    pub fn sign_raw(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        match &self.inner.secret {
            Secret::Ecdsa(pair) => {
                let signature = pair.sign(&SystemRandom::new(), message);
                signature.map(|signature| signature.as_ref().to_vec()).map_err(|_| KeyError::Library("sign"))
            }
            Secret::Ed448(key) => Ok(ed448::sign(key, message)),
        }
    }

    /// Signs; the result is in the form of certificates, which [`PublicKey::verify_der`] reads.
    ///
    /// # Errors
    /// [`KeyError::Library`] when the cryptographic library fails.
    pub fn sign_der(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        Ok(for_certificate(self.public_key().algorithm(), &self.sign_raw(message)?).into_owned())
    }

    /// The shared secret with the holder of `peer`: the X coordinate of the agreed point, at full width
    /// (SEC 1, 3.3.1; 32 bytes on secp256r1, 66 on secp521r1).
    ///
    /// # Errors
    /// [`KeyError::NoAgreement`] when the keys are not on one curve, [`KeyError::Library`] when the cryptographic library
    /// fails.
    pub fn agree(&self, peer: &PublicKey) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let curve = self.shared_curve(peer)?;
        let failed = KeyError::Library("agree on a key");
        let scalar = self.scalar()?;
        let own = agreement::PrivateKey::from_private_key(curve.agreement(), &scalar).map_err(|_| failed.clone())?;
        let peer = agreement::UnparsedPublicKey::new(curve.agreement(), peer.point());
        agreement::agree(&own, peer, failed, |secret| Ok(Zeroizing::new(secret.to_vec())))
    }

    fn shared_curve(&self, peer: &PublicKey) -> Result<Curve, KeyError> {
        let (own, peer) = (self.public_key().algorithm(), peer.algorithm());
        let curve = own.curve().filter(|_| own == peer);
        curve.ok_or(KeyError::NoAgreement { own: own.as_str(), peer: peer.as_str() })
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
        for algorithm in Algorithm::ALL {
            let key = SoftwareKey::generate(algorithm).unwrap();
            let forms = [
                SoftwareKey::from_pkcs8_der(&key.to_pkcs8_der().unwrap()).unwrap(),
                SoftwareKey::from_pkcs8_pem(&key.to_pkcs8_pem().unwrap()).unwrap(),
                SoftwareKey::from_scalar(algorithm, &key.scalar().unwrap()).unwrap(),
            ];
            for form in forms {
                assert_eq!(form.public_key(), key.public_key());
                assert_eq!(form.scalar().unwrap(), key.scalar().unwrap());
            }
            assert_eq!(key.scalar().unwrap().len(), algorithm.scalar_len());
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
    fn keys_of_different_kinds_do_not_agree() {
        let keys = Algorithm::ALL.map(|algorithm| SoftwareKey::generate(algorithm).unwrap());
        for (own, peer) in keys.iter().flat_map(|own| keys.iter().map(move |peer| (own, peer))) {
            let (ours, theirs) = (own.public_key().algorithm(), peer.public_key().algorithm());
            let agreed = own.agree(peer.public_key());
            if ours == theirs && ours != Algorithm::Ed448 {
                assert_eq!(agreed.unwrap(), peer.agree(own.public_key()).unwrap());
            } else {
                let expected = KeyError::NoAgreement { own: ours.as_str(), peer: theirs.as_str() };
                assert_eq!(agreed.unwrap_err(), expected);
            }
        }
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
        let order = hex::decode(concat!(
            "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa",
            "51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409"
        ))
        .unwrap();
        for scalar in [&[0; 66][..], &[0xff; 66], &[1; 65], &order] {
            assert!(SoftwareKey::from_scalar(Algorithm::Secp521r1, scalar).is_err());
        }
        assert!(SoftwareKey::from_scalar(Algorithm::Ed448, &[1; 56]).is_err());
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
