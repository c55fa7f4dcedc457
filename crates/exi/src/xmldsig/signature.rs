//! `Signature`: what a message header carries.

use super::SignedInfo;

/// A signature over elements of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// The element's own `Id`; not used by ISO 15118.
    pub id: Option<String>,
    /// What is signed.
    pub signed_info: SignedInfo,
    /// The `Id` of `SignatureValue`; not used by ISO 15118.
    pub signature_value_id: Option<String>,
    /// The signature. ECDSA: r and s, big-endian, each padded to the size of the curve, one after the other.
    pub signature_value: Vec<u8>,
}
