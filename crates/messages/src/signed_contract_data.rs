//! Signed contract data in answers of the CPS and the CCP.

use crate::fields::{Body, Fields};
use crate::ids::{Emaid, Fingerprint, Pcid};
use crate::schema::{Described, Kind, Member, Schema};
use crate::{Base64Bytes, IsoVersion, values};
use serde::Serialize;

/// A contract as a car installs it (`signedContractData.v1`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SignedContractData {
    /// EXI of the signed `CertificateInstallationRes`.
    pub certificate_installation_res: Base64Bytes,
    /// The contract.
    pub emaid: Emaid,
    /// The car. Not known to a CPS that was asked to sign without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pcid: Option<Pcid>,
    /// The edition it is written for.
    #[serde(rename = "xsdMsgDefNamespace")]
    pub iso_version: IsoVersion,
    /// What the eMSP attached to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meta_data: Option<String>,
    /// The V2G root that the CPS signed under.
    #[serde(rename = "cpsV2GRootCertificateFingerprint", skip_serializing_if = "Option::is_none")]
    pub cps_v2g_root_fingerprint: Option<Fingerprint>,
    /// That root's subject. Informative.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cps_root_distinguished_name: Option<String>,
    /// Where the eMSP tells more of the contract. Not in the official schema of answers; kept from the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subscription_url: Option<String>,
}

impl Body for SignedContractData {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let certificate_installation_res = fields.required(&["certificateInstallationRes"], values::exi);
        let emaid = fields.required(&["emaid"], values::emaid);
        let pcid = fields.optional(&["pcid"], values::pcid);
        let iso_version = fields.required(&["xsdMsgDefNamespace"], values::iso_version);
        let meta_data = fields.optional(&["metaData", "metadata"], values::text);
        let fingerprint = fields.optional(&["cpsV2GRootCertificateFingerprint"], values::fingerprint);
        let cps_root_distinguished_name = fields.optional(&["cpsRootDistinguishedName"], values::text);
        let subscription_url = fields.optional(&["subscriptionUrl"], values::url);
        Some(Self {
            certificate_installation_res: certificate_installation_res?,
            emaid: emaid?,
            pcid,
            iso_version: iso_version?,
            meta_data,
            cps_v2g_root_fingerprint: fingerprint,
            cps_root_distinguished_name,
            subscription_url,
        })
    }
}

impl Described for SignedContractData {
    const SCHEMA: &'static Schema = &Schema {
        name: "SignedContractData",
        about: "A signed contract, ready for the car.",
        members: &[
            Member::required("certificateInstallationRes", Kind::Exi)
                .about("EXI of the signed CertificateInstallationRes."),
            Member::required("emaid", Kind::Emaid).about("The contract."),
            Member::optional("pcid", Kind::Pcid).about("The car, where it is known."),
            Member::required("xsdMsgDefNamespace", Kind::IsoVersion).about("The edition that it is written for."),
            Member::optional("metaData", Kind::Text)
                .also(&["metadata"])
                .about("What the eMSP attached to the contract."),
            Member::optional("cpsV2GRootCertificateFingerprint", Kind::Fingerprint)
                .about("The V2G root that the CPS signed under."),
            Member::optional("cpsRootDistinguishedName", Kind::Text).about("Its subject."),
            Member::optional("subscriptionUrl", Kind::Url)
                .about("Where the eMSP tells more of the contract. Never fetched."),
        ],
    };
}
