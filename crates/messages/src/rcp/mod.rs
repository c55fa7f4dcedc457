//! Bodies of the root certificate pool.

mod get_root_certificate;
mod get_root_certificates;
mod pagination;
mod root_certificate;
mod root_types;

pub use get_root_certificate::GetRootCertificateRes;
pub use get_root_certificates::GetRootCertificatesRes;
pub use pagination::{PageRequest, Pagination};
pub use root_certificate::{Ctl, RootCertificate};
pub use root_types::RootTypes;
