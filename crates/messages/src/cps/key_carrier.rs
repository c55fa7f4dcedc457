//! How a wrapped contract key travels, which follows from the edition and from the lengths of the two values.
//!
//! ISO 15118-20 knows three elements for it and names the one in its message; a body of OPNC has one member for all of
//! them. Both lengths together tell them apart.

use crate::IsoVersion;

/// The element of the message that the wrapped key goes into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyCarrier {
    /// `ContractSignatureEncryptedPrivateKey` of ISO 15118-2: 48 bytes, with a DH key of 65.
    Iso2,
    /// `SECP521_EncryptedPrivateKey`: 94 bytes, with a DH key of 133.
    Secp521,
    /// `X448_EncryptedPrivateKey`: 84 bytes, with a DH key of 56, or of 57 as a note in the standard has it.
    X448,
    /// `TPM_EncryptedPrivateKey`: any other length up to 206 bytes, with a DH key of either curve.
    Tpm,
}

/// What is wrong with the lengths: for the wrapped key, for the DH key.
pub(super) type WrongLengths = (Option<String>, Option<String>);

impl KeyCarrier {
    /// The most bytes that a TPM object may have.
    const MAX_TPM: usize = 206;

    /// The carrier for a wrapped key and a DH public key of these lengths.
    ///
    /// # Errors
    /// The rule that each of the two breaks.
    pub(super) fn of(version: IsoVersion, key: usize, dh_key: usize) -> Result<Self, WrongLengths> {
        let wrong = |allowed: &str, length| Some(format!("must have {allowed} bytes in {version}, not {length}"));
        match version {
            IsoVersion::Iso2 if (key, dh_key) == (48, 65) => Ok(Self::Iso2),
            IsoVersion::Iso2 => {
                Err((wrong("48", key).filter(|_| key != 48), wrong("65", dh_key).filter(|_| dh_key != 65)))
            }
            IsoVersion::Iso20 => {
                let dh_problem =
                    wrong("133 (secp521r1) or 56 (X448)", dh_key).filter(|_| !matches!(dh_key, 56 | 57 | 133));
                let key_problem =
                    wrong("94 (secp521r1), 84 (X448) or at most 206 (TPM)", key).filter(|_| key > Self::MAX_TPM);
                match (key, dh_key) {
                    _ if dh_problem.is_some() || key_problem.is_some() => Err((key_problem, dh_problem)),
                    (94, 133) => Ok(Self::Secp521),
                    (84, 56 | 57) => Ok(Self::X448),
                    (48, _) => Err((Some("has 48 bytes, which is a wrapped key of ISO 15118-2".to_owned()), None)),
                    (84, _) => Err((None, Some("is a point of secp521r1 beside a key wrapped with X448".to_owned()))),
                    (94, _) => Err((None, Some("is a key of X448 beside a key wrapped with secp521r1".to_owned()))),
                    _ => Ok(Self::Tpm),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_carrier_by_its_lengths() {
        assert_eq!(KeyCarrier::of(IsoVersion::Iso2, 48, 65), Ok(KeyCarrier::Iso2));
        for (key, dh_key, carrier) in [
            (94, 133, KeyCarrier::Secp521),
            (84, 56, KeyCarrier::X448),
            (84, 57, KeyCarrier::X448),
            (206, 133, KeyCarrier::Tpm),
            (206, 56, KeyCarrier::Tpm),
            (180, 133, KeyCarrier::Tpm),
        ] {
            assert_eq!(KeyCarrier::of(IsoVersion::Iso20, key, dh_key), Ok(carrier), "{key} {dh_key}");
        }
    }

    /// Contract data of one edition under the namespace of the other, of two curves, and of no length at all.
    #[test]
    fn what_fits_nothing_is_named() {
        for (version, key, dh_key, wrong) in [
            (IsoVersion::Iso2, 94, 133, (true, true)),
            (IsoVersion::Iso2, 48, 64, (false, true)),
            (IsoVersion::Iso2, 47, 65, (true, false)),
            (IsoVersion::Iso20, 48, 65, (false, true)),
            (IsoVersion::Iso20, 48, 133, (true, false)),
            (IsoVersion::Iso20, 207, 65, (true, true)),
            (IsoVersion::Iso20, 94, 56, (false, true)),
            (IsoVersion::Iso20, 84, 133, (false, true)),
        ] {
            let (key_problem, dh_problem) = KeyCarrier::of(version, key, dh_key).unwrap_err();
            assert_eq!((key_problem.is_some(), dh_problem.is_some()), wrong, "{version} {key} {dh_key}");
        }
    }
}
