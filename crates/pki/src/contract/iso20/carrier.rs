//! A wrapped contract key as a message carries it: curve, ephemeral public key, and one of three kinds of encrypted key.

use opnc_exi::iso20::{EcdhCurve, EncryptedPrivateKey};

use super::WrapError;
use crate::certificate::Certificate;
use crate::key::{Algorithm, PublicKey};

/// Octets of `SECP521_EncryptedPrivateKey`: IV (12), encrypted scalar (66), tag (16).
pub const ENCRYPTED_KEY_LENGTH: usize = 94;

/// Octets of `X448_EncryptedPrivateKey`: IV (12), encrypted key (56), tag (16).
const X448_KEY_LENGTH: usize = 84;
/// The most octets of `TPM_EncryptedPrivateKey`.
const MAX_TPM_LENGTH: usize = 206;
/// Octets of an X448 public key (RFC 7748). A note in the standard counts 57, which is read as well.
const X448_POINT_LENGTHS: [usize; 2] = [56, 57];

/// A contract key on its way, of a form that a car can take. Whether it opens, only the car can say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrappedKey {
    curve: EcdhCurve,
    dh_public_key: Vec<u8>,
    key: EncryptedPrivateKey,
}

impl WrappedKey {
    /// A key wrapped by ECDH on secp521r1: `SECP521_EncryptedPrivateKey` (94 octets) and the ephemeral point,
    /// uncompressed (133).
    ///
    /// # Errors
    /// As [`WrappedKey::new`].
    pub fn secp521(encrypted_private_key: &[u8], dh_public_key: &[u8]) -> Result<Self, WrapError> {
        Self::new(EcdhCurve::Secp521, dh_public_key, EncryptedPrivateKey::Secp521(encrypted_private_key.to_vec()))
    }

    /// A key wrapped by X448: `X448_EncryptedPrivateKey` (84 octets) and the ephemeral public key (56 or 57).
    ///
    /// # Errors
    /// As [`WrappedKey::new`].
    pub fn x448(encrypted_private_key: &[u8], dh_public_key: &[u8]) -> Result<Self, WrapError> {
        Self::new(EcdhCurve::X448, dh_public_key, EncryptedPrivateKey::X448(encrypted_private_key.to_vec()))
    }

    /// A key wrapped for import into a TPM 2.0: 1 to 206 octets. The length of the public key tells the curve.
    ///
    /// # Errors
    /// As [`WrappedKey::new`].
    pub fn tpm(encrypted_private_key: &[u8], dh_public_key: &[u8]) -> Result<Self, WrapError> {
        let is_x448 = X448_POINT_LENGTHS.contains(&dh_public_key.len());
        let curve = if is_x448 { EcdhCurve::X448 } else { EcdhCurve::Secp521 };
        Self::new(curve, dh_public_key, EncryptedPrivateKey::Tpm(encrypted_private_key.to_vec()))
    }

    /// Takes the three values as somebody sent them.
    ///
    /// # Errors
    /// A wrong length, a point that is not on the curve, or a kind of key that belongs to the other curve.
    pub fn new(curve: EcdhCurve, dh_public_key: &[u8], key: EncryptedPrivateKey) -> Result<Self, WrapError> {
        check_lengths(&key)?;
        check_point(curve, dh_public_key)?;
        match (&key, curve) {
            (EncryptedPrivateKey::Secp521(_), EcdhCurve::X448) | (EncryptedPrivateKey::X448(_), EcdhCurve::Secp521) => {
                Err(WrapError::OtherCurve { carrier: key.name(), curve: curve.as_str() })
            }
            _ => Ok(Self { curve, dh_public_key: dh_public_key.to_vec(), key }),
        }
    }

    /// The curve of the key agreement.
    pub fn curve(&self) -> EcdhCurve {
        self.curve
    }

    /// The ephemeral public key.
    pub fn dh_public_key(&self) -> &[u8] {
        &self.dh_public_key
    }

    /// The encrypted key with its kind.
    pub fn encrypted_private_key(&self) -> &EncryptedPrivateKey {
        &self.key
    }

