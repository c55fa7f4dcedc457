//! Bodies of enrolment and revocation.

mod revocation_reason;

pub use revocation_reason::RevocationReason;
