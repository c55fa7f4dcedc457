//! GET /openapi.json and GET /docs, for anybody: the description, and a page that shows it.
//!
//! The page is ours and whole: it asks no other server for anything, and its policy lets it not.

use std::sync::Arc;

use axum::Router;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use opnc_pki::key::sha256;

use crate::state::App;

/// What the page may do: show itself, and read the description beside it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'";

/// A text that stays the same while the process runs.
#[derive(Clone)]
struct Published {
    content_type: &'static str,
    text: Arc<str>,
    etag: Arc<str>,
}

/// The routes of the description.
pub(crate) fn routes(app: &App) -> Router<App> {
    let document = super::document(app.base_url()).to_string();
    Router::new()
        .route("/openapi.json", published("application/json", document))
        .route("/docs", published("text/html; charset=utf-8", include_str!("viewer/index.html").to_owned()))
        .route(
            "/docs/viewer.js",
            published("text/javascript; charset=utf-8", include_str!("viewer/viewer.js").to_owned()),
        )
        .route("/docs/viewer.css", published("text/css; charset=utf-8", include_str!("viewer/viewer.css").to_owned()))
}

fn published(content_type: &'static str, text: String) -> MethodRouter<App> {
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
        let guards = [
            (CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
            (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
            (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        ];
        (known, guards, [(CONTENT_TYPE, self.content_type)], self.text.as_ref().to_owned()).into_response()
    }
}
