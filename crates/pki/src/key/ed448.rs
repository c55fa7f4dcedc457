//! Ed448 in the forms that this crate uses: pure, without a context.
//!
//! The one file that knows the library behind it, a pre-release that is pinned exactly; the tests compare it with openssl.

use aws_lc_rs::rand;
use ed448_goldilocks::pkcs8::DecodePrivateKey;
use ed448_goldilocks::{Signature, SigningKey, VerifyingKey};
use zeroize::Zeroizing;

use super::{BadSignature, KeyError};

/// Length in bytes of the secret from which everything is derived.
const SECRET_LENGTH: usize = 57;
/// PKCS#8 version 1 (RFC 8410, 7) up to the secret. Version 2, which adds the public key, is unknown to much software.
const PKCS8_HEAD: [u8; 16] =
    [0x30, 0x47, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x71, 0x04, 0x3b, 0x04, 0x39];

pub(super) fn generate() -> Result<SigningKey, KeyError> {
    let mut secret = Zeroizing::new([0; SECRET_LENGTH]);
    rand::fill(secret.as_mut_slice()).map_err(|_| KeyError::Library("generate a key"))?;
    from_secret(secret.as_slice())
}

pub(super) fn from_secret(secret: &[u8]) -> Result<SigningKey, KeyError> {
    SigningKey::try_from(secret).map_err(|_| KeyError::BadScalar { algorithm: "Ed448" })
}

pub(super) fn from_pkcs8(der: &[u8]) -> Result<SigningKey, KeyError> {
    SigningKey::from_pkcs8_der(der).map_err(|_| KeyError::NotAPrivateKey)
}

pub(super) fn to_pkcs8(key: &SigningKey) -> Zeroizing<Vec<u8>> {
    let mut der = Zeroizing::new(Vec::with_capacity(PKCS8_HEAD.len() + SECRET_LENGTH));
    der.extend_from_slice(&PKCS8_HEAD);
    der.extend_from_slice(key.as_bytes());
    der
}

/// Reads a public key; `None` for anything but the canonical encoding of a point that is not the neutral one.
pub(super) fn read_public(bytes: &[u8]) -> Option<VerifyingKey> {
    let key = VerifyingKey::from_bytes(&bytes.try_into().ok()?).ok()?;
    // Decoding takes a coordinate modulo the field's prime; RFC 8032, 5.2.3 does not.
    (key.to_edwards().to_affine().compress().as_bytes() == key.as_bytes()).then_some(key)
}

pub(super) fn sign(key: &SigningKey, message: &[u8]) -> Vec<u8> {
    key.sign_raw(message).to_bytes().to_vec()
}

pub(super) fn verify(key: &VerifyingKey, message: &[u8], signature: &[u8]) -> Result<(), BadSignature> {
    let signature = Signature::try_from(signature).map_err(|_| BadSignature)?;
    key.verify_raw(&signature, message).map_err(|_| BadSignature)
}
