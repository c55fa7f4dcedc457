//! Bodies: within their limit, JSON, and typed, with every problem named.

use axum::body::Bytes;
use axum::extract::{FromRef, FromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use http_body_util::BodyExt;
use opnc_messages::{Body, parse_body};

use crate::error::Refusal;
use crate::state::App;

/// What is still taken from a caller whose body is too large, as a multiple of the limit. A caller that is cut off while
/// it sends sees a broken connection instead of the answer.
const PATIENCE: usize = 8;

/// A typed body.
pub(crate) struct JsonBody<T>(pub(crate) T);

impl<T: Body, S: Sync> FromRequest<S> for JsonBody<T>
where
    App: FromRef<S>,
{
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let limit = App::from_ref(state).config().public.body_limit;
        check_content_type(request.headers())?;
        let bytes = read_body(request, limit).await?;
        parse_body(&bytes).map(Self).map_err(Refusal::invalid)
    }
}

/// P12: two operations list XML or multipart in the official files; nobody sends them.
fn check_content_type(headers: &HeaderMap) -> Result<(), Refusal> {
    let sent = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("nothing");
    let media_type = sent.split(';').next().unwrap_or_default().trim();
    if media_type.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    let sent: String = sent.chars().take(100).collect();
    let message = format!("The body must be sent as application/json; the Content-Type header says {sent}.");
    Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message))
}

/// The whole body, if it is not larger than `limit` bytes; else 413.
pub(crate) async fn read_body(request: Request, limit: usize) -> Result<Bytes, Refusal> {
    let mut body = request.into_body();
    let mut bytes = Vec::new();
    let mut length = 0_usize;
    while let Some(frame) = body.frame().await {
        let frame =
            frame.map_err(|_| Refusal::new(StatusCode::BAD_REQUEST, "The body ended before it was complete."))?;
        let Ok(data) = frame.into_data() else { continue };
        length = length.saturating_add(data.len());
        if length <= limit {
            bytes.extend_from_slice(&data);
        } else if length > limit.saturating_mul(PATIENCE) {
            break;
        }
    }
    if length <= limit {
        return Ok(bytes.into());
    }
    Err(Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, format!("The body is larger than {limit} bytes.")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body as HttpBody;

    async fn read(size: usize, limit: usize) -> Result<Bytes, StatusCode> {
        let request = Request::new(HttpBody::from(vec![b'x'; size]));
        read_body(request, limit).await.map_err(|refusal| refusal.status)
    }

    #[tokio::test]
    async fn the_limit_itself_fits() {
        assert_eq!(read(100, 100).await.unwrap().len(), 100);
        assert_eq!(read(0, 100).await.unwrap().len(), 0);
        assert_eq!(read(101, 100).await.unwrap_err(), StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(read(10_000, 100).await.unwrap_err(), StatusCode::PAYLOAD_TOO_LARGE);
    }

    #[test]
    fn json_in_any_spelling_and_nothing_else() {
        let check = |text: &'static str| {
            check_content_type(&HeaderMap::from_iter([(CONTENT_TYPE, axum::http::HeaderValue::from_static(text))]))
        };
        check("application/json").unwrap();
        check("Application/JSON; charset=utf-8").unwrap();
        for other in ["application/xml", "multipart/form-data; boundary=x", "text/json", "application/jsonx", ""] {
            assert_eq!(check(other).unwrap_err().status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{other}");
        }
        assert!(check_content_type(&HeaderMap::new()).is_err());
    }
}
