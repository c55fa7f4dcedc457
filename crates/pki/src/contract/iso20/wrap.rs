//! Wraps a contract key so that only the car can read it, and unwraps it there.
//!
//! The recipe of ISO 15118-20 (V2G20-2492 to 2507, 2535): an ephemeral key of secp521r1 agrees with the static key of the
//! provisioning certificate, the KDF makes an AES-256 key of the shared secret, and GCM encrypts the 66 octets of the
//! private scalar with the car and the contract certificate as associated data.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::agreement::{self, ECDH_P521, PrivateKey, UnparsedPublicKey};
use opnc_exi::iso20::EncryptedPrivateKey;
use rand::CryptoRng;
use zeroize::Zeroizing;

use super::super::kdf;
use super::associated_data::associated_data;
use super::carrier::ENCRYPTED_KEY_LENGTH;
use super::{KeyIdForm, WrapError, WrappedKey};
use crate::certificate::Certificate;
use crate::key::{Algorithm, PublicKey, SoftwareKey};

const SCALAR_LENGTH: usize = 66;
const CURVE: Algorithm = Algorithm::Secp521r1;
const NOT_A_POINT: WrapError = WrapError::NotAPoint { algorithm: "secp521r1" };

/// Wraps `key`, which belongs to the contract certificate `contract`, for the car of the certificate `provisioning`.
///
/// `rng` makes the IV; the ephemeral key comes from the cryptographic library itself.
///
/// # Errors
/// Keys of another kind than secp521r1, a contract certificate without a key identifier, or a provisioning certificate
/// without a common name.
pub fn wrap(
    key: &SoftwareKey,
    contract: &Certificate,
    provisioning: &Certificate,
    form: KeyIdForm,
    rng: &mut dyn CryptoRng,
) -> Result<WrappedKey, WrapError> {
    let pcid = provisioning.common_name().ok_or(WrapError::NoPcid)?;
    let associated = associated_data(pcid, contract, form)?;
    let ephemeral = PrivateKey::generate(&ECDH_P521).map_err(|_| WrapError::Library)?;
    let mut iv = [0_u8; NONCE_LEN];
    rng.fill_bytes(&mut iv);
    wrap_with(key, provisioning.public_key(), &associated, &ephemeral, iv)
}

fn wrap_with(
    key: &SoftwareKey,
    recipient: &PublicKey,
    associated: &[u8],
    ephemeral: &PrivateKey,
    iv: [u8; NONCE_LEN],
) -> Result<WrappedKey, WrapError> {
    let found = key.public_key().algorithm();
    if found != CURVE {
        return Err(WrapError::OtherKind { found: found.as_str() });
    }
    if recipient.algorithm() != CURVE {
        return Err(NOT_A_POINT);
    }
    let peer = UnparsedPublicKey::new(&ECDH_P521, recipient.point());
    let cipher = agreement::agree(ephemeral, peer, NOT_A_POINT, cipher)?;
    let mut scalar = key.scalar().map_err(|_| WrapError::Library)?;
    let tag = cipher
        .seal_in_place_separate_tag(Nonce::assume_unique_for_key(iv), Aad::from(associated), &mut scalar)
        .map_err(|_| WrapError::Library)?;
    let encrypted = [&iv, scalar.as_slice(), tag.as_ref()].concat();
    let point = ephemeral.compute_public_key().map_err(|_| WrapError::Library)?;
    WrappedKey::secp521(&encrypted, point.as_ref())
}

fn cipher(z: &[u8]) -> Result<LessSafeKey, WrapError> {
    let key = kdf::aes256_key(z).map_err(|_| WrapError::Library)?;
    UnboundKey::new(&AES_256_GCM, key.as_slice()).map(LessSafeKey::new).map_err(|_| WrapError::Library)
}

/// Unwraps a contract key with the private key of the provisioning certificate, whose common name is `pcid`. `contract`
/// is the certificate beside the wrapped key. The caller compares the result with it.
///
/// # Errors
/// [`WrapError::NotAuthentic`] when it was made for something else, [`WrapError::TooManyBits`] and
/// [`WrapError::NotAKey`] when no scalar of the curve comes out, [`WrapError::OtherKind`] for a key that was wrapped for a
/// TPM or by X448.
pub fn unwrap(
    wrapped: &WrappedKey,
    contract: &Certificate,
    pcid: &str,
    recipient: &SoftwareKey,
    form: KeyIdForm,
) -> Result<SoftwareKey, WrapError> {
    let EncryptedPrivateKey::Secp521(encrypted) = wrapped.encrypted_private_key() else {
        return Err(WrapError::OtherKind { found: wrapped.encrypted_private_key().name() });
    };
    let associated = associated_data(pcid, contract, form)?;
    let scalar = decrypt(encrypted, wrapped.dh_public_key(), &associated, recipient)?;
    // V2G20-2678: 521 bits in 66 octets leave the first seven empty.
    if scalar.first().is_some_and(|first| first & 0xfe != 0) {
        return Err(WrapError::TooManyBits);
    }
    SoftwareKey::from_scalar(CURVE, scalar.as_slice()).map_err(|_| WrapError::NotAKey)
}

fn decrypt(
    encrypted: &[u8],
    dh_public_key: &[u8],
    associated: &[u8],
    recipient: &SoftwareKey,
) -> Result<Zeroizing<[u8; SCALAR_LENGTH]>, WrapError> {
    let length = WrapError::EncryptedKeyLength { length: encrypted.len(), expected: ENCRYPTED_KEY_LENGTH };
    let (iv, sealed) = encrypted.split_first_chunk::<NONCE_LEN>().ok_or(length.clone())?;
    let (ciphertext, tag) = sealed.split_first_chunk::<SCALAR_LENGTH>().ok_or(length)?;
    let peer = PublicKey::from_point(CURVE, dh_public_key).map_err(|_| NOT_A_POINT)?;
    let z = recipient.agree(&peer).map_err(|_| NOT_A_POINT)?;
    let mut scalar = Zeroizing::new([0_u8; SCALAR_LENGTH]);
    cipher(&z)?
        .open_separate_gather(
            Nonce::assume_unique_for_key(*iv),
            Aad::from(associated),
            ciphertext,
            tag,
            scalar.as_mut_slice(),
        )
        .map_err(|_| WrapError::NotAuthentic)?;
    Ok(scalar)
}

#[cfg(test)]
mod tests;
