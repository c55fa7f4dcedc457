//! Where an issuer's keys are, and the keys from there.

use opnc_client::outbound::Outbound;
use serde_json::Value;

/// The paths of metadata: OpenID Connect Discovery 1.0, 4 behind the issuer; RFC 8414, 3.1 between host and path.
fn metadata_urls(issuer: &str) -> Vec<String> {
    let issuer = issuer.trim_end_matches('/');
    let mut urls = vec![format!("{issuer}/.well-known/openid-configuration")];
    if let Some((scheme, rest)) = issuer.split_once("://") {
        let (host, path) = rest.find('/').map_or((rest, ""), |slash| rest.split_at(slash));
        urls.push(format!("{scheme}://{host}/.well-known/oauth-authorization-server{path}"));
    }
    urls
}

/// The key set of an issuer, found by its metadata where no URL is configured.
pub(super) async fn key_set(outbound: &Outbound, issuer: &str, jwks_uri: Option<&str>) -> Result<Value, String> {
    if let Some(url) = jwks_uri {
        return json(outbound, url).await;
    }
    let mut problem = String::new();
    for url in metadata_urls(issuer) {
        match json(outbound, &url).await {
            Ok(metadata) => return json(outbound, &jwks_uri_of(&metadata, issuer)?).await,
            Err(error) => problem = error,
        }
    }
    Err(problem)
}

/// The metadata must be of this issuer, or another could give us its keys; and keys come no less safely than metadata.
fn jwks_uri_of(metadata: &Value, issuer: &str) -> Result<String, String> {
    let text = |name: &str| metadata.get(name).and_then(Value::as_str).unwrap_or_default();
    if text("issuer") != issuer {
        return Err("the metadata are those of another issuer".to_owned());
    }
    let url = text("jwks_uri");
    if url.is_empty() || (issuer.starts_with("https://") && !url.starts_with("https://")) {
        return Err("the metadata have no jwks_uri with https".to_owned());
    }
    Ok(url.to_owned())
}

async fn json(outbound: &Outbound, url: &str) -> Result<Value, String> {
    let response = outbound.get(url).await.map_err(|error| format!("{url}: {error}"))?;
    if response.status != 200 {
        return Err(format!("{url}: answered {}", response.status));
    }
    serde_json::from_slice(&response.body).map_err(|error| format!("{url}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn metadata_are_looked_for_in_both_places() {
        assert_eq!(
            metadata_urls("https://a.example/t/1/"),
            [
                "https://a.example/t/1/.well-known/openid-configuration",
                "https://a.example/.well-known/oauth-authorization-server/t/1"
            ]
        );
    }

    #[test]
    fn metadata_of_another_issuer_and_unsafe_keys_are_refused() {
        let uri = |issuer: &str, url: &str| {
            jwks_uri_of(&json!({"issuer": issuer, "jwks_uri": url}), "https://a.example").is_ok()
        };
        assert!(uri("https://a.example", "https://keys.example"));
        assert!(!uri("https://b.example", "https://keys.example"));
        assert!(!uri("https://a.example", "http://keys.example"));
        assert!(!uri("https://a.example", ""));
    }
}
