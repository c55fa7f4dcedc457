//! Bodies of questions about trust: an extension, no part of OPNC v1.

mod authorize;
mod checked;
mod hash_data;
mod resolve;
mod words;

pub use authorize::{AuthorizeContractReq, AuthorizeContractRes};
pub use checked::{Anchor, CheckedCertificate, FoundProblem, Revocation};
pub use hash_data::CertificateHashData;
pub use resolve::{ResolveTrustReq, ResolveTrustRes};
pub use words::{CertificateStatus, ContractState, HashAlgorithm, Place, Purpose, RevocationState, Source};

/// The names of the member with the certificates that a question is about.
const CERTIFICATES: &[&str] = &["certificates", "certificate"];
