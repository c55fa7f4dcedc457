//! Errors: the one place where a refusal becomes a status code and a body.
//!
//! A [`Refusal`] travels as an extension of its response, because only the telemetry layer knows the trace id that the
//! body must carry; [`complete`] writes the body there, and does so for every other 4xx or 5xx as well (B10).

use std::error::Error;
use std::sync::Arc;

use axum::Json;
use axum::http::header::{HeaderName, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use opnc_messages::{ErrorBody, FailedInstallation, Problems};
use opnc_services::ServiceError;
use opnc_services::error::InstallationAnswer;
use opnc_store::StoreError;
use serde::Serialize;
use uuid::Uuid;

/// The server cannot start.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: std::net::SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// TLS cannot be had with the files that are configured.
    #[error("TLS: {0}")]
    Tls(#[from] crate::TlsError),
    /// Requests to other servers cannot be sent.
    #[error("requests to other servers: {0}")]
    Outbound(String),
    /// The key that signs access tokens cannot be made or read.
    #[error("the key for access tokens: {0}")]
    TokenKey(#[source] Box<dyn Error + Send + Sync>),
    /// The figures cannot be taken down.
    #[error("the metrics: {0}")]
    Metrics(String),
    /// Traces cannot be sent.
    #[error("the traces: {0}")]
    Traces(String),
    /// The log cannot be set up.
    #[error("the log: {0}")]
    Log(String),
}

/// A request that is not done, as the caller will see it.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    messages: Vec<String>,
    /// Boxed, because every function that can refuse returns one of these.
    more: Box<More>,
}

/// What only some refusals have.
#[derive(Debug, Clone, Default)]
struct More {
    headers: HeaderMap,
    exi: Option<FailedInstallation>,
    oauth: Option<&'static str>,
    cause: Option<Arc<dyn Error + Send + Sync>>,
}

/// The body of an error, with the two members of RFC 6749, 5.2 where the token endpoint answers.
#[derive(Serialize)]
struct Answer<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_description: Option<&'a str>,
    #[serde(flatten)]
    body: &'a ErrorBody,
}

impl Refusal {
    /// A refusal with one message.
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self::with_messages(status, vec![message.into()])
    }

    /// 400 with everything that is wrong with the request.
    pub(crate) fn invalid(problems: Problems) -> Self {
        Self::with_messages(StatusCode::BAD_REQUEST, problems)
    }

    /// 429, and when to come again.
    pub(crate) fn too_many(message: &str, retry_after_seconds: u64) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, message)
            .header(RETRY_AFTER, HeaderValue::from(retry_after_seconds.max(1)))
    }

    /// 500. The cause goes to the log, never to the caller.
    pub(crate) fn internal(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let message = "Something failed on the server; the operator finds it in the log by the trace id.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, message).because(Arc::from(cause.into()))
    }

    /// 503: what the database cannot do now, and when to come again where that is known to be safe.
    fn for_now(cause: StoreError) -> Self {
        let (message, retry_after_seconds) = match cause {
            StoreError::Full { .. } => {
                ("The disk of the database is full, and nothing was stored: the operator has to make room.", Some(60))
            }
            StoreError::Unreachable { .. } => {
                ("The database cannot be reached: send the request again in a moment.", Some(5))
            }
            StoreError::Undecided { .. } => {
                let message = "The database was lost while the request was being stored: look whether it was before you \
                               send it again.";
                (message, None)
            }
            _ => ("The database is busy or away: send the request again in a moment.", Some(1_u64)),
        };
        let refusal = Self::new(StatusCode::SERVICE_UNAVAILABLE, message).because(Arc::new(cause));
        match retry_after_seconds {
            Some(seconds) => refusal.header(RETRY_AFTER, HeaderValue::from(seconds)),
            None => refusal,
        }
    }

    /// Adds what failed on our side, for the log.
    pub(crate) fn because(mut self, cause: Arc<dyn Error + Send + Sync>) -> Self {
        self.more.cause = Some(cause);
        self
    }

    /// A refusal with a message for each thing that is wrong.
    pub(crate) fn with_messages(status: StatusCode, messages: Vec<String>) -> Self {
        Self { status, messages, more: Box::default() }
    }

    /// Adds a header to the answer.
    pub(crate) fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.more.headers.insert(name, value);
        self
    }

    /// Offers one more way to authenticate than those it names, and says so.
    pub(crate) fn offer(mut self, challenge: &'static str, message: &str) -> Self {
        self.more.headers.append(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        self.messages.push(message.to_owned());
        self
    }

    /// Makes this an answer of the token endpoint, with an error code of RFC 6749; the first one stays.
    pub(crate) fn oauth(mut self, code: &'static str) -> Self {
        self.more.oauth.get_or_insert(code);
        self
    }

    /// Adds the answer for a car that says the same.
    fn with_exi(mut self, exi: Option<InstallationAnswer>) -> Self {
        self.more.exi = exi.map(|answer| FailedInstallation {
            certificate_installation_res: answer.exi.into(),
            iso_version: answer.version,
        });
        self
    }

    /// What failed on our side: for the log alone.
    pub(crate) fn cause(&self) -> Option<Arc<dyn Error + Send + Sync>> {
        self.more.cause.clone()
    }

    fn into_complete(self, trace: Uuid) -> Response {
        let More { headers, exi, oauth, .. } = *self.more;
        let mut body = ErrorBody::new(self.messages, trace);
        body.signed_contract_data_collection = exi.map(|exi| vec![exi]);
        let error_description = oauth.and_then(|_| body.error_messages.first()).map(String::as_str);
        (self.status, headers, Json(Answer { error: oauth, error_description, body: &body })).into_response()
    }
}

