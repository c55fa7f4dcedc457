//! Identifiers, message bodies and the operations of OPNC v1.
//!
//! Everything here is a value: no clock, no cryptography, no input or output. An identifier or a body that exists
//! has been parsed, so that nobody behind this crate checks its form again. Where the official files contradict
//! themselves or each other, every reading is accepted and one is written; `docs/spec-notes.md` has the list.

mod base64_bytes;
pub mod ccp;
mod certificate_chain;
mod certificate_der;
pub mod cps;
pub mod date;
mod encoding;
mod error;
pub mod event;
pub mod federation;
mod fields;
pub mod header;
pub mod ids;
mod iso_version;
pub mod operation;
pub mod pcp;
pub mod pki;
pub mod rcp;
mod role;
mod root_type;
pub mod schema;
mod signed_contract_data;
pub mod texts;
pub mod trust;
mod values;

pub use base64_bytes::Base64Bytes;
pub use certificate_chain::CertificateChain;
pub use certificate_der::{CertificateDer, CertificateTextError};
pub use error::{ErrorBody, FailedInstallation};
pub use fields::{Body, Fields, Problem, Problems, parse_body};
pub use iso_version::IsoVersion;
pub use operation::{Operation, OperationInfo, Service};
pub use role::Role;
pub use root_type::RootType;
pub use signed_contract_data::SignedContractData;
