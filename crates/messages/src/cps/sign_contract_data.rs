//! Request and answer of SignContractData.

use super::ContractCertificateBundle;
use crate::fields::{Body, Fields};
use crate::ids::Fingerprint;
use crate::schema::{Described, Kind, Member, Schema};
use crate::{IsoVersion, SignedContractData, values};
use serde::Serialize;

/// Contract data to be signed (`signContractDataReq.v1`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SignContractDataReq {
    /// The contract.
    pub contract_certificate_bundle: ContractCertificateBundle,
    /// The edition that the car speaks.
    #[serde(rename = "xsdMsgDefNamespace")]
    pub iso_version: IsoVersion,
    /// The V2G root to sign under; the CPS chooses when it is not said.
    #[serde(rename = "cpsV2GRootCertificateFingerprint", skip_serializing_if = "Option::is_none")]
    pub cps_v2g_root_fingerprint: Option<Fingerprint>,
}

/// Contract data with the signature of the CPS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SignContractDataRes {
    /// The signed contract.
    pub signed_contract_data: SignedContractData,
}

impl Body for SignContractDataReq {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let bundle = fields.nested(&["contractCertificateBundle"], ContractCertificateBundle::read);
        let iso_version = fields.required(&["xsdMsgDefNamespace"], values::iso_version);
        let fingerprint = fields.optional(&["cpsV2GRootCertificateFingerprint"], values::fingerprint);
        Some(Self {
            contract_certificate_bundle: bundle?,
            iso_version: iso_version?,
            cps_v2g_root_fingerprint: fingerprint,
        })
    }
}

impl Described for SignContractDataReq {
    const SCHEMA: &'static Schema = &Schema {
        name: "SignContractDataReq",
        about: "Contract data to be signed.",
        members: &[
            Member::required("contractCertificateBundle", Kind::Object(ContractCertificateBundle::SCHEMA)),
            Member::required("xsdMsgDefNamespace", Kind::IsoVersion).about("The edition to write for."),
            Member::optional("cpsV2GRootCertificateFingerprint", Kind::Fingerprint)
                .about("The V2G root that the CPS is to sign under."),
        ],
    };
}

impl Body for SignContractDataRes {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let signed_contract_data = fields.nested(&["signedContractData"], SignedContractData::read)?;
        Some(Self { signed_contract_data })
    }
}

impl Described for SignContractDataRes {
    const SCHEMA: &'static Schema = &Schema {
        name: "SignContractDataRes",
        about: "The signed contract.",
        members: &[Member::required("signedContractData", Kind::Object(SignedContractData::SCHEMA))],
    };
}
