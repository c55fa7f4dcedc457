//! The request of AddSignedContractData.

use crate::fields::{Body, Fields};
use crate::ids::{Emaid, Fingerprint, Pcid};
use crate::schema::{Described, Kind, Member, Schema};
use crate::{Base64Bytes, IsoVersion, values};
use serde::Serialize;

/// A signed contract for the pool (`signedContractData.v1`). Unlike in answers, the car must be named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AddSignedContractDataReq {
    /// EXI of the signed `CertificateInstallationRes`.
    pub certificate_installation_res: Base64Bytes,
    /// The contract.
    pub emaid: Emaid,
    /// The car.
    pub pcid: Pcid,
    /// The edition it is written for.
    #[serde(rename = "xsdMsgDefNamespace")]
    pub iso_version: IsoVersion,
    /// What the eMSP attaches to the contract. Kept and returned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meta_data: Option<String>,
    /// The V2G root that the CPS signed under, if the sender knows it.
    #[serde(rename = "cpsV2GRootCertificateFingerprint", skip_serializing_if = "Option::is_none")]
    pub cps_v2g_root_fingerprint: Option<Fingerprint>,
    /// That root's subject. Informative.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cps_root_distinguished_name: Option<String>,
}

impl Body for AddSignedContractDataReq {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let certificate_installation_res = fields.required(&["certificateInstallationRes"], values::exi);
        let emaid = fields.required(&["emaid"], values::emaid);
        let pcid = fields.required(&["pcid"], values::pcid);
        let iso_version = fields.required(&["xsdMsgDefNamespace"], values::iso_version);
        let meta_data = fields.optional(&["metaData", "metadata"], values::text);
        let fingerprint = fields.optional(&["cpsV2GRootCertificateFingerprint"], values::fingerprint);
        let cps_root_distinguished_name = fields.optional(&["cpsRootDistinguishedName"], values::text);
        Some(Self {
            certificate_installation_res: certificate_installation_res?,
            emaid: emaid?,
            pcid: pcid?,
            iso_version: iso_version?,
            meta_data,
            cps_v2g_root_fingerprint: fingerprint,
            cps_root_distinguished_name,
        })
    }
}

impl Described for AddSignedContractDataReq {
    const SCHEMA: &'static Schema = &Schema {
        name: "AddSignedContractDataReq",
        about: "A signed contract for the pool.",
        members: &[
            Member::required("certificateInstallationRes", Kind::Exi)
                .about("EXI of the signed CertificateInstallationRes."),
            Member::required("emaid", Kind::Emaid),
            Member::required("pcid", Kind::Pcid),
            Member::required("xsdMsgDefNamespace", Kind::IsoVersion),
            Member::optional("metaData", Kind::Text).also(&["metadata"]).about("Kept and returned."),
            Member::optional("cpsV2GRootCertificateFingerprint", Kind::Fingerprint)
                .about("The V2G root that the CPS signed under."),
            Member::optional("cpsRootDistinguishedName", Kind::Text).about("Informative."),
        ],
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::parse_body;

    #[test]
    fn all_problems_at_once() {
        let body = br#"{"certificateInstallationRes": "no EXI", "metadata": 1}"#;
        assert_eq!(
            parse_body::<AddSignedContractDataReq>(body).unwrap_err(),
            [
                "EXI format is invalid!",
                "emaid : is required",
                "pcid : is required",
                "xsdMsgDefNamespace : is required",
                "metadata : must be a string, not a number",
            ]
        );
    }
}
