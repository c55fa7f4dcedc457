//! Why a message of a CPS or a car is not made.

use opnc_exi::EncodeError;
use opnc_messages::IsoVersion;
use opnc_messages::ids::Emaid;

use super::WrapError;
use crate::certificate::TooLong;
use crate::key::{Algorithm, KeyStoreError};

/// Why a message was not signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// A chain without a certificate in it.
    #[error("the {0} chain is empty")]
    EmptyChain(&'static str),
    /// More sub CAs than the message can hold.
    #[error("the {whose} chain has {count} sub CA certificates, at most {allowed} are allowed")]
    ChainLength {
        /// Of the contract or of the CPS.
        whose: &'static str,
        /// How many there are.
        count: usize,
        /// How many there may be.
        allowed: usize,
    },
    /// A certificate longer than the message can hold.
    #[error("certificate of {subject}: {error}")]
    CertificateLength {
        /// Its subject.
        subject: String,
        /// Both lengths.
        error: TooLong,
    },
    /// The EMAID is longer than 15 characters without hyphens.
    #[error("the EMAID {0} has more than the 15 characters that ISO 15118-2 carries")]
    EmaidLength(Emaid),
    /// The contract certificate was made for another EMAID.
    #[error("the contract certificate is for {common_name:?} and not for the EMAID {emaid}")]
    Emaid {
        /// The EMAID given.
        emaid: Emaid,
        /// The common name of the contract certificate.
        common_name: String,
    },
    /// A key or certificate of the other edition.
    #[error("the {what} is of {found}, which {version} does not use")]
    Algorithm {
        /// The signing key, or whose certificate it is.
        what: &'static str,
        /// The algorithm.
        found: Algorithm,
        /// The version of the message.
        version: IsoVersion,
    },
    /// The contract certificate is for no EMAID (ISO 15118-20).
    #[error("the contract certificate is for {0:?}, which is no EMAID")]
    NoEmaid(String),
    /// The wrapped key does not fit the contract certificate (ISO 15118-20).
    #[error(transparent)]
    Wrap(#[from] WrapError),
    /// The signing key is not that of the certificate beside it.
    #[error("the signing key does not belong to the certificate that would prove the signature")]
    OtherKey,
    /// A value that the schema does not allow.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// The key did not sign.
    #[error(transparent)]
    Key(#[from] KeyStoreError),
}
