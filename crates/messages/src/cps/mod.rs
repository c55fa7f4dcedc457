//! Bodies of the certificate provisioning service.

mod contract_certificate_bundle;
mod cps_certificate_data;
mod generate_and_sign;
mod get_cps_certificates;
mod key_carrier;
mod sign_contract_data;

pub use contract_certificate_bundle::ContractCertificateBundle;
pub use cps_certificate_data::CpsCertificateData;
pub use generate_and_sign::GenerateAndSignContractDataReq;
pub use get_cps_certificates::GetCpsCertificatesRes;
pub use key_carrier::KeyCarrier;
pub use sign_contract_data::{SignContractDataReq, SignContractDataRes};
