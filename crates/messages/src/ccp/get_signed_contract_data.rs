//! Request and answer of the operations that hand out contracts for installation.

use crate::fields::{Body, Fields};
use crate::schema::{Described, Kind, Member, Schema};
use crate::{Base64Bytes, IsoVersion, SignedContractData, values};
use serde::Serialize;

/// What a station got from a car (`getSignedContractDataReq.v1`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GetSignedContractDataReq {
    /// EXI of the car's `CertificateInstallationReq`.
    pub certificate_installation_req: Base64Bytes,
    /// The edition it is written for.
    #[serde(rename = "xsdMsgDefNamespace")]
    pub iso_version: IsoVersion,
    /// Reserved by the official file.
    #[serde(rename = "metadata", skip_serializing_if = "Option::is_none")]
    pub meta_data: Option<String>,
}

/// The contracts for the car: one in ISO 15118-2, several in ISO 15118-20.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GetSignedContractDataRes {
    /// The contracts, best first.
    pub signed_contract_data_collection: Vec<SignedContractData>,
}

impl Body for GetSignedContractDataReq {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let certificate_installation_req = fields.required(&["certificateInstallationReq"], values::exi);
        let iso_version = fields.required(&["xsdMsgDefNamespace"], values::iso_version);
        let meta_data = fields.optional(&["metadata", "metaData"], values::text);
        Some(Self { certificate_installation_req: certificate_installation_req?, iso_version: iso_version?, meta_data })
    }
}

impl Described for GetSignedContractDataReq {
    const SCHEMA: &'static Schema = &Schema {
        name: "GetSignedContractDataReq",
        about: "What a station got from a car.",
        members: &[
            Member::required("certificateInstallationReq", Kind::Exi)
                .about("EXI of the car's CertificateInstallationReq."),
            Member::required("xsdMsgDefNamespace", Kind::IsoVersion),
            Member::optional("metadata", Kind::Text).also(&["metaData"]).about("Reserved by the official file."),
        ],
    };
}

impl Body for GetSignedContractDataRes {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let entries = fields.nested_list(&["signedContractDataCollection"], SignedContractData::read);
        Some(Self { signed_contract_data_collection: entries })
    }
}

impl Described for GetSignedContractDataRes {
    const SCHEMA: &'static Schema = &Schema {
        name: "GetSignedContractDataRes",
        about: "The contracts for the car, best first: one in ISO 15118-2, several in ISO 15118-20.",
        members: &[Member::optional("signedContractDataCollection", Kind::Objects(SignedContractData::SCHEMA))],
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::parse_body;
    use serde_json::json;

    #[test]
    fn what_is_no_exi_has_the_official_text() {
        for wrong in [json!(""), json!("*"), json!("A")] {
            let body =
                json!({"certificateInstallationReq": wrong, "xsdMsgDefNamespace": "urn:iso:15118:2:2013:MsgDef"});
            let problems = parse_body::<GetSignedContractDataReq>(body.to_string().as_bytes()).unwrap_err();
            assert_eq!(problems, ["EXI format is invalid!"]);
        }
    }

    /// B11: both spellings are read, the one of this file is written.
    #[test]
    fn metadata() {
        for name in ["metaData", "metadata"] {
            let body = json!({
                "certificateInstallationReq": "gJg=", "xsdMsgDefNamespace": "urn:iso:15118:20:2022:MsgDef", name: "x",
            });
            let request: GetSignedContractDataReq = parse_body(body.to_string().as_bytes()).unwrap();
            assert_eq!(request.iso_version, IsoVersion::Iso20);
            assert_eq!(serde_json::to_value(&request).unwrap()["metadata"], "x");
        }
    }
}
