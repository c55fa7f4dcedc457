//! Encrypted PKCS#8, the form in which keys lie in files.
//!
//! PBES2 with PBKDF2-HMAC-SHA-256 and AES-256-CBC (RFC 8018), because `openssl pkey` and every other tool read it.

use aws_lc_rs::rand;
use der::pem::{self, LineEnding};
use pkcs8::pkcs5::pbes2::Parameters;
use pkcs8::{EncryptedPrivateKeyInfoOwned, EncryptedPrivateKeyInfoRef, der::Encode};
use zeroize::Zeroizing;

use super::{KeyEncryptionKey, KeyError, SoftwareKey};

const PEM_LABEL: &str = "ENCRYPTED PRIVATE KEY";
/// The password has 256 random bits: stretching it adds nothing, and this is what `openssl` itself writes.
const ITERATIONS: u32 = 2048;

/// Encrypts a key; the result is PEM (`BEGIN ENCRYPTED PRIVATE KEY`).
///
/// # Errors
/// [`KeyError::Library`] when the cryptographic library fails.
pub fn encrypt_pkcs8(key: &SoftwareKey, kek: &KeyEncryptionKey) -> Result<String, KeyError> {
    let failed = KeyError::Library("encrypt a key");
    let (mut salt, mut iv) = ([0; 16], [0; 16]);
    rand::fill(&mut salt).and_then(|()| rand::fill(&mut iv)).map_err(|_| failed.clone())?;
    let parameters = Parameters::generate_pbkdf2_sha256_aes256cbc(ITERATIONS, &salt, iv).map_err(|_| failed.clone())?;
    let encrypted = parameters.encrypt(kek.password().as_bytes(), &key.to_pkcs8_der()?).map_err(|_| failed.clone())?;
    let info = EncryptedPrivateKeyInfoOwned {
        encryption_algorithm: parameters.into(),
        encrypted_data: der::asn1::OctetString::new(encrypted).map_err(|_| failed.clone())?,
    };
    let der = info.to_der().map_err(|_| failed.clone())?;
    pem::encode_string(PEM_LABEL, LineEnding::LF, &der).map_err(|_| failed)
}

/// Decrypts a key that [`encrypt_pkcs8`] or `openssl pkcs8 -topk8` wrote.
///
/// # Errors
/// [`KeyError::NotAPrivateKey`] when the text is something else or the key-encryption key is another one.
pub fn decrypt_pkcs8(text: &str, kek: &KeyEncryptionKey) -> Result<SoftwareKey, KeyError> {
    let (label, der) = pem::decode_vec(text.trim().as_bytes()).map_err(|_| KeyError::NotAPrivateKey)?;
    if label != PEM_LABEL {
        return Err(KeyError::NotAPrivateKey);
    }
    let info = EncryptedPrivateKeyInfoRef::try_from(der.as_slice()).map_err(|_| KeyError::NotAPrivateKey)?;
    let password = kek.password();
    let plain: Zeroizing<Vec<u8>> = info
        .encryption_algorithm
        .decrypt(password.as_bytes(), info.encrypted_data.as_bytes())
        .map(Zeroizing::new)
        .map_err(|_| KeyError::NotAPrivateKey)?;
    SoftwareKey::from_pkcs8_der(&plain)
}

#[cfg(test)]
mod tests {
    use super::super::Algorithm;
    use super::*;

    #[test]
    fn leads_back_with_the_same_key_only() {
        let key = SoftwareKey::generate(Algorithm::Secp256r1).unwrap();
        let text = encrypt_pkcs8(&key, &KeyEncryptionKey::new([1; 32])).unwrap();
        let read = decrypt_pkcs8(&text, &KeyEncryptionKey::new([1; 32])).unwrap();
        assert_eq!(read.public_key(), key.public_key());
        assert!(decrypt_pkcs8(&text, &KeyEncryptionKey::new([2; 32])).is_err());
        assert!(decrypt_pkcs8(&key.to_pkcs8_pem().unwrap(), &KeyEncryptionKey::new([1; 32])).is_err());
        assert!(decrypt_pkcs8("", &KeyEncryptionKey::new([1; 32])).is_err());
    }
}
