//! The body of every error answer.

use crate::fields::{Body, Fields};
use crate::schema::{Described, Kind, Member, Schema};
use crate::{Base64Bytes, IsoVersion, values};
use serde::Serialize;
use uuid::Uuid;

/// What a caller learns of an error (`error.v1`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ErrorBody {
    /// What is wrong: at least one sentence, each once.
    pub error_messages: Vec<String>,
    /// The number under which the operator finds the request in the logs.
    pub trace_id: Uuid,
    /// What a station can hand to the car all the same, when the caller wants EXI in error cases too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed_contract_data_collection: Option<Vec<FailedInstallation>>,
}

/// An ISO 15118 response that tells a car of a failure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FailedInstallation {
    /// EXI of a `CertificateInstallationRes` with a failed response code.
    pub certificate_installation_res: Base64Bytes,
    /// The edition it is written for.
    #[serde(rename = "xsdMsgDefNamespace")]
    pub iso_version: IsoVersion,
}

impl ErrorBody {
    /// A body without EXI. Messages that come twice are kept once; without any there is one that says so little.
    pub fn new(messages: impl IntoIterator<Item = String>, trace_id: Uuid) -> Self {
        let mut error_messages: Vec<String> = Vec::new();
        for message in messages {
            if !error_messages.contains(&message) {
                error_messages.push(message);
            }
        }
        if error_messages.is_empty() {
            error_messages.push("The request failed.".to_owned());
        }
        Self { error_messages, trace_id, signed_contract_data_collection: None }
    }
}

impl Body for ErrorBody {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let messages = fields.list(&["errorMessages"], values::text);
        let trace_id = fields.required(&["traceId"], values::uuid);
        let failed = fields.nested_list(&["signedContractDataCollection"], FailedInstallation::read);
        let mut body = Self::new(messages, trace_id?);
        body.signed_contract_data_collection = (!failed.is_empty()).then_some(failed);
        Some(body)
    }
}

impl Described for ErrorBody {
    const SCHEMA: &'static Schema = &Schema {
        name: "Error",
        about: "The body of every answer from 400 up.",
        members: &[
            Member::optional("errorMessages", Kind::Values(&Kind::Text))
                .about("What is wrong: at least one sentence, each once."),
            Member::required("traceId", Kind::Uuid)
                .about("The number under which the operator finds the request in the log."),
            Member::optional("signedContractDataCollection", Kind::Objects(FailedInstallation::SCHEMA))
                .about("What can be handed to the car all the same."),
        ],
    };
}

impl Body for FailedInstallation {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let certificate_installation_res = fields.required(&["certificateInstallationRes"], values::exi);
        let iso_version = fields.optional(&["xsdMsgDefNamespace"], values::iso_version);
        Some(Self {
            certificate_installation_res: certificate_installation_res?,
            iso_version: iso_version.unwrap_or(IsoVersion::Iso2),
        })
    }
}

impl Described for FailedInstallation {
    const SCHEMA: &'static Schema = &Schema {
        name: "FailedInstallation",
        about: "An ISO 15118 response that tells a car of a failure.",
        members: &[
            Member::required("certificateInstallationRes", Kind::Exi)
                .about("EXI of a CertificateInstallationRes with a failed response code."),
            Member::optional("xsdMsgDefNamespace", Kind::IsoVersion).about("The edition that it is written for."),
        ],
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse_body;
    use serde_json::json;

    /// B10: at least one message, none twice.
    #[test]
    fn messages_are_unique_and_never_none() {
        let id = Uuid::nil();
        assert_eq!(ErrorBody::new(["a".into(), "b".into(), "a".into()], id).error_messages, ["a", "b"]);
        assert_eq!(ErrorBody::new([], id).error_messages, ["The request failed."]);
    }

    /// B14: with EXI, and without the member when there is none.
    #[test]
    fn exi_for_the_car() {
        let mut body = ErrorBody::new(["a".into()], Uuid::nil());
        let plain = json!({"errorMessages": ["a"], "traceId": "00000000-0000-0000-0000-000000000000"});
        assert_eq!(serde_json::to_value(&body).unwrap(), plain);
        body.signed_contract_data_collection = Some(vec![FailedInstallation {
            certificate_installation_res: vec![0x80, 0x98].into(),
            iso_version: IsoVersion::Iso2,
        }]);
        let value = serde_json::to_value(&body).unwrap();
        assert_eq!(
            value["signedContractDataCollection"],
            json!([{"certificateInstallationRes": "gJg=", "xsdMsgDefNamespace": "urn:iso:15118:2:2013:MsgDef"}])
        );
        assert_eq!(parse_body::<ErrorBody>(value.to_string().as_bytes()).unwrap(), body);
    }
}
