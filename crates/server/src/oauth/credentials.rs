//! How a client shows who it is at the token endpoint: HTTP Basic or in the body, never both (RFC 6749, 2.3).

use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use zeroize::Zeroizing;

use super::request::{TokenRequest, invalid};
use crate::error::Refusal;

/// Longer ones belong to nobody.
const LONGEST: usize = 256;
/// Asks for HTTP Basic (RFC 7617).
pub(crate) const BASIC: &str = r#"Basic realm="opnc", charset="UTF-8""#;

/// A client id and what it shows for it.
#[derive(Debug)]
pub(crate) struct ClientCredentials {
    pub(crate) client_id: String,
    pub(crate) client_secret: Zeroizing<String>,
}

impl ClientCredentials {
    /// Takes the credentials out of the header alone; `None` when it is not HTTP Basic, or holds more than credentials have.
    ///
    /// EST clients do not form-encode them, unlike those of OAuth2: what we make has no character that this would change.
    pub(crate) fn of_header(headers: &HeaderMap) -> Option<Self> {
        let credentials = basic(headers.get(AUTHORIZATION)?)?;
        let fits = credentials.client_id.len() <= LONGEST && credentials.client_secret.len() <= LONGEST;
        fits.then_some(credentials)
    }

    /// Takes the credentials out of the header or the body.
    pub(super) fn read(headers: &HeaderMap, request: &TokenRequest) -> Result<Self, Refusal> {
        let credentials = match (headers.get(AUTHORIZATION), request.get("client_secret")) {
            (Some(_), Some(_)) => {
                return Err(invalid("Send the client's secret in the header or in the body, not both."));
            }
            (Some(header), None) => {
                let credentials = basic(header).ok_or_else(unknown_client)?;
                if request.get("client_id").is_some_and(|client_id| client_id != credentials.client_id) {
                    return Err(invalid("The client_id in the body is not the one in the header."));
                }
                credentials
            }
            (None, secret) => {
                let (Some(client_id), Some(secret)) = (request.get("client_id"), secret) else {
                    return Err(no_credentials(request.get("client_id").is_some()));
                };
                Self { client_id: client_id.to_owned(), client_secret: Zeroizing::new(secret.to_owned()) }
            }
        };
        let too_long = credentials.client_id.len() > LONGEST || credentials.client_secret.len() > LONGEST;
        if too_long { Err(unknown_client()) } else { Ok(credentials) }
    }
}

/// `invalid_client` of RFC 6749, 5.2; the same whether the id is unknown, the secret wrong or the party disabled.
pub(crate) fn unknown_client() -> Refusal {
    refused("The client is unknown, or its secret is wrong.")
}

/// The same where nothing was shown that could be wrong. A certificate of a station or car is in nobody's name here.
fn no_credentials(names_client: bool) -> Refusal {
    let missing =
        if names_client { "There is no client_secret" } else { "There is neither a client_id nor a client_secret" };
    let message = format!("{missing} in the request; send both by HTTP Basic or in the body.");
    refused(&message)
}

/// The same for a certificate without the name of the client that it is to stand for.
pub(super) fn no_client_id() -> Refusal {
    refused(
        "A client certificate was shown, and no client_id; send the client_id of the party that the certificate was made for. \
         The certificate of a station or a car is no credential of its party.",
    )
}

fn refused(message: &str) -> Refusal {
    Refusal::new(StatusCode::UNAUTHORIZED, message)
        .oauth("invalid_client")
        .header(WWW_AUTHENTICATE, HeaderValue::from_static(BASIC))
}

/// `Basic base64(id:secret)`, each of them form-encoded before (RFC 6749, 2.3.1).
fn basic(header: &HeaderValue) -> Option<ClientCredentials> {
    let (scheme, encoded) = header.to_str().ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("Basic") {
        return None;
    }
    let decoded = Zeroizing::new(String::from_utf8(BASE64_STANDARD.decode(encoded.trim()).ok()?).ok()?);
    let (client_id, secret) = decoded.split_once(':')?;
    Some(ClientCredentials { client_id: decode(client_id)?, client_secret: Zeroizing::new(decode(secret)?) })
}

fn decode(part: &str) -> Option<String> {
    // A form with one value that has no name.
    let form = Zeroizing::new(format!("={part}"));
    form_urlencoded::parse(form.as_bytes()).next().map(|(_, value)| value.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(text: &str) -> HeaderMap {
        HeaderMap::from_iter([(AUTHORIZATION, HeaderValue::from_str(text).unwrap())])
    }

    fn form(body: &str) -> TokenRequest {
        TokenRequest::read("application/x-www-form-urlencoded", body.as_bytes()).unwrap()
    }

    fn encoded(text: &str) -> String {
        format!("Basic {}", BASE64_STANDARD.encode(text))
    }

    #[test]
    fn header_and_body() {
        let from_header = ClientCredentials::read(&header(&encoded("a%2Db:c%3Ad+e")), &form("client_id=a-b")).unwrap();
        assert_eq!((&*from_header.client_id, from_header.client_secret.as_str()), ("a-b", "c:d e"));
        let from_body = ClientCredentials::read(&HeaderMap::new(), &form("client_id=a-b&client_secret=s")).unwrap();
        assert_eq!((&*from_body.client_id, from_body.client_secret.as_str()), ("a-b", "s"));
    }

    #[test]
    fn two_ways_at_once_or_two_ids_are_refused() {
        for (headers, body) in
            [(header(&encoded("a:b")), "client_secret=b"), (header(&encoded("a:b")), "client_id=other")]
        {
            let refusal = ClientCredentials::read(&headers, &form(body)).unwrap_err();
            assert_eq!(refusal.status, StatusCode::BAD_REQUEST);
        }
    }

    #[test]
    fn what_is_no_credential_is_an_unknown_client() {
        let long = "x".repeat(LONGEST + 1);
        for (headers, body) in [
            (HeaderMap::new(), String::new()),
            (HeaderMap::new(), "client_id=a".to_owned()),
            (HeaderMap::new(), format!("client_id=a&client_secret={long}")),
            (header("Basic"), String::new()),
            (header("Basic !!!"), String::new()),
            (header(&encoded("no colon")), String::new()),
            (header("Bearer abc"), String::new()),
        ] {
            let refusal = ClientCredentials::read(&headers, &form(&body)).unwrap_err();
            assert_eq!(refusal.status, StatusCode::UNAUTHORIZED, "{body}");
        }
    }

    #[test]
    fn what_was_not_sent_is_not_called_wrong() {
        for (body, said) in [("", "neither a client_id nor a client_secret"), ("client_id=a", "no client_secret")] {
            let refusal = ClientCredentials::read(&HeaderMap::new(), &form(body)).unwrap_err();
            assert!(format!("{refusal:?}").contains(said), "{refusal:?}");
        }
        assert!(format!("{:?}", no_client_id()).contains("no client_id"));
    }
}
