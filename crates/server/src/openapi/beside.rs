//! What is served beside the table of operations: tokens, keys, the paths of RFC 7030.

use opnc_messages::{Operation, Service};
use serde_json::{Map, Value, json};

use super::schemas::Schemas;
use super::{bodies, parameters, refusals};
use crate::oauth::{JWKS_PATH, METADATA_PATH, TOKEN_PATH};

/// Adds the paths.
pub(super) fn add(paths: &mut Map<String, Value>, schemas: &mut Schemas) {
    paths.insert(TOKEN_PATH.to_owned(), json!({"post": token(schemas)}));
    let open = |id: &str, tag: &str, summary: &str| {
        let content = json!({"application/json": {"schema": {"type": "object"}}});
        json!({"get": {
            "operationId": id, "tags": [tag], "summary": summary, "security": [],
            "responses": {"200": {"description": "OK", "content": content}},
        }})
    };
    paths.insert(JWKS_PATH.to_owned(), open("getKeySet", "oauth2", "The key that verifies access tokens (RFC 7517)."));
    paths.insert(
        METADATA_PATH.to_owned(),
        open("getServerMetadata", "oauth2", "Where tokens are to be had (RFC 8414)."),
    );
    let keys = "The keys that verify signed documents: the one in use, then its announced successor (RFC 7517).";
    paths.insert(format!("{}/keys", Service::Trust.prefix()), open("getDocumentKeys", Service::Trust.as_str(), keys));
    for (folder, label) in [("/.well-known/est", false), ("/.well-known/est/{label}", true)] {
        well_known(paths, schemas, folder, label);
    }
    beside_enrolment(paths, schemas);
    second_revocation(paths);
}

/// P3: the file's path of revocation has "pki" twice; the prose, and our pages, have it once.
fn second_revocation(paths: &mut Map<String, Value>) {
    let info = Operation::RevokeCert.info();
    let Some(mut item) = paths.get(&format!("{}{}", info.service.prefix(), info.path)).cloned() else { return };
    if let Some(id) = item.pointer_mut("/post/operationId") {
        *id = json!("revokeCertAsInProseV1");
    }
    paths.insert(format!("{}/revokeCertificate", info.service.prefix()), item);
}

fn token(schemas: &mut Schemas) -> Value {
    let request = json!({
        "type": "object",
        "required": ["grant_type"],
        "properties": {
            "grant_type": {"type": "string", "const": "client_credentials"},
            "scope": {"type": "string", "description": "Names of services with blanks between. Without it: all that the client has."},
            "client_id": {"type": "string", "description": "Where the client does not show itself by HTTP Basic."},
            "client_secret": {"type": "string", "description": "Likewise; not needed with a client certificate."},
        },
    });
    let request = schemas.add("TokenRequest", request);
    let answer = json!({
        "type": "object",
        "required": ["access_token", "token_type", "expires_in", "scope"],
        "properties": {
            "access_token": {"type": "string"},
            "token_type": {"type": "string", "const": "Bearer"},
            "expires_in": {"type": "integer", "description": "Seconds."},
            "scope": {"type": "string"},
        },
    });
    let answer = schemas.add("TokenAnswer", answer);
    let error = json!({
        "type": "object",
        "required": ["error", "error_description", "errorMessages", "traceId"],
        "properties": {
            "error": {"type": "string", "description": "A code of RFC 6749, 5.2."},
            "error_description": {"type": "string"},
            "errorMessages": {"type": "array", "items": {"type": "string"}},
            "traceId": {"type": "string", "format": "uuid"},
        },
    });
    let error = json!({"application/json": {"schema": schemas.add("TokenError", error)}});
    json!({
        "operationId": "getToken",
        "tags": ["oauth2"],
        "summary": "A token by client credentials (RFC 6749, 4.4; with a client certificate RFC 8705).",
        "security": [{"basic": []}, {"certificate": []}, {}],
        "requestBody": {"required": true, "content": {
            "application/x-www-form-urlencoded": {"schema": request},
            "application/json": {"schema": request},
        }},
        "responses": {
            "200": {"description": "A token.", "content": {"application/json": {"schema": answer}}},
            "400": {"description": "The request is wrong.", "content": error},
            "401": {"description": "The client is unknown, or its secret is wrong.", "content": error},
            "429": {"description": "Too many requests; Retry-After says when to come again.", "content": error},
        },
    })
}

/// EST as RFC 7030 has it (P6).
fn well_known(paths: &mut Map<String, Value>, schemas: &mut Schemas, folder: &str, label: bool) {
    let mut shared = Vec::from(parameters::est(schemas));
    if label {
        let about = "caDomain, or caDomain-algorithm, for example cpo-secp521r1.";
        shared.push(json!({
            "name": "label", "in": "path", "required": true, "description": about, "schema": {"type": "string"},
        }));
    }
    let suffix = if label { "Labelled" } else { "" };
    for call in EST {
        paths.insert(format!("{folder}/{}", call.name), call.item("est", suffix, &shared));
    }
}

/// The calls that the table of operations does not have, beside those that it has: who was told the OPNC path of
/// simpleenroll looks for them there.
fn beside_enrolment(paths: &mut Map<String, Value>, schemas: &mut Schemas) {
    let shared = Vec::from(parameters::est(schemas));
    for call in EST.iter().filter(|call| matches!(call.name, "csrattrs" | "simplereenroll")) {
        let path = format!("{}/est/{}", Service::Pki.prefix(), call.name);
        paths.insert(path, call.item(Service::Pki.as_str(), "V1", &shared));
    }
}

/// A call of EST.
struct Call {
    method: &'static str,
    name: &'static str,
    id: &'static str,
    summary: &'static str,
}

const EST: [Call; 4] = [
    Call {
        method: "get",
        name: "cacerts",
        id: "estCaCerts",
        summary: "The CA certificates of a domain (RFC 7030, 4.1).",
    },
    Call {
        method: "get",
        name: "csrattrs",
        id: "estCsrAttrs",
        summary: "What a signing request is to hold (RFC 7030, 4.5).",
    },
    Call { method: "post", name: "simpleenroll", id: "estSimpleEnroll", summary: "A certificate (RFC 7030, 4.2.1)." },
    Call {
        method: "post",
        name: "simplereenroll",
        id: "estSimpleReenroll",
        summary: "A certificate renewed (RFC 7030, 4.2.2).",
    },
];

impl Call {
    fn item(&self, tag: &str, suffix: &str, shared: &[Value]) -> Value {
        let content = match self.name {
            "csrattrs" => json!({"application/csrattrs": {"schema": {"type": "string", "contentEncoding": "base64"}}}),
            _ => bodies::certificates(),
        };
        let mut responses = refusals(&["400", "401", "403"]);
        responses.insert("200".to_owned(), json!({"description": "OK", "content": content}));
        let mut operation = json!({
            "operationId": format!("{}{suffix}", self.id), "tags": [tag], "summary": self.summary,
            "responses": responses, "security": [{"token": ["pki"]}, {"basic": []}, {"certificate": []}],
        });
        if self.method == "post"
            && let Value::Object(members) = &mut operation
        {
            members.insert("requestBody".to_owned(), bodies::signing_request());
        }
        let mut item = json!({"parameters": shared});
        if let Value::Object(members) = &mut item {
            members.insert(self.method.to_owned(), operation);
        }
        item
    }
}
