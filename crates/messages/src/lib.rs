//! Identifiers, message bodies and the operations of OPNC v1.
//!
//! Everything here is a value: no clock, no cryptography, no input or output. An identifier or a body that exists
//! has been parsed, so that nobody behind this crate checks its form again.

mod certificate_der;
mod encoding;
pub mod ids;
mod iso_version;
mod role;
mod root_type;

pub use certificate_der::{CertificateDer, CertificateTextError};
pub use iso_version::IsoVersion;
pub use role::Role;
pub use root_type::RootType;
