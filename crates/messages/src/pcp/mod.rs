//! Bodies of the provisioning certificate pool.

mod get_provisioning_certificate;
mod provisioning_certificate;

pub use get_provisioning_certificate::GetProvisioningCertificateRes;
pub use provisioning_certificate::ProvisioningCertificateData;
