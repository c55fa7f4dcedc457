//! Bodies of the contract certificate pool.

mod add_signed_contract_data;
mod contract_data;
mod get_contract_data;
mod get_signed_contract_data;

pub use add_signed_contract_data::AddSignedContractDataReq;
pub use contract_data::ContractData;
pub use get_contract_data::GetContractDataRes;
pub use get_signed_contract_data::{GetSignedContractDataReq, GetSignedContractDataRes};