    /// Refuses a kind of key that cannot hold the key of this contract certificate. A TPM object may hold any.
    ///
    /// # Errors
    /// [`WrapError::OtherCarrier`].
    pub fn check_fits(&self, contract: &Certificate) -> Result<(), WrapError> {
        let certificate = contract.public_key().algorithm();
        let fits = match self.key {
            EncryptedPrivateKey::Secp521(_) => certificate == Algorithm::Secp521r1,
            EncryptedPrivateKey::X448(_) => certificate == Algorithm::Ed448,
            EncryptedPrivateKey::Tpm(_) => true,
        };
        if fits {
            return Ok(());
        }
        Err(WrapError::OtherCarrier { carrier: self.key.name(), certificate: certificate.as_str() })
    }
}

fn check_lengths(key: &EncryptedPrivateKey) -> Result<(), WrapError> {
    let length = key.bytes().len();
    let (fits, expected) = match key {
        EncryptedPrivateKey::Secp521(_) => (length == ENCRYPTED_KEY_LENGTH, ENCRYPTED_KEY_LENGTH),
        EncryptedPrivateKey::X448(_) => (length == X448_KEY_LENGTH, X448_KEY_LENGTH),
        EncryptedPrivateKey::Tpm(_) => ((1..=MAX_TPM_LENGTH).contains(&length), MAX_TPM_LENGTH),
    };
    if fits { Ok(()) } else { Err(WrapError::EncryptedKeyLength { length, expected }) }
}

fn check_point(curve: EcdhCurve, point: &[u8]) -> Result<(), WrapError> {
    let length = point.len();
    match curve {
        EcdhCurve::Secp521 => {
            let expected = Algorithm::Secp521r1.point_len();
            if length != expected {
                return Err(WrapError::PointLength { length, expected });
            }
            let valid = PublicKey::from_point(Algorithm::Secp521r1, point);
            valid.map(drop).map_err(|_| WrapError::NotAPoint { algorithm: Algorithm::Secp521r1.as_str() })
        }
        // Every string of 56 octets is a key of X448 (RFC 7748, 5).
        EcdhCurve::X448 if X448_POINT_LENGTHS.contains(&length) => Ok(()),
        EcdhCurve::X448 => Err(WrapError::PointLength { length, expected: 56 }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::SoftwareKey;

    fn point() -> Vec<u8> {
        SoftwareKey::generate(Algorithm::Secp521r1).unwrap().public_key().point().to_vec()
    }

    #[test]
    fn each_kind_with_its_lengths() {
        let point = point();
        assert!(WrappedKey::secp521(&[1; 94], &point).is_ok());
        assert_eq!(WrappedKey::x448(&[1; 84], &[2; 56]).unwrap().curve(), EcdhCurve::X448);
        assert!(WrappedKey::x448(&[1; 84], &[2; 57]).is_ok());
        for length in [1, 180, 206] {
            assert_eq!(WrappedKey::tpm(&vec![1; length], &point).unwrap().curve(), EcdhCurve::Secp521);
            assert_eq!(WrappedKey::tpm(&vec![1; length], &[2; 56]).unwrap().curve(), EcdhCurve::X448);
        }
    }

    #[test]
    fn other_lengths_and_points_are_refused() {
        let point = point();
        let length = |length, expected| Err(WrapError::EncryptedKeyLength { length, expected });
        assert_eq!(WrappedKey::secp521(&[1; 48], &point), length(48, 94));
        assert_eq!(WrappedKey::x448(&[1; 94], &[2; 56]), length(94, 84));
        assert_eq!(WrappedKey::tpm(&[1; 207], &point), length(207, 206));
        assert_eq!(WrappedKey::tpm(&[], &point), length(0, 206));
        let point_length = |length, expected| Err(WrapError::PointLength { length, expected });
        assert_eq!(WrappedKey::secp521(&[1; 94], &point[1..]), point_length(132, 133));
        assert_eq!(WrappedKey::x448(&[1; 84], &point), point_length(133, 56));
        let mut off_curve = point.clone();
        off_curve[132] ^= 1;
        assert_eq!(WrappedKey::secp521(&[1; 94], &off_curve), Err(WrapError::NotAPoint { algorithm: "secp521r1" }));
        assert_eq!(WrappedKey::secp521(&[1; 94], &[0; 133]), Err(WrapError::NotAPoint { algorithm: "secp521r1" }));
        let mixed = WrappedKey::new(EcdhCurve::Secp521, &point, EncryptedPrivateKey::X448(vec![1; 84]));
        assert_eq!(mixed, Err(WrapError::OtherCurve { carrier: "X448_EncryptedPrivateKey", curve: "SECP521" }));
    }
}
