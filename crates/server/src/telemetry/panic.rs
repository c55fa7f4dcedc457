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

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::body::Body;
    use axum::http::Request;
    use axum::routing::get;
    use tower::ServiceExt;

    async fn broken() {
        panic!("the contract of {} is odd", "somebody");
    }

    #[tokio::test]
    async fn a_panic_is_an_internal_error() {
        let router: Router = Router::new().route("/", get(broken)).layer(guard());
        let response = router.oneshot(Request::new(Body::empty())).await.unwrap();
        assert_eq!(response.status(), 500);
        let cause = response.extensions().get::<Refusal>().unwrap().cause().unwrap();
        assert_eq!(cause.to_string(), "panicked: the contract of somebody is odd");
    }
}
