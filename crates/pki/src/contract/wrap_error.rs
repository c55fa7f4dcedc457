//! Why a contract key was not wrapped or unwrapped.

/// Why a contract key was not wrapped or unwrapped.
#[derive(Debug, Clone, thiserror::Error, PartialEq, Eq)]
pub enum WrapError {
    /// The encrypted private key has another length.
    #[error("the encrypted private key has {length} octets instead of {expected}")]
    EncryptedKeyLength {
        /// Octets found.
        length: usize,
        /// Octets there must be; for a TPM at most.
        expected: usize,
    },
    /// The ephemeral public key has another length.
    #[error("the DH public key has {length} octets instead of {expected}")]
    PointLength {
        /// Octets found.
        length: usize,
        /// Octets of such a key.
        expected: usize,
    },
    /// The ephemeral key or the recipient's key cannot take part in the key agreement.
    #[error("the public key is not an uncompressed point of {algorithm}")]
    NotAPoint {
        /// The curve of the agreement.
        algorithm: &'static str,
    },
    /// A contract key that this way of wrapping has no place for.
    #[error("a contract key of {found} cannot be wrapped like this")]
    OtherKind {
        /// The algorithm of the key.
        found: &'static str,
    },
    /// The kind of wrapped key is not the one of the contract certificate (ISO 15118-20).
    #[error("the message carries a {carrier}, the contract certificate has a key of {certificate}")]
    OtherCarrier {
        /// The element in the message.
        carrier: &'static str,
        /// The algorithm of the contract certificate.
        certificate: &'static str,
    },
    /// The kind of wrapped key belongs to another curve than the key agreement (ISO 15118-20).
    #[error("a {carrier} is not made by a key agreement on {curve}")]
    OtherCurve {
        /// The element in the message.
        carrier: &'static str,
        /// The curve that the message names.
        curve: &'static str,
    },
    /// The contract certificate has no subject key identifier, on which the wrapping depends (ISO 15118-20).
    #[error("the contract certificate has no subject key identifier, which the wrapping of its key covers")]
    NoKeyId,
    /// The provisioning certificate has no common name, on which the wrapping depends (ISO 15118-20).
    #[error("the provisioning certificate has no common name, the PCID that the wrapping covers")]
    NoPcid,
    /// What was encrypted is not what arrived, or it was made for somebody or something else (ISO 15118-20).
    #[error(
        "the wrapped key does not open: it was made for another provisioning certificate, PCID or contract \
         certificate, with the key identifier in another form, or was damaged"
    )]
    NotAuthentic,
    /// More than 521 bits (V2G20-2678).
    #[error("the unwrapped value has more than the 521 bits of a private key")]
    TooManyBits,
    /// The decrypted value is zero or not below the order of the group.
    #[error(
        "no private key came out: the contract data were made for another provisioning certificate, or were damaged"
    )]
    NotAKey,
    /// A primitive refused to work, which valid inputs cannot cause.
    #[error("the cryptographic library failed")]
    Library,
}
