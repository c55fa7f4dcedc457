//! The answer to GetContractDataByEmaid and GetContractDataByPcid.

use super::ContractData;
use crate::fields::{Body, Fields};
use crate::schema::{Described, Kind, Member, Schema};
use serde::Serialize;

/// Contracts in the pool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GetContractDataRes {
    /// The contracts under the EMAID or PCID that was asked for.
    pub contract_data_collection: Vec<ContractData>,
}

impl Body for GetContractDataRes {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let contract_data_collection = fields.nested_list(&["contractDataCollection"], ContractData::read);
        Some(Self { contract_data_collection })
    }
}

impl Described for GetContractDataRes {
    const SCHEMA: &'static Schema = &Schema {
        name: "GetContractDataRes",
        about: "Contracts in the pool.",
        members: &[Member::optional("contractDataCollection", Kind::Objects(ContractData::SCHEMA))],
    };
}
