//! What is served beside the table of operations: tokens, keys, the paths of RFC 7030.

use opnc_messages::Service;
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
    let attributes = json!({"application/csrattrs": {"schema": {"type": "string", "contentEncoding": "base64"}}});
    for (method, name, id, summary, content) in [
        ("get", "cacerts", "estCaCerts", "The CA certificates of a domain (RFC 7030, 4.1).", bodies::certificates()),
        ("get", "csrattrs", "estCsrAttrs", "What a signing request is to hold (RFC 7030, 4.5).", attributes),
        ("post", "simpleenroll", "estSimpleEnroll", "A certificate (RFC 7030, 4.2.1).", bodies::certificates()),
        (
            "post",
            "simplereenroll",
            "estSimpleReenroll",
            "A certificate renewed (RFC 7030, 4.2.2).",
            bodies::certificates(),
        ),
    ] {
        let mut responses = refusals(&["400", "401", "403"]);
        responses.insert("200".to_owned(), json!({"description": "OK", "content": content}));
        let mut operation = json!({
            "operationId": format!("{id}{suffix}"), "tags": ["est"], "summary": summary, "responses": responses,
            "security": [{"token": ["pki"]}, {"basic": []}, {"certificate": []}],
        });
        if method == "post"
            && let Value::Object(members) = &mut operation
        {
            members.insert("requestBody".to_owned(), bodies::signing_request());
        }
        let mut item = json!({"parameters": shared});
        if let Value::Object(members) = &mut item {
            members.insert(method.to_owned(), operation);
        }
        paths.insert(format!("{folder}/{name}"), item);
    }
}
