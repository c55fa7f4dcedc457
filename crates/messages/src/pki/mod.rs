//! Bodies and parameters of enrolment and revocation.

mod ca_name;
mod revocation_reason;
mod revoke_certificate;

pub use ca_name::{CaDomain, CaName};
pub use revocation_reason::RevocationReason;
pub use revoke_certificate::RevokeCertificateReq;
