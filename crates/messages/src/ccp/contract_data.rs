//! What is known of a contract in the pool, without the message for the car.

use crate::fields::{Body, Fields};
use crate::ids::{Emaid, Fingerprint, Pcid};
use crate::schema::{Described, Kind, Member, Schema};
use crate::{CertificateDer, IsoVersion, date, values};
use jiff::Timestamp;
use serde::Serialize;

/// A contract in the pool (`contractCertificateData.v1`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ContractData {
    /// The car.
    pub pcid: Pcid,
    /// The contract.
    pub emaid: Emaid,
    /// The edition its message is written for. ISO 15118-2 when a peer does not say.
    #[serde(rename = "xsdMsgDefNamespace")]
    pub iso_version: IsoVersion,
    /// The contract certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contract_certificate: Option<CertificateDer>,
    /// The CAs above it, the one next to it first. Not in the official schema: pools of other ecosystems are told, who check it.
    #[serde(rename = "contractSubCaCertificates", skip_serializing_if = "Vec::is_empty")]
    pub contract_sub_cas: Vec<CertificateDer>,
    /// Whether it is the one that the car gets.
    pub default_contract: bool,
    /// Start of the contract certificate's validity.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "date::serialize_option")]
    pub cert_valid_from: Option<Timestamp>,
    /// End of the contract certificate's validity.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "date::serialize_option")]
    pub cert_valid_to: Option<Timestamp>,
    /// The subject of the V2G root that the CPS signed under.
    #[serde(rename = "cpsV2GRootDistinguishedName", skip_serializing_if = "Option::is_none")]
    pub cps_v2g_root_distinguished_name: Option<String>,
    /// The V2G root that the CPS signed under.
    #[serde(rename = "cpsV2GRootCertificateFingerprint", skip_serializing_if = "Option::is_none")]
    pub cps_v2g_root_fingerprint: Option<Fingerprint>,
    /// What the eMSP attached to it. Not in the official schema; kept from the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meta_data: Option<String>,
    /// Where the eMSP tells more of it. Not in the official schema; kept from the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subscription_url: Option<String>,
}

impl Body for ContractData {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let pcid = fields.required(&["pcid"], values::pcid);
        let emaid = fields.required(&["emaid"], values::emaid);
        let iso_version = fields.optional(&["xsdMsgDefNamespace"], values::iso_version);
        let contract_certificate =
            fields.optional(&["contractCertificate"], values::certificate("contractCertificate"));
        let sub_cas = values::certificate("contractSubCaCertificates");
        let contract_sub_cas = fields.list(&["contractSubCaCertificates"], sub_cas);
        let default_contract = fields.optional(&["defaultContract"], values::boolean);
        let cert_valid_from = fields.optional(&["certValidFrom"], values::date);
        let cert_valid_to = fields.optional(&["certValidTo"], values::date);
        let root_name = fields.optional(&["cpsV2GRootDistinguishedName"], values::text);
        let fingerprint = fields.optional(&["cpsV2GRootCertificateFingerprint"], values::fingerprint);
        let meta_data = fields.optional(&["metaData", "metadata"], values::text);
        let subscription_url = fields.optional(&["subscriptionUrl"], values::url);
        Some(Self {
            pcid: pcid?,
            emaid: emaid?,
            iso_version: iso_version.unwrap_or(IsoVersion::Iso2),
            contract_certificate,
            contract_sub_cas,
            default_contract: default_contract.unwrap_or_default(),
            cert_valid_from,
            cert_valid_to,
            cps_v2g_root_distinguished_name: root_name,
            cps_v2g_root_fingerprint: fingerprint,
            meta_data,
            subscription_url,
        })
    }
}

impl Described for ContractData {
    const SCHEMA: &'static Schema = &Schema {
        name: "ContractData",
        about: "What is known of a contract in the pool, without the message for the car.",
        members: &[
            Member::required("pcid", Kind::Pcid),
            Member::required("emaid", Kind::Emaid),
            Member::optional("xsdMsgDefNamespace", Kind::IsoVersion)
                .about("The edition that its message is written for."),
            Member::optional("contractCertificate", Kind::Certificate),
            Member::optional("contractSubCaCertificates", Kind::Values(&Kind::Certificate))
                .about("The CAs above it, the one next to it first; in answers to peers. An extension."),
            Member::optional("defaultContract", Kind::Boolean).about("Whether it is the one that the car gets."),
            Member::optional("certValidFrom", Kind::Date),
            Member::optional("certValidTo", Kind::Date),
            Member::optional("cpsV2GRootDistinguishedName", Kind::Text),
            Member::optional("cpsV2GRootCertificateFingerprint", Kind::Fingerprint),
            Member::optional("metaData", Kind::Text)
                .also(&["metadata"])
                .about("What the eMSP attached to it. An extension."),
            Member::optional("subscriptionUrl", Kind::Url).about("Where the eMSP tells more of it. An extension."),
        ],
    };
}
