//! The bodies of operations: what is sent, and what a success answers.

use opnc_messages::schema::{Described, Kind, Member, Schema};
use opnc_messages::{Operation, RootType, ccp, cps, event, federation, pcp, pki, rcp, trust};
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
        Op::GetPeers => federation::GetPeersRes::SCHEMA,
        Op::GetEndpointById | Op::PostEndpoint | Op::UpdateEndpointById => event::Endpoint::SCHEMA,
        Op::GetEndpoints => {
            let list = json!({"type": "array", "items": schemas.reference(event::Endpoint::SCHEMA)});
            return Some(json!({"application/json": {"schema": list}}));
        }
        Op::SimpleEnroll | Op::CaCerts => return Some(certificates()),
        Op::GetTrustBundle => return Some(bundle(schemas)),
        _ => return None,
    };
    Some(json!({"application/json": {"schema": schemas.reference(schema)}}))
}

/// Roots, in each of their forms.
fn bundle(schemas: &mut Schemas) -> Value {
    let member = |kind: &str, about: &str| json!({"type": kind, "description": about});
    let root = json!({
        "type": "object",
        "required": ["fingerprint", "certificate", "types"],
        "properties": {
            "fingerprint": member("string", "SHA-256 of the DER, 64 hexadecimal digits."),
            "certificate": member("string", "DER in base64."),
            "types": {"type": "array", "items": {"type": "string", "enum": RootType::ALL.map(RootType::as_str)}},
            "trustLists": {"type": "array", "items": {"type": "string"}},
            "purposes": {"type": "array", "items": {"type": "string"}, "description": "What it is trusted for."},
        },
    });
    let root = schemas.add("TrustedRoot", root);
    let roots = |about: &str| json!({"type": "array", "items": root, "description": about});
    let document = json!({
        "type": "object",
        "required": ["issuer", "version", "issued", "expires", "keys"],
        "properties": {
            "issuer": member("string", "The id of the ecosystem."),
            "version": member("integer", "Grows with each change of what is trusted."),
            "purpose": member("string", "What was asked for, like the two that follow."),
            "iso15118Version": {"type": "string"},
            "trustList": {"type": "string"},
            "subCas": member("boolean", "Whether CAs were asked for as well."),
            "issued": {"type": "string", "format": "date-time"},
            "expires": {"type": "string", "format": "date-time"},
            "keys": {"type": "array", "items": {"type": "object"}, "description": "Keys that may sign the next (RFC 7517)."},
            "roots": roots("All of them; missing where changes were asked for."),
            "knownSubCas": {
                "type": "array",
                "items": {"type": "string"},
                "description": "CAs below these roots, DER in base64: never to be trusted by themselves.",
            },
            "since": member("integer", "With changes: the version asked about."),
            "added": roots("To be held from now on."),
            "changed": roots("Held, and with other types, lists or purposes now."),
            "removed": {"type": "array", "items": {"type": "string"}, "description": "Fingerprints, to be held no more."},
        },
    });
    let document = schemas.add("TrustBundle", document);
    let text = |about: &str| json!({"schema": member("string", about)});
    json!({
        "application/json": {"schema": document},
        "application/jose": text("The same, signed: a compact JWS with ES256 and the type opnc-trust-bundle+jws."),
        "application/x-pem-file": text("Certificates, one after the other."),
        "application/zip": text("A DER file for each certificate."),
    })
}

/// Certificates, as EST answers with them.
pub(super) fn certificates() -> Value {
    json!({"application/pkcs7-mime": {"schema": {
        "type": "string",
        "description": "A PKCS #7 message with certificates alone, base64 with line breaks.",
        "contentEncoding": "base64",
    }}})
}
