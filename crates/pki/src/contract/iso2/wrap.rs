//! Wraps a contract key so that only the car can read it, and unwraps it there.
//!
//! The recipe of ISO 15118-2 (V2G2-815 to V2G2-823): an ephemeral key agrees with the static key of the recipient's
//! certificate (the provisioning certificate; for an update the contract certificate in use), the KDF makes an
//! AES-128 key of the shared secret, and CBC without padding encrypts the 32 octets of the private scalar. There is no
//! integrity check in it: whether the right key came out shows only when it is compared with the contract certificate.

use aes::Aes128;
use aws_lc_rs::agreement::{self, ECDH_P256, PrivateKey, UnparsedPublicKey};
use cbc::cipher::block_padding::NoPadding;
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use rand::CryptoRng;
use zeroize::Zeroizing;

use super::super::{WrapError, kdf};
use crate::key::{Algorithm, PublicKey, SoftwareKey};

/// Octets of `ContractSignatureEncryptedPrivateKey`: the IV and two blocks.
pub const ENCRYPTED_KEY_LENGTH: usize = 48;

const IV_LENGTH: usize = 16;
const NOT_A_POINT: WrapError = WrapError::NotAPoint { algorithm: "secp256r1" };

/// A contract key on its way: what the message carries of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrappedKey {
    encrypted_private_key: [u8; ENCRYPTED_KEY_LENGTH],
    dh_public_key: PublicKey,
}

impl WrappedKey {
    /// Takes the two values as somebody sent them: `encrypted_private_key` is the IV (16 octets) and the encrypted
    /// scalar (32), `dh_public_key` the ephemeral point, uncompressed (65).
    ///
    /// # Errors
    /// A wrong length, or a point that is not on the curve.
    pub fn new(encrypted_private_key: &[u8], dh_public_key: &[u8]) -> Result<Self, WrapError> {
        let encrypted_private_key = encrypted_private_key.try_into().map_err(|_| WrapError::EncryptedKeyLength {
            length: encrypted_private_key.len(),
            expected: ENCRYPTED_KEY_LENGTH,
        })?;
        let point_length = Algorithm::Secp256r1.point_len();
        if dh_public_key.len() != point_length {
            return Err(WrapError::PointLength { length: dh_public_key.len(), expected: point_length });
        }
        let dh_public_key = PublicKey::from_point(Algorithm::Secp256r1, dh_public_key).map_err(|_| NOT_A_POINT)?;
        Ok(Self { encrypted_private_key, dh_public_key })
    }

    /// The IV and the encrypted scalar.
    pub fn encrypted_private_key(&self) -> &[u8; ENCRYPTED_KEY_LENGTH] {
        &self.encrypted_private_key
    }

    /// The ephemeral public key as an uncompressed point, 65 octets.
    pub fn dh_public_key(&self) -> &[u8] {
        self.dh_public_key.point()
    }
}

/// Wraps `contract` for the holder of `recipient`, the public key of the car's provisioning certificate. `rng` makes
/// the IV; the ephemeral key comes from the cryptographic library itself.
///
/// # Errors
/// A recipient's key of another curve.
pub fn wrap(contract: &SoftwareKey, recipient: &PublicKey, rng: &mut dyn CryptoRng) -> Result<WrappedKey, WrapError> {
    let ephemeral = PrivateKey::generate(&ECDH_P256).map_err(|_| WrapError::Library)?;
    let mut iv = [0_u8; IV_LENGTH];
    rng.fill_bytes(&mut iv);
    wrap_with(contract, recipient, &ephemeral, iv)
}

