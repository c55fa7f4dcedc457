//! The description of what is served here, as OpenAPI 3.1: made from the table of operations and the descriptions that stand
//! beside the readers of bodies, so that it says what the program does.

mod beside;
mod bodies;
mod parameters;
mod published;
mod schemas;
#[cfg(test)]
mod tests;

use opnc_messages::schema::Described;
use opnc_messages::{ErrorBody, Operation, Service};
use serde_json::{Map, Value, json};

pub(crate) use published::routes;

use crate::oauth::{METADATA_PATH, TOKEN_PATH};
use schemas::Schemas;

/// The document, for a server at `base_url`.
pub(crate) fn document(base_url: &str) -> Value {
    let mut schemas = Schemas::default();
    let mut paths = Map::new();
    let served = || Operation::ALL.iter().copied().filter(|operation| operation.info().served);
    for operation in served() {
        let info = operation.info();
        let path = format!("{}{}", info.service.prefix(), info.path);
        let described = describe(operation, &mut schemas);
        let item = paths.entry(path).or_insert_with(|| json!({}));
        if let Value::Object(methods) = item {
            methods.insert(info.method.to_ascii_lowercase(), described);
        }
    }
    beside::add(&mut paths, &mut schemas);
    let error = schemas.reference(ErrorBody::SCHEMA);
    let services =
        Service::ALL.into_iter().filter(|service| served().any(|operation| operation.info().service == *service));
    let services: Vec<_> = services.collect();
    let scopes: Map<_, _> =
        services.iter().map(|service| (service.as_str().to_owned(), json!(meaning(*service)))).collect();
    let mut tags: Vec<_> =
        services.iter().map(|service| json!({"name": service.as_str(), "description": meaning(*service)})).collect();
    tags.push(json!({"name": "est", "description": "Enrolment at the paths of RFC 7030"}));
    tags.push(json!({"name": "oauth2", "description": "Access tokens"}));
    json!({
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://spec.openapis.org/oas/3.1/dialect/base",
        "info": {
            "title": "opnc",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Open Plug & Charge backend: root, provisioning and contract certificate pools, CPS, and PKI.",
            "description": "The operations of OPNC v1 as this program serves them. Members that are not known are ignored, \
                null counts as missing, and a member may come under the names in its x-also-read-as. The version in the \
                path may be spelt v1, 1, 1.0 or 1.0.0. Codes such as B16 are rows of docs/spec-notes.md.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": base_url}],
        "tags": tags,
        "security": [{"token": []}, {"certificate": []}],
        "paths": paths,
        "components": {
            "schemas": schemas.finish(),
            "parameters": parameters::components(),
            "responses": responses(&error),
            "securitySchemes": {
                "token": {
                    "type": "oauth2",
                    "description": format!("A scope for each service. Issuers that the operator has named are good as well. \
                        Metadata: {METADATA_PATH}."),
                    "flows": {"clientCredentials": {"tokenUrl": format!("{base_url}{TOKEN_PATH}"), "scopes": scopes}},
                },
                "certificate": {
                    "type": "mutualTLS",
                    "description": "A client certificate of a CA for parties, or one that the operator has registered.",
                },
                "basic": {"type": "http", "scheme": "basic", "description": "Client id and secret; for tokens and EST."},
            },
        },
    })
}

fn describe(operation: Operation, schemas: &mut Schemas) -> Value {
    let info = operation.info();
    let mut success = json!({"description": "Done."});
    if let (Value::Object(members), Some(content)) = (&mut success, bodies::answer(operation, schemas)) {
        members.insert("content".to_owned(), content);
    }
    let request = bodies::request(operation, schemas);
    let mut statuses = vec!["401", "403", "429", "500", "503"];
    if operation != Operation::GetCpsCertificates {
        statuses.push("400");
    }
    if request.is_some() {
        statuses.extend(["413", "415"]);
    }
    if can_be_missing(operation) {
        statuses.push("404");
    }
    let mut responses = refusals(&statuses);
    responses.insert(info.success.to_string(), success);
    if matches!(operation, Operation::GetRootCertificates | Operation::GetTrustBundle) {
        let same = json!({"description": "Nothing has changed since the entity tag in If-None-Match."});
        responses.insert("304".to_owned(), same);
    }
    let scope = info.service.as_str();
    let mut described = json!({
        "operationId": info.id,
        "tags": [scope],
        "summary": info.summary.trim().replace('`', ""),
        "parameters": parameters::of(operation, schemas),
        "responses": responses,
        "security": [{"token": [scope]}, {"certificate": []}],
    });
    if let (Value::Object(members), Some(request)) = (&mut described, request) {
        members.insert("requestBody".to_owned(), request);
    }
    described
}

/// Whether there is a 404 (P11): where something is looked up that may not be there.
fn can_be_missing(operation: Operation) -> bool {
    use Operation as Op;
    !matches!(
        operation,
        Op::GetRootCertificates
            | Op::PutRootCertificate
            | Op::AddProvisioningCertificate
            | Op::GenerateAndSignContractData
            | Op::SetSignedContractDataAsDefault
            | Op::SimpleEnroll
            | Op::CaCerts
            | Op::RevokeCert
            | Op::ResolveTrust
            | Op::AuthorizeContract
            | Op::GetEndpoints
            | Op::PostEndpoint
            | Op::GetTrustBundle
            | Op::GetPeers
    )
}

/// References to the answers that refuse.
fn refusals(statuses: &[&str]) -> Map<String, Value> {
    statuses
        .iter()
        .map(|status| ((*status).to_owned(), json!({"$ref": format!("#/components/responses/{status}")})))
        .collect()
}

/// The answers that refuse; all have the error body (B10).
fn responses(error: &Value) -> Value {
    let described = [
        ("400", "Something in the request is wrong; every problem is named."),
        ("401", "The caller is not known: no token or certificate, or none that is good."),
        ("403", "The caller may not do this, or not with this car, contract or certificate."),
        ("404", "It is not there."),
        ("413", "The body is too large."),
        ("415", "The body is not of a media type that is read here."),
        ("429", "Too many requests; Retry-After says when to come again."),
        ("500", "Something failed on the server; the log has it by the trace id."),
        ("503", "The server cannot answer now."),
    ];
    let content = json!({"application/json": {"schema": error}});
    let entry = |(status, about): (&str, &str)| (status.to_owned(), json!({"description": about, "content": content}));
    Value::Object(described.into_iter().map(entry).collect())
}

fn meaning(service: Service) -> &'static str {
    match service {
        Service::Rcp => "Root certificate pool",
        Service::Pcp => "Provisioning certificate pool",
        Service::Cps => "Certificate provisioning service",
        Service::Ccp => "Contract certificate pool",
        Service::Pki => "Enrolment and revocation",
        Service::Event => "Webhooks",
        Service::Trust => "Whom to trust, and why: an extension that OPNC does not have",
        Service::Federation => "What peers tell each other of themselves: an extension as well",
    }
}
