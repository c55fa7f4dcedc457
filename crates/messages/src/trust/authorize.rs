//! Request and answer of AuthorizeContract.

use super::{CERTIFICATES, CertificateHashData, CertificateStatus, CheckedCertificate, ContractState, RevocationState};
use crate::fields::{Body, Fields, Problem};
use crate::ids::{Emaid, ProviderId};
use crate::schema::{Described, Kind, Member, Schema};
use crate::{CertificateDer, date, values};
use jiff::Timestamp;
use serde::Serialize;

/// How many certificates OCPP sends hashes of.
const MOST_HASHED: usize = 4;

/// What a car has presented at a charging station: its contract chain, or hashes of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AuthorizeContractReq {
    /// The contract certificate and the sub CAs that came with it, in any order. When they are there, the hashes are not
    /// looked at.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub certificates: Vec<CertificateDer>,
    /// Up to four certificates by their hashes, the contract's first.
    #[serde(rename = "iso15118CertificateHashData", skip_serializing_if = "Vec::is_empty")]
    pub hash_data: Vec<CertificateHashData>,
    /// The EMAID that the car says is its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub emaid: Option<Emaid>,
}

/// Whether the contract is good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AuthorizeContractRes {
    /// The word for the charging station.
    pub certificate_status: CertificateStatus,
    /// Why, when it is not [`Accepted`](CertificateStatus::Accepted).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The contract; with hashes alone, when this pool has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub emaid: Option<Emaid>,
    /// Country and provider of the eMSP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_id: Option<ProviderId>,
    /// What the contract certificate pool knows of it.
    pub contract: ContractState,
    /// Whether anything is revoked.
    pub revocation: RevocationState,
    /// What was not checked: `signature` and `dates` with hashes alone, `revocation` when nobody was asked or answered, `emaid`
    /// when nobody knows whose certificate it is.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_checked: Vec<String>,
    /// Until when the chain is valid.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "date::serialize_option")]
    pub valid_to: Option<Timestamp>,
    /// The path, leaf first, when there were certificates.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub path: Vec<CheckedCertificate>,
    /// What is accepted and yet odd.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

impl Body for AuthorizeContractReq {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let what = fields.named(CERTIFICATES).unwrap_or_default();
        let certificates = fields.optional(CERTIFICATES, values::certificates(what)).unwrap_or_default();
        let hash_data = fields.nested_list(&["iso15118CertificateHashData"], CertificateHashData::read);
        if certificates.is_empty() && hash_data.is_empty() && fields.is_sound() {
            fields.problem("certificates", Problem::about("is required, or iso15118CertificateHashData"));
        }
        if hash_data.len() > MOST_HASHED {
            let rule = format!("has {} entries; OCPP sends at most {MOST_HASHED}", hash_data.len());
            fields.problem("iso15118CertificateHashData", Problem::about(rule));
        }
        let emaid = fields.optional(&["emaid"], values::emaid);
        Some(Self { certificates, hash_data, emaid })
    }
}

impl Body for AuthorizeContractRes {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let certificate_status = fields.required(&["certificateStatus"], CertificateStatus::read);
        let reason = fields.optional(&["reason"], values::text);
        let emaid = fields.optional(&["emaid"], values::emaid);
        let provider_id = fields.optional(&["providerId"], values::provider_id);
        let contract = fields.required(&["contract"], ContractState::read);
        let revocation = fields.required(&["revocation"], RevocationState::read);
        let not_checked = fields.list(&["notChecked"], values::text);
        let valid_to = fields.optional(&["validTo"], values::date);
        let path = fields.nested_list(&["path"], CheckedCertificate::read);
        let warnings = fields.list(&["warnings"], values::text);
        Some(Self {
            certificate_status: certificate_status?,
            reason,
            emaid,
            provider_id,
            contract: contract?,
            revocation: revocation?,
            not_checked,
            valid_to,
            path,
            warnings,
        })
    }
}

impl Described for AuthorizeContractReq {
    const SCHEMA: &'static Schema = &Schema {
        name: "AuthorizeContractReq",
        about: "What a car has presented at a charging station: its contract chain, or hashes of it. An extension.",
        members: &[
            Member::optional("certificates", Kind::Values(&Kind::Certificate)).also(&["certificate"]).about(
                "The contract certificate and the sub CAs that came with it, in any order: a list, or a text with any \
                 number of PEM blocks, as OCPP has it.",
            ),
            Member::optional("iso15118CertificateHashData", Kind::Objects(CertificateHashData::SCHEMA))
                .about("Up to four certificates by their hashes; not looked at when there are certificates."),
            Member::optional("emaid", Kind::Emaid).about("The EMAID that the car says is its own."),
        ],
    };
}

impl Described for AuthorizeContractRes {
    const SCHEMA: &'static Schema = &Schema {
        name: "AuthorizeContractRes",
        about: "Whether a contract is good, in the words of OCPP 2.0.1. An extension.",
        members: &[
            Member::required("certificateStatus", Kind::OneOf(CertificateStatus::WORDS)),
            Member::optional("reason", Kind::Text).about("Why, when it is not Accepted."),
            Member::optional("emaid", Kind::Emaid).about("With hashes alone: when this pool has the contract."),
            Member::optional("providerId", Kind::Provider).about("The eMSP."),
            Member::required("contract", Kind::OneOf(ContractState::WORDS))
                .about("What the contract certificate pool knows of it."),
            Member::required("revocation", Kind::OneOf(RevocationState::WORDS)),
            Member::optional("notChecked", Kind::Values(&Kind::Text)).about(
                "What was not checked: signature and dates with hashes alone, revocation when nobody was asked or answered, \
                 emaid when nobody knows whose certificate it is.",
            ),
            Member::optional("validTo", Kind::Date).about("Until when the chain is valid."),
            Member::optional("path", Kind::Objects(CheckedCertificate::SCHEMA)).about("Leaf first."),
            Member::optional("warnings", Kind::Values(&Kind::Text)).about("What is accepted and yet odd."),
        ],
    };
}
