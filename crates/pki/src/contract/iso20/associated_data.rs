//! What the encryption of a contract key covers besides the key: for which car and which certificate it is (V2G20-2492).
//!
//! The PCID, then the subject key identifier of the contract certificate, "16 bytes" of it. That is the digits of an
//! 8-byte identifier or 16 raw bytes; both readings are in use, and the two sides must take the same.

use super::WrapError;
use crate::certificate::Certificate;

/// How the subject key identifier of the contract certificate is written into the associated data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum KeyIdForm {
    /// In hexadecimal digits, A to F as capitals: 16 of them for the 8-byte identifiers that this crate issues.
    #[default]
    HexDigits,
    /// As it is.
    Bytes,
}

/// The associated data for this car and this contract certificate. `pcid` is the common name of the provisioning
/// certificate as it stands there.
pub(super) fn associated_data(pcid: &str, contract: &Certificate, form: KeyIdForm) -> Result<Vec<u8>, WrapError> {
    let key_id = contract.subject_key_id().ok_or(WrapError::NoKeyId)?;
    let mut data = pcid.as_bytes().to_vec();
    match form {
        KeyIdForm::HexDigits => data.extend_from_slice(hex::encode_upper(key_id).as_bytes()),
        KeyIdForm::Bytes => data.extend_from_slice(key_id),
    }
    Ok(data)
}
