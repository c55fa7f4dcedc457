//! A bug in one request must not take the connection with it, nor answer nothing.

use std::any::Any;

use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;

use crate::error::Refusal;

/// A layer that makes a panic a 500; what it said goes to the log with the trace id.
pub(crate) fn guard() -> CatchPanicLayer<fn(Box<dyn Any + Send>) -> Response> {
    CatchPanicLayer::custom(answer)
}

#[expect(clippy::needless_pass_by_value, reason = "the layer hands the payload over")]
fn answer(payload: Box<dyn Any + Send>) -> Response {
    let said = payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no text".to_owned());
    Refusal::internal(format!("panicked: {said}")).into_response()
}
