//! The bodies of operations: what is sent, and what a success answers.

use opnc_messages::schema::{Described, Kind, Member, Schema};
use opnc_messages::{Operation, ccp, cps, event, pcp, pki, rcp, trust};
use serde_json::{Value, json};

use super::schemas::Schemas;

/// A change that waits for another admin.
const PENDING: Schema = Schema {
    name: "PendingChange",
    about: "A change of the root pool that waits for another admin's approval. An extension.",
    members: &[Member::required("changeId", Kind::Uuid), Member::required("expiresAt", Kind::Date)],
};

const PUT_ROOT: Schema = Schema {
    name: "PutRootCertificateRes",
    about: "The root as the pool has it. The official file has no body here.",
    members: &[
        Member::required("rootCertificate", Kind::Object(rcp::RootCertificate::SCHEMA)),
        Member::required("roootCertificate", Kind::Object(rcp::RootCertificate::SCHEMA)),
        Member::optional("warnings", Kind::Values(&Kind::Text)).about("What is odd about the certificate."),
        Member::optional("pending", Kind::Object(&PENDING)).about("There when the root is not in the pool yet."),
    ],
};

const DELETE_ROOT: Schema = Schema {
    name: "DeleteRootCertificateRes",
    about: "There is a body only where the root stays until another admin approves.",
    members: &[
        Member::required("warnings", Kind::Values(&Kind::Text)),
        Member::required("pending", Kind::Object(&PENDING)),
    ],
};

/// What is sent, as `requestBody`; `None` where nothing is.
pub(super) fn request(operation: Operation, schemas: &mut Schemas) -> Option<Value> {
    use Operation as Op;
    let schema = match operation {
        Op::PutRootCertificate => rcp::RootCertificate::SCHEMA,
        Op::AddProvisioningCertificate => pcp::ProvisioningCertificateData::SCHEMA,
        Op::SignContractData => cps::SignContractDataReq::SCHEMA,
        Op::GenerateAndSignContractData => cps::GenerateAndSignContractDataReq::SCHEMA,
        Op::GetSignedContractDataByCertificateInstallationReq => ccp::GetSignedContractDataReq::SCHEMA,
        Op::AddSignedContractData => ccp::AddSignedContractDataReq::SCHEMA,
        Op::RevokeCert => pki::RevokeCertificateReq::SCHEMA,
        Op::ResolveTrust => trust::ResolveTrustReq::SCHEMA,
        Op::AuthorizeContract => trust::AuthorizeContractReq::SCHEMA,
        Op::PostEndpoint => event::PostEndpointReq::SCHEMA,
        Op::UpdateEndpointById => event::PutEndpointReq::SCHEMA,
        Op::SimpleEnroll => return Some(signing_request()),
        _ => return None,
    };
    Some(json!({"required": true, "content": {"application/json": {"schema": schemas.reference(schema)}}}))
}

/// A signing request, in every form that one comes in.
pub(super) fn signing_request() -> Value {
    json!({
        "required": true,
        "description": "A PKCS #10 request: base64 of DER with or without line breaks, PEM, base64 of PEM, or DER as it is.",
        "content": {"application/pkcs10": {"schema": {"type": "string", "contentEncoding": "base64"}}},
    })
}

/// What a success answers with, as `content`; `None` where the answer is empty.
pub(super) fn answer(operation: Operation, schemas: &mut Schemas) -> Option<Value> {
    use Operation as Op;
    let schema = match operation {
        Op::GetRootCertificate => rcp::GetRootCertificateRes::SCHEMA,
        Op::GetRootCertificates => rcp::GetRootCertificatesRes::SCHEMA,
        Op::PutRootCertificate => &PUT_ROOT,
        Op::DeleteRootCertificate => &DELETE_ROOT,
        Op::GetProvisioningCertificate => pcp::GetProvisioningCertificateRes::SCHEMA,
        Op::GetCpsCertificates => cps::GetCpsCertificatesRes::SCHEMA,
        Op::SignContractData => cps::SignContractDataRes::SCHEMA,
        Op::GetContractDataByEmaid | Op::GetContractDataByPcid => ccp::GetContractDataRes::SCHEMA,
        Op::GetSignedContractDataByCertificateInstallationReq | Op::GetSignedContractDataByEmaidAndPcid => {
            ccp::GetSignedContractDataRes::SCHEMA
        }
        Op::ResolveTrust => trust::ResolveTrustRes::SCHEMA,
        Op::AuthorizeContract => trust::AuthorizeContractRes::SCHEMA,
        Op::GetEndpointById | Op::PostEndpoint | Op::UpdateEndpointById => event::Endpoint::SCHEMA,
        Op::GetEndpoints => {
            let list = json!({"type": "array", "items": schemas.reference(event::Endpoint::SCHEMA)});
            return Some(json!({"application/json": {"schema": list}}));
        }
        Op::SimpleEnroll | Op::CaCerts => return Some(certificates()),
        _ => return None,
    };
    Some(json!({"application/json": {"schema": schemas.reference(schema)}}))
}

/// Certificates, as EST answers with them.
pub(super) fn certificates() -> Value {
    json!({"application/pkcs7-mime": {"schema": {
        "type": "string",
        "description": "A PKCS #7 message with certificates alone, base64 with line breaks.",
        "contentEncoding": "base64",
    }}})
}
