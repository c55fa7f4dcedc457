//! GET /openapi.json, for anybody.

use axum::Router;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use opnc_pki::key::sha256;

use crate::state::App;

/// A text that stays the same while the process runs.
#[derive(Clone)]
struct Published {
    content_type: &'static str,
    text: std::sync::Arc<str>,
    etag: std::sync::Arc<str>,
}

/// The routes of the description.
pub(crate) fn routes(app: &App) -> Router<App> {
    let document = super::document(app.base_url()).to_string();
    Router::new().route("/openapi.json", published("application/json", document))
}

fn published(content_type: &'static str, text: String) -> axum::routing::MethodRouter<App> {
    let etag = format!("\"{}\"", hex::encode(sha256(text.as_bytes())));
    let published = Published { content_type, text: text.into(), etag: etag.into() };
    get(move |headers: HeaderMap| {
        let published = published.clone();
        async move { published.answer(&headers) }
    })
}

impl Published {
    /// Caches may keep it and have to ask whether it is still the one (RFC 9110, 8.8.3).
    fn answer(&self, headers: &HeaderMap) -> Response {
        let known: [(HeaderName, String); 2] =
            [(CACHE_CONTROL, "no-cache".to_owned()), (ETAG, self.etag.as_ref().to_owned())];
        let asked = headers.get(IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if asked.split(',').any(|tag| tag.trim().trim_start_matches("W/") == &*self.etag) {
            return (StatusCode::NOT_MODIFIED, known).into_response();
        }
        (known, [(CONTENT_TYPE, self.content_type)], self.text.as_ref().to_owned()).into_response()
    }
}
