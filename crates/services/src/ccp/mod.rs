//! The Contract Certificate Pool: signed contract data, waiting for their car.

mod add;
mod carried;
mod default;
mod delete;
mod elsewhere;
mod failure;
mod first_delivery;
mod foreign;
mod install;
mod look_up;
mod provide;
mod reset;

pub use add::add;
pub use default::set_default;
pub use delete::delete;
pub(crate) use foreign::{check_contracts, check_fetched, check_installation};
pub(crate) use install::Asked;
pub use install::install;
pub use look_up::{by_emaid, by_pcid};
pub use provide::{ProvideQuery, by_emaid_and_pcid};
pub use reset::factory_reset;

use opnc_messages::{Base64Bytes, IsoVersion, SignedContractData, texts};
use opnc_store::contracts::Contract;

use crate::ServiceError;
use crate::anchors::TrustAnchors;

/// The refusal of bytes that are no message of this generation; a message of the other one is named as such.
fn unreadable(member: &str, exi: &[u8], version: IsoVersion, error: &opnc_exi::Error) -> ServiceError {
    let of_other = match version {
        IsoVersion::Iso2 => opnc_exi::iso20::decode(exi).is_ok().then_some(IsoVersion::Iso20),
        IsoVersion::Iso20 => opnc_exi::iso2::decode(exi).is_ok().then_some(IsoVersion::Iso2),
    };
    let problem = match of_other {
        Some(other) => format!("xsdMsgDefNamespace : is that of {version}, and {member} is a message of {other}"),
        None => format!("{member} : {error}"),
    };
    ServiceError::Invalid(vec![texts::EXI_INVALID.to_owned(), problem])
}

fn contract_not_found() -> ServiceError {
    ServiceError::NotFound(texts::CONTRACT_NOT_FOUND.to_owned())
}

/// A stored contract as an answer carries it, with the message as it is to be delivered.
fn delivered(contract: &Contract, message: Vec<u8>, anchors: &TrustAnchors) -> SignedContractData {
    SignedContractData {
        certificate_installation_res: Base64Bytes::from(message),
        emaid: contract.emaid.clone(),
        pcid: Some(contract.pcid.clone()),
        iso_version: contract.iso,
        meta_data: contract.metadata.clone(),
        subscription_url: contract.subscription_url.clone(),
        cps_v2g_root_fingerprint: Some(contract.cps_root),
        cps_root_distinguished_name: anchors
            .by_fingerprint
            .get(&contract.cps_root)
            .map(|root| root.subject().to_string()),
    }
}