fn wrap_with(
    contract: &SoftwareKey,
    recipient: &PublicKey,
    ephemeral: &PrivateKey,
    iv: [u8; IV_LENGTH],
) -> Result<WrappedKey, WrapError> {
    let algorithm = contract.public_key().algorithm();
    if algorithm != Algorithm::Secp256r1 {
        return Err(WrapError::OtherKind { found: algorithm.as_str() });
    }
    let scalar = contract.scalar().map_err(|_| WrapError::Library)?;
    let key = agreement::agree(ephemeral, UnparsedPublicKey::new(&ECDH_P256, recipient.point()), NOT_A_POINT, |z| {
        kdf::aes128_key(z).map_err(|_| WrapError::Library)
    })?;
    let mut encrypted_private_key = [0_u8; ENCRYPTED_KEY_LENGTH];
    let (iv_part, ciphertext) = encrypted_private_key.split_at_mut(IV_LENGTH);
    iv_part.copy_from_slice(&iv);
    cbc::Encryptor::<Aes128>::new((&*key).into(), &iv.into())
        .encrypt_padded_b2b::<NoPadding>(&scalar, ciphertext)
        .map_err(|_| WrapError::Library)?;
    let point = ephemeral.compute_public_key().map_err(|_| WrapError::Library)?;
    let dh_public_key = PublicKey::from_point(Algorithm::Secp256r1, point.as_ref()).map_err(|_| WrapError::Library)?;
    Ok(WrappedKey { encrypted_private_key, dh_public_key })
}