impl From<ServiceError> for Refusal {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::Invalid(problems) => Self::invalid(problems),
            ServiceError::Forbidden(message) => Self::new(StatusCode::FORBIDDEN, message),
            ServiceError::NotFound(message) => Self::new(StatusCode::NOT_FOUND, message),
            ServiceError::Installation { message, missing, exi } => {
                let status = if missing.is_some() { StatusCode::NOT_FOUND } else { StatusCode::BAD_REQUEST };
                Self::new(status, message).with_exi(exi)
            }
            ServiceError::TooManyMisses { retry_after_seconds } => {
                Self::too_many("Too many requests for unknown identifiers.", retry_after_seconds)
            }
            ServiceError::Incomplete { exi, retry_after_seconds } => {
                let message = "It is not known here, and another ecosystem that may know it did not answer, or with \
                               something that does not hold here.";
                let refusal = Self::new(StatusCode::BAD_GATEWAY, message).with_exi(exi);
                match retry_after_seconds {
                    Some(seconds) => refusal.header(RETRY_AFTER, HeaderValue::from(seconds)),
                    None => refusal,
                }
            }
            ServiceError::LeftAlone { message, exi, retry_after_seconds } => {
                let why = format!(
                    "This is not final: another ecosystem that may know it has failed several times and is not asked \
                     now. Ask again in {retry_after_seconds} seconds."
                );
                Self::with_messages(StatusCode::NOT_FOUND, vec![message, why])
                    .with_exi(exi)
                    .header(RETRY_AFTER, HeaderValue::from(retry_after_seconds))
            }
            ServiceError::Unavailable(message) => {
                tracing::error!(message, "the operator has to do something");
                Self::new(StatusCode::SERVICE_UNAVAILABLE, message)
            }
            ServiceError::Database(cause) => Self::for_now(cause),
            ServiceError::Internal(cause) => Self::internal(cause),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Gives every 4xx and 5xx its body. Headers that are there already (`Allow`) stay.
pub(crate) fn complete(mut response: Response, trace: Uuid) -> Response {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let refusal = response.extensions_mut().remove::<Refusal>().unwrap_or_else(|| {
        Refusal::new(status, format!("{}.", status.canonical_reason().unwrap_or("The request failed")))
    });
    let mut complete = refusal.into_complete(trace);
    for (name, value) in response.headers() {
        if !complete.headers().contains_key(name) && *name != axum::http::header::CONTENT_LENGTH {
            complete.headers_mut().append(name, value.clone());
        }
    }
    *complete.extensions_mut() = std::mem::take(response.extensions_mut());
    complete
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::to_bytes;
    use axum::http::header::ALLOW;
    use opnc_messages::IsoVersion;
    use opnc_services::error::Missing;
    use serde_json::{Value, json};

    async fn shown(response: Response) -> (u16, Value) {
        let complete = complete(response, Uuid::nil());
        let status = complete.status().as_u16();
        let bytes = to_bytes(complete.into_body(), 10_000).await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap())
    }

