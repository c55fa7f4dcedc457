//! What was checked of contract data, and what came out: one entry per check, the same in both editions of ISO 15118.
//!
//! All checks are made even when one fails, because who looks at a refused message wants to know all that is wrong.

use std::fmt;

use opnc_exi::EncodeError;
use opnc_messages::IsoVersion;

use super::{AlgorithmError, WrapError};
use crate::certificate::CertificateError;
use crate::chain::ChainError;
use crate::key::BadSignature;

/// One thing that a car checks before it accepts contract data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Check {
    /// The message is a `CertificateInstallationRes` with the response code `OK`.
    Response,
    /// The signature refers to each element that must be signed once, and to nothing else.
    References,
    /// The signature uses the algorithms of the edition, in ISO 15118-20 those of the signer's key.
    Algorithms,
    /// The digest of one element, by its name in the schema.
    Digest(&'static str),
    /// The signature value, by the key of the CPS certificate in the message.
    Signature,
    /// The chain of the CPS to a V2G root, with `DC=CPS` in its leaf.
    CpsChain,
    /// The chain of the contract certificate.
    ContractChain,
    /// The wrapped key has the form that the curve and the contract certificate ask for (ISO 15118-20).
    KeyForm,
    /// The unwrapped private key belongs to the contract certificate.
    Key,
    /// The EMAID is that of the contract certificate; in ISO 15118-20, where it stands nowhere else, it is one.
    Emaid,
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Response => f.write_str("response"),
            Self::References => f.write_str("references"),
            Self::Algorithms => f.write_str("algorithms"),
            Self::Digest(element) => write!(f, "digest of {element}"),
            Self::Signature => f.write_str("signature of the CPS"),
            Self::CpsChain => f.write_str("chain of the CPS"),
            Self::ContractChain => f.write_str("chain of the contract"),
            Self::KeyForm => f.write_str("form of the wrapped key"),
            Self::Key => f.write_str("private key"),
            Self::Emaid => f.write_str("EMAID"),
        }
    }
}

/// The result of one check.
#[derive(Debug)]
pub struct Entry {
    /// What was checked.
    pub check: Check,
    /// What is wrong, if anything.
    pub failure: Option<Failure>,
}

/// The results of all checks that were made, in the order in which they were made.
#[derive(Debug, Default)]
pub struct Report {
    entries: Vec<Entry>,
}

impl Report {
    /// Adds the result of a check and gives back what it found.
    pub(super) fn add<T>(&mut self, check: Check, result: Result<T, Failure>) -> Option<T> {
        let (value, failure) = match result {
            Ok(value) => (Some(value), None),
            Err(failure) => (None, Some(failure)),
        };
        self.entries.push(Entry { check, failure });
        value
    }

    /// Adds the results of further checks.
    pub(super) fn append(&mut self, mut other: Self) {
        self.entries.append(&mut other.entries);
    }

    /// Every check with its result.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Only the checks that failed.
    pub fn failures(&self) -> impl Iterator<Item = (Check, &Failure)> {
        self.entries.iter().filter_map(|entry| Some((entry.check, entry.failure.as_ref()?)))
    }

    /// Whether every check that was made held.
    pub fn is_ok(&self) -> bool {
        self.failures().next().is_none()
    }
}

/// The failed checks, one per line.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_ok() {
            return f.write_str("all checks hold");
        }
        for (position, (check, failure)) in self.failures().enumerate() {
            let separator = if position == 0 { "" } else { "\n" };
            write!(f, "{separator}{check}: {failure}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Report {}

/// Why a check failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// Another kind of message.
    #[error("the message is not a CertificateInstallationRes")]
    OtherMessage,
    /// The response tells of a failure.
    #[error("the response code is {0}")]
    ResponseCode(&'static str),
    /// The station has no answer yet (ISO 15118-20).
    #[error("the answer is not there yet: EVSEProcessing is {0}")]
    Processing(&'static str),
    /// The header has no signature.
    #[error("the message is not signed")]
    NotSigned,
    /// No reference has the `Id` of the element.
    #[error("the signature does not refer to {0}")]
    NotReferenced(&'static str),
    /// Several references have the `Id` of the element.
    #[error("the signature refers to {0} more than once")]
    ReferencedTwice(&'static str),
    /// A reference to something that is not one of the signed elements.
    #[error("the signature refers to {0:?}, which is none of the elements to be signed")]
    OtherReference(String),
    /// Two elements share an `Id`, so that a reference does not tell which it means.
    #[error("the Id {0:?} stands for more than one element")]
    SameId(String),
    /// Another algorithm.
    #[error(transparent)]
    Algorithm(#[from] AlgorithmError),
    /// The element is not the one that was signed.
    #[error("{0} is not what was signed: its digest differs")]
    Digest(&'static str),
    /// The element is not allowed by the schema.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// The signature value is not one over `SignedInfo` by the CPS.
    #[error("SignedInfo or SignatureValue is not what the CPS made: {0}")]
    Signature(#[from] BadSignature),
    /// A certificate cannot be read.
    #[error("the {whose} certificate cannot be read: {error}")]
    Certificate {
        /// Which certificate.
        whose: &'static str,
        /// What is wrong with it.
        error: CertificateError,
    },
    /// A chain does not hold.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// A chain of the other edition: its algorithms do not belong to this one.
    #[error("the {whose} chain is one of {found}, the message is of {expected}")]
    OtherVersion {
        /// Which chain.
        whose: &'static str,
        /// The version that the algorithms belong to.
        found: IsoVersion,
        /// The version of the message.
        expected: IsoVersion,
    },
    /// The key cannot be unwrapped.
    #[error(transparent)]
    Unwrap(#[from] WrapError),
    /// The unwrapped key is another one.
    #[error("the unwrapped private key does not belong to the contract certificate")]
    OtherKey,
    /// The EMAID is not that of the certificate.
    #[error("the EMAID is {emaid:?}, the contract certificate is for {common_name:?}")]
    Emaid {
        /// The EMAID in the message.
        emaid: String,
        /// The common name of the contract certificate.
        common_name: String,
    },
    /// The common name of the contract certificate is no EMAID (ISO 15118-20).
    #[error("the contract certificate is for {0:?}, which is no EMAID")]
    NoEmaid(String),
    /// The wrapped key is of a kind that only a car with such a key or chip can open.
    #[error("a {0} cannot be opened here: that needs the car's own X448 key or TPM")]
    OtherCarrier(&'static str),
}
