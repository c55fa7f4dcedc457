//! The key that encrypts a contract key on its way to the car.
//!
//! Both editions of ISO 15118 use the one-step concatenation KDF of NIST SP 800-56A (section 5.8.1) with the same
//! three octets of OtherInfo; ISO 15118-2 takes 128 bits from SHA-256 (V2G2-818).

use aws_lc_rs::error::Unspecified;
use aws_lc_rs::kdf::{SskdfDigestAlgorithmId, get_sskdf_digest_algorithm, sskdf_digest};
use zeroize::Zeroizing;

/// AlgorithmID 01, PartyUInfo "U", PartyVInfo "V".
const OTHER_INFO: [u8; 3] = [0x01, 0x55, 0x56];

/// The AES-128 key of ISO 15118-2 for the shared secret `z` (the x coordinate of the shared point, 32 octets).
pub(super) fn aes128_key(z: &[u8]) -> Result<Zeroizing<[u8; 16]>, Unspecified> {
    let algorithm = get_sskdf_digest_algorithm(SskdfDigestAlgorithmId::Sha256).ok_or(Unspecified)?;
    let mut key = Zeroizing::new([0_u8; 16]);
    sskdf_digest(algorithm, z, &OTHER_INFO, key.as_mut_slice())?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shared secret and key as the PyPI packages `cryptography` and `iso15118` derive them for the contract data of
    /// the vector `iso2_CertificateInstallationRes`.
    #[test]
    fn key_of_the_vector() {
        let z = hex::decode("5521d59cd684eecee4b5c1f021cb9fb43a6cf8fc9208e348b1a1c535ad08ac76").unwrap();
        assert_eq!(hex::encode(*aes128_key(&z).unwrap()), "e72787c02564b037ed3308c260a61739");
    }

    /// The definition, spelled out: the first half of SHA-256(00000001 || Z || 015556).
    #[test]
    fn key_by_definition() {
        let z = [0x5a_u8; 32];
        let input = [&[0, 0, 0, 1], z.as_slice(), &[0x01, 0x55, 0x56]].concat();
        let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &input);
        assert_eq!(aes128_key(&z).unwrap().as_slice(), &hash.as_ref()[..16]);
    }
}
