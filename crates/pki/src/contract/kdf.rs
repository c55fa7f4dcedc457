//! The key that encrypts a contract key on its way to the car.
//!
//! Both editions of ISO 15118 use the one-step concatenation KDF of NIST SP 800-56A (section 5.8.1) with the same
//! three octets of OtherInfo; ISO 15118-2 takes 128 bits from SHA-256 (V2G2-818), ISO 15118-20 256 bits from SHA-512
//! (V2G20-2535).

use aws_lc_rs::error::Unspecified;
use aws_lc_rs::kdf::{SskdfDigestAlgorithmId, get_sskdf_digest_algorithm, sskdf_digest};
use zeroize::Zeroizing;

/// AlgorithmID 01, PartyUInfo "U", PartyVInfo "V".
const OTHER_INFO: [u8; 3] = [0x01, 0x55, 0x56];

/// The AES-128 key of ISO 15118-2 for the shared secret `z` (the x coordinate of the shared point, 32 octets).
pub(super) fn aes128_key(z: &[u8]) -> Result<Zeroizing<[u8; 16]>, Unspecified> {
    derive(SskdfDigestAlgorithmId::Sha256, z)
}

/// The AES-256 key of ISO 15118-20 for the shared secret `z` (66 octets on secp521r1).
pub(super) fn aes256_key(z: &[u8]) -> Result<Zeroizing<[u8; 32]>, Unspecified> {
    derive(SskdfDigestAlgorithmId::Sha512, z)
}

fn derive<const N: usize>(hash: SskdfDigestAlgorithmId, z: &[u8]) -> Result<Zeroizing<[u8; N]>, Unspecified> {
    let algorithm = get_sskdf_digest_algorithm(hash).ok_or(Unspecified)?;
    let mut key = Zeroizing::new([0_u8; N]);
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

    /// The first half of SHA-512(00000001 || Z || 015556), over the shared secret of `iso20_keytransport.json`.
    #[test]
    fn key_of_iso20() {
        let z = concat!(
            "002567c296036610049a697a6d1ccce4d5f364e38fe5bee82d8ef8dce38e27074d29015e56735ac48bbb9fb4e51a8b9fe40c80114ee92d7a",
            "5da7907823f32da13e8c"
        );
        let z = hex::decode(z).unwrap();
        let expected = "70423fa8bb95e301a71baf5aa16d5bc5655b6f9c1333ed21e9323ca674552e5d";
        assert_eq!(hex::encode(*aes256_key(&z).unwrap()), expected);
        let input = [&[0, 0, 0, 1], z.as_slice(), &[0x01, 0x55, 0x56]].concat();
        let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA512, &input);
        assert_eq!(aes256_key(&z).unwrap().as_slice(), &hash.as_ref()[..32]);
    }
}
