//! GET /.well-known/oauth-authorization-server: where everything is (RFC 8414), so that clients need the base URL alone.

use axum::Json;
use axum::extract::State;
use opnc_messages::{Operation, Service};
use serde_json::{Value, json};

use super::{JWKS_PATH, TOKEN_PATH};
use crate::state::App;

/// Answers with the metadata.
pub(crate) async fn metadata(State(app): State<App>) -> Json<Value> {
    let base = app.base_url();
    let mut methods = vec!["client_secret_basic", "client_secret_post"];
    let certificates = app.takes_certificates();
    if certificates {
        // RFC 8705, 2: below a CA for parties, or pinned.
        methods.extend(["tls_client_auth", "self_signed_tls_client_auth"]);
    }
    Json(json!({
        "issuer": base,
        "token_endpoint": format!("{base}{TOKEN_PATH}"),
        "jwks_uri": format!("{base}{JWKS_PATH}"),
        "scopes_supported": scopes(),
        "grant_types_supported": ["client_credentials"],
        // Required by RFC 8414, 2; there is no authorization endpoint that would have some.
        "response_types_supported": [],
        "token_endpoint_auth_methods_supported": methods,
        "tls_client_certificate_bound_access_tokens": certificates,
    }))
}

fn scopes() -> Vec<&'static str> {
    let served = |service: &Service| {
        Operation::ALL.iter().map(|operation| operation.info()).any(|info| info.service == *service && info.served)
    };
    Service::ALL.iter().filter(|service| served(service)).map(|service| service.as_str()).collect()
}