    const NIL: &str = "00000000-0000-0000-0000-000000000000";

    #[tokio::test]
    async fn service_errors_have_one_status_each() {
        let internal = ServiceError::internal("the disk is full");
        let cases = [
            (ServiceError::Invalid(vec!["a".into(), "b".into(), "a".into()]), 400, json!(["a", "b"])),
            (ServiceError::Forbidden("c".into()), 403, json!(["c"])),
            (ServiceError::NotFound("d".into()), 404, json!(["d"])),
            (
                ServiceError::Installation { message: "e".into(), missing: Some(Missing::Car), exi: None },
                404,
                json!(["e"]),
            ),
            (ServiceError::Installation { message: "f".into(), missing: None, exi: None }, 400, json!(["f"])),
        ];
        for (error, status, messages) in cases {
            let expected = json!({"errorMessages": messages, "traceId": NIL});
            assert_eq!(shown(Refusal::from(error).into_response()).await, (status, expected));
        }
        let source = || "10.0.0.7 does not answer".into();
        let doing = "test";
        let cases = [
            (StoreError::Busy { doing, source: source() }, "busy or away", Some("1")),
            (StoreError::Unreachable { doing, source: source() }, "cannot be reached", Some("5")),
            (StoreError::Undecided { doing, source: source() }, "look whether it was", None),
            (StoreError::Full { doing, source: source() }, "disk of the database is full", Some("60")),
        ];
        for (error, words, seconds) in cases {
            let refusal = Refusal::from(ServiceError::from(error));
            let retry_after = refusal.more.headers.get(RETRY_AFTER).map(|value| value.to_str().unwrap().to_owned());
            assert_eq!(retry_after.as_deref(), seconds, "{words}");
            let (status, body) = shown(refusal.into_response()).await;
            assert_eq!(status, 503, "{words}");
            let message = body["errorMessages"][0].as_str().unwrap();
            assert!(message.contains(words) && !body.to_string().contains("10.0.0.7"), "{body}");
        }
        let (status, body) = shown(Refusal::from(internal).into_response()).await;
        assert_eq!(status, 500);
        assert!(!body.to_string().contains("disk"), "details leave the house: {body}");
    }

    /// B14: the status is the same with and without the answer for the car.
    #[tokio::test]
    async fn an_answer_for_the_car_comes_along() {
        let exi = Some(InstallationAnswer { exi: vec![0x80, 0x98], version: IsoVersion::Iso2 });
        let error = ServiceError::Installation { message: "g".into(), missing: Some(Missing::Contract), exi };
        let (status, body) = shown(Refusal::from(error).into_response()).await;
        assert_eq!(status, 404);
        assert_eq!(
            body["signedContractDataCollection"],
            json!([{"certificateInstallationRes": "gJg=", "xsdMsgDefNamespace": "urn:iso:15118:2:2013:MsgDef"}])
        );
    }

    #[tokio::test]
    async fn errors_made_elsewhere_get_a_body_and_keep_their_headers() {
        let made_elsewhere = (StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, "GET")]).into_response();
        let complete = complete(made_elsewhere, Uuid::nil());
        assert_eq!(complete.headers()[ALLOW], "GET");
        let (_, body) = shown(StatusCode::METHOD_NOT_ALLOWED.into_response()).await;
        assert_eq!(body, json!({"errorMessages": ["Method Not Allowed."], "traceId": NIL}));
    }

    #[tokio::test]
    async fn the_token_endpoint_has_the_form_of_its_rfc_too() {
        let refusal = Refusal::new(StatusCode::BAD_REQUEST, "no such scope").oauth("invalid_scope");
        let (_, body) = shown(refusal.into_response()).await;
        assert_eq!(
            body,
            json!({"error": "invalid_scope", "error_description": "no such scope",
                   "errorMessages": ["no such scope"], "traceId": NIL})
        );
    }

    #[tokio::test]
    async fn retry_after_is_at_least_a_second() {
        let complete = complete(Refusal::too_many("slow down", 0).into_response(), Uuid::nil());
        assert_eq!(complete.headers()[RETRY_AFTER], "1");
    }
}
