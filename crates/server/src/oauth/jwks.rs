//! GET /oauth2/jwks.json: the key that verifies access tokens (RFC 7517), for those who check them themselves.

use axum::Json;
use axum::extract::State;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use opnc_pki::key::{PublicKey, sha256};
use serde_json::{Value, json};

use crate::state::App;

/// Answers with the key set.
pub(crate) async fn key_set(State(app): State<App>) -> Json<Value> {
    let key = app.issuer().public_key();
    let (x, y) = coordinates(key);
    let kid = thumbprint(key);
    Json(json!({ "keys": [
        { "kty": "EC", "crv": "P-256", "x": x, "y": y, "use": "sig", "alg": "ES256", "kid": kid }
    ] }))
}

/// The key's id: its thumbprint (RFC 7638), so that another key has another id.
pub(super) fn thumbprint(key: &PublicKey) -> String {
    let (x, y) = coordinates(key);
    // The members in this order and without spaces are what RFC 7638, 3 hashes.
    let members = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
    BASE64_URL_SAFE_NO_PAD.encode(sha256(members.as_bytes()))
}

/// X and Y of the point (RFC 7518, 6.2.1), which follow the byte 04.
pub(super) fn coordinates(key: &PublicKey) -> (String, String) {
    let both = key.point().get(1..).unwrap_or_default();
    let (x, y) = both.split_at(both.len() / 2);
    (BASE64_URL_SAFE_NO_PAD.encode(x), BASE64_URL_SAFE_NO_PAD.encode(y))
}

#[cfg(test)]
mod tests {
    use super::*;
    use opnc_pki::key::Algorithm;

    /// The key of RFC 7515, A.3.1.
    const X: &str = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
    const Y: &str = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";

    #[test]
    fn thumbprint_of_a_published_key() {
        let decode = |text| BASE64_URL_SAFE_NO_PAD.decode(text).unwrap();
        let point = [vec![4], decode(X), decode(Y)].concat();
        let key = PublicKey::from_point(Algorithm::Secp256r1, &point).unwrap();
        assert_eq!(coordinates(&key), (X.to_owned(), Y.to_owned()));
        // The same key has this thumbprint in other implementations of RFC 7638.
        assert_eq!(thumbprint(&key), "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U");
    }
}