/// Unwraps a contract key with the private key of the provisioning certificate. The caller compares the result with
/// the contract certificate.
///
/// # Errors
/// [`WrapError::NotAKey`] when no scalar of the curve comes out.
pub fn unwrap(wrapped: &WrappedKey, recipient: &SoftwareKey) -> Result<SoftwareKey, WrapError> {
    let z = recipient.agree(&wrapped.dh_public_key).map_err(|_| NOT_A_POINT)?;
    let key = kdf::aes128_key(&z).map_err(|_| WrapError::Library)?;
    let (iv, ciphertext) = wrapped.encrypted_private_key.split_at(IV_LENGTH);
    let mut scalar = Zeroizing::new([0_u8; ENCRYPTED_KEY_LENGTH - IV_LENGTH]);
    cbc::Decryptor::<Aes128>::new_from_slices(key.as_slice(), iv)
        .map_err(|_| WrapError::Library)?
        .decrypt_padded_b2b::<NoPadding>(ciphertext, scalar.as_mut_slice())
        .map_err(|_| WrapError::Library)?;
    SoftwareKey::from_scalar(Algorithm::Secp256r1, scalar.as_slice()).map_err(|_| WrapError::NotAKey)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(scalar: &str) -> SoftwareKey {
        SoftwareKey::from_scalar(Algorithm::Secp256r1, &hex::decode(scalar).unwrap()).unwrap()
    }

    /// Keys and contract data of the vector `iso2_CertificateInstallationRes`, made outside this project.
    const CAR: &str = "0c2e395971b1e7b7389a889c7be8eb79b6a1c7cd886b19faee0a80d2f3955a36";
    const CONTRACT: &str = "fc8326f9d349db206477a32eda75de9eb4e870282e945b417ec18197effa7d40";
    const ENCRYPTED: &str = "9a687ee1f65144b8309c08fdc6237b7d9a1f1ac963035a0351601edb462dc854\
                             dac642f3e863c2bd1aa43de9c70fc841";
    const POINT: &str = "04f72c6c88e58c0408c49c13edbf6f57166618ec0a4c82b5db10035d135fdf6301\
                         cd9c1cc827ab036dde76b38f53d407d4c4bef5db2b2196465d9b4ad9873d2e32";

    fn vector() -> WrappedKey {
        WrappedKey::new(&hex::decode(ENCRYPTED).unwrap(), &hex::decode(POINT).unwrap()).unwrap()
    }

    #[test]
    fn unwraps_the_vector() {
        let contract = unwrap(&vector(), &key(CAR)).unwrap();
        assert_eq!(hex::encode(&*contract.scalar().unwrap()), CONTRACT);
    }

    /// The encryption in reverse: the car's own key stands in for the ephemeral one (an agreement is symmetric) and
    /// the vector's IV is used again, so that the same 48 octets must come out.
    #[test]
    fn wraps_as_the_vector() {
        let ephemeral = PrivateKey::from_private_key(&ECDH_P256, &hex::decode(CAR).unwrap()).unwrap();
        let vector = vector();
        let recipient = vector.dh_public_key.clone();
        let iv = vector.encrypted_private_key[..IV_LENGTH].try_into().unwrap();
        let wrapped = wrap_with(&key(CONTRACT), &recipient, &ephemeral, iv).unwrap();
        assert_eq!(hex::encode(wrapped.encrypted_private_key), ENCRYPTED);
        assert_eq!(&wrapped.dh_public_key, key(CAR).public_key());
    }

    #[test]
    fn wraps_anew_each_time() {
        let (contract, car) = (
            SoftwareKey::generate(Algorithm::Secp256r1).unwrap(),
            SoftwareKey::generate(Algorithm::Secp256r1).unwrap(),
        );
        let mut rng = rand::rng();
        let first = wrap(&contract, car.public_key(), &mut rng).unwrap();
        let second = wrap(&contract, car.public_key(), &mut rng).unwrap();
        assert_ne!(first.dh_public_key, second.dh_public_key);
        assert_ne!(first.encrypted_private_key[..IV_LENGTH], second.encrypted_private_key[..IV_LENGTH]);
        for wrapped in [first, second] {
            assert_eq!(unwrap(&wrapped, &car).unwrap().scalar().unwrap(), contract.scalar().unwrap());
        }
    }

    #[test]
    fn another_car_gets_another_key() {
        let other = SoftwareKey::generate(Algorithm::Secp256r1).unwrap();
        match unwrap(&vector(), &other) {
            Ok(key) => assert_ne!(hex::encode(&*key.scalar().unwrap()), CONTRACT),
            Err(error) => assert_eq!(error, WrapError::NotAKey),
        }
    }

    /// The derived key and its schedule leave memory with the cipher: a feature of the crates that must stay on.
    #[test]
    fn ciphers_wipe_their_keys() {
        fn wiped<T: zeroize::ZeroizeOnDrop>() {}
        wiped::<cbc::Encryptor<Aes128>>();
        wiped::<cbc::Decryptor<Aes128>>();
        wiped::<Aes128>();
    }

    #[test]
    fn lengths_and_points_are_checked() {
        let (encrypted, point) = (hex::decode(ENCRYPTED).unwrap(), hex::decode(POINT).unwrap());
        assert_eq!(
            WrappedKey::new(&encrypted[1..], &point),
            Err(WrapError::EncryptedKeyLength { length: 47, expected: 48 })
        );
        assert_eq!(WrappedKey::new(&encrypted, &point[..64]), Err(WrapError::PointLength { length: 64, expected: 65 }));
        let mut off_curve = point.clone();
        off_curve[64] ^= 1;
        assert_eq!(WrappedKey::new(&encrypted, &off_curve), Err(NOT_A_POINT));
        assert_eq!(WrappedKey::new(&encrypted, &[0; 65]), Err(NOT_A_POINT));
    }

    #[test]
    fn a_scalar_beyond_the_group_is_refused() {
        let car = key(CAR);
        let wrapped = vector();
        let z = car.agree(&wrapped.dh_public_key).unwrap();
        let aes = kdf::aes128_key(&z).unwrap();
        for scalar in [[0_u8; 32], [0xff; 32]] {
            let mut data = wrapped.clone();
            let (iv, ciphertext) = data.encrypted_private_key.split_at_mut(IV_LENGTH);
            cbc::Encryptor::<Aes128>::new_from_slices(aes.as_slice(), iv)
                .unwrap()
                .encrypt_padded_b2b::<NoPadding>(&scalar, ciphertext)
                .unwrap();
            assert_eq!(unwrap(&data, &car).err(), Some(WrapError::NotAKey));
        }
    }
}
