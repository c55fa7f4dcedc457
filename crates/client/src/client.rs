//! The client: sends calls, reads answers.

use crate::ClientError;
use crate::access::{Access, Secret, Shown};
use crate::call::Call;
use crate::outbound::{Guard, Policy};
use crate::token::TokenCache;
use opnc_messages::{Body, ErrorBody, Problems, parse_body};
use opnc_pki::Clock;
use reqwest::{Method, Response, StatusCode, Url, header, redirect};
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

/// The most bytes of an answer that are read.
pub(crate) const MAX_ANSWER: usize = 1024 * 1024;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const TIMEOUT: Duration = Duration::from_secs(30);

/// A client of one ecosystem for one party. A clone shares connections and token.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base: Url,
    access: Authorization,
    /// Sent with each call.
    headers: Arc<[(&'static str, String)]>,
}

#[derive(Clone)]
enum Authorization {
    Tokens(Arc<TokenCache>),
    Bearer(Secret),
    /// None: a client certificate says who calls.
    Certificate,
}

impl Client {
    /// A client for the ecosystem at `base_url`, which is what stands before `/opnc/v1`.
    ///
    /// Redirects are not followed; a connection may take 5 seconds and a call 30. An `https` server is checked against
    /// the roots of the operating system. A proxy that the environment names is used, except to the own machine.
    ///
    /// # Errors
    /// [`ClientError::Url`] when the base or token URL cannot be used, [`ClientError::Transport`] when TLS cannot be set up.
    pub fn new(base_url: &str, access: Access, clock: Arc<dyn Clock>) -> Result<Self, ClientError> {
        let base = url(base_url)?;
        let mut secure = base.scheme() == "https";
        let mut local = is_loopback(&base);
        let access = match access {
            Access::Bearer(token) => Authorization::Bearer(token),
            Access::Credentials(credentials) => {
                let token_url = match &credentials.token_url {
                    Some(token_url) => url(token_url)?,
                    None => url(&format!("{}/oauth2/token", base_url.trim_end_matches('/')))?,
                };
                secure |= token_url.scheme() == "https";
                local &= is_loopback(&token_url);
                Authorization::Tokens(Arc::new(TokenCache::new(credentials, token_url, clock)))
            }
        };
        let mut http = reqwest::Client::builder()
            .redirect(redirect::Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TIMEOUT)
            .user_agent(concat!("opnc/", env!("CARGO_PKG_VERSION")));
        if local {
            http = http.no_proxy();
        }
        if !secure {
            // Without TLS no roots are needed, and a machine without any is no reason to fail.
            http = http.tls_certs_only([]);
        }
        Ok(Self { http: http.build()?, base, access, headers: Arc::new([]) })
    }

    /// A client for an ecosystem at a URL that somebody else has chosen: within `policy`, as [`Outbound`] keeps to it.
    ///
    /// Only `https`, but for addresses that are written as such and are not of the public internet: what goes there in
    /// plain text stays within the house.
    ///
    /// # Errors
    /// As [`Client::new`]; [`ClientError::Refused`] for a URL that the policy does not permit.
    ///
    /// [`Outbound`]: crate::outbound::Outbound
    pub fn guarded(base_url: &str, shown: Shown, clock: Arc<dyn Clock>, policy: Policy) -> Result<Self, ClientError> {
        let guard = Guard::new(policy);
        let base = guard.peer(base_url)?;
        let access = match shown.credentials {
            Some(credentials) => {
                let token_url = credentials.token_url.clone();
                let token_url = token_url.unwrap_or_else(|| format!("{}/oauth2/token", base_url.trim_end_matches('/')));
                Authorization::Tokens(Arc::new(TokenCache::new(credentials, guard.peer(&token_url)?, clock)))
            }
            None => Authorization::Certificate,
        };
        let http = guard.http(shown.certificate.as_ref())?;
        Ok(Self { http, base, access, headers: Arc::new([]) })
    }

    /// The same client, sending these headers with each call, in the place of those of before.
    #[must_use]
    pub fn with_headers(&self, headers: Vec<(&'static str, String)>) -> Self {
        Self { headers: headers.into(), ..self.clone() }
    }

    /// Sends a call and reads the answer's body.
    pub(crate) async fn answer<T: Body>(&self, call: Call) -> Result<T, ClientError> {
        let body = self.send(&call).await?;
        parse_body(&body).map_err(ClientError::Unreadable)
    }

    /// Sends a call whose answer has no body that means anything.
    pub(crate) async fn done(&self, call: Call) -> Result<(), ClientError> {
        self.send(&call).await.map(drop)
    }

    pub(crate) async fn send(&self, call: &Call) -> Result<Vec<u8>, ClientError> {
        let response = self.respond(call).await?;
        let (status, again) = (response.status(), retry_after(&response));
        let body = read_body(response, call.most).await?;
        if status.is_success() {
            return Ok(body);
        }
        Err(refused(status, again, &body))
    }

    /// Sends a call whose answer may be that nothing has changed (304), which is `None`; else its body with its entity tag.
    pub(crate) async fn unless_known(&self, call: &Call) -> Result<Option<(Vec<u8>, Option<String>)>, ClientError> {
        let response = self.respond(call).await?;
        let (status, again) = (response.status(), retry_after(&response));
        let tag = response.headers().get(header::ETAG).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let body = read_body(response, call.most).await?;
        match status {
            StatusCode::NOT_MODIFIED => Ok(None),
            status if status.is_success() => Ok(Some((body, tag))),
            status => Err(refused(status, again, &body)),
        }
    }

    async fn respond(&self, call: &Call) -> Result<Response, ClientError> {
        let token = self.token().await?;
        let response = self.send_once(call, token.as_deref()).await?;
        if let (StatusCode::UNAUTHORIZED, Authorization::Tokens(tokens), Some(token)) =
            (response.status(), &self.access, &token)
        {
            // Tokens end early when a service starts anew with other keys. Nothing was done: once more with a new one.
            tokens.forget(token);
            let token = self.token().await?;
            return self.send_once(call, token.as_deref()).await;
        }
        Ok(response)
    }

    async fn send_once(&self, call: &Call, token: Option<&str>) -> Result<Response, ClientError> {
        let info = call.operation.info();
        let url = call.url(&self.base).ok_or_else(|| ClientError::Url { url: self.base.to_string() })?;
        let method = Method::from_bytes(info.method.as_bytes()).unwrap_or_default();
        let mut request = self.http.request(method, url).header(header::ACCEPT, "application/json");
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        for (name, value) in self.headers.iter().chain(&call.headers) {
            request = request.header(*name, value);
        }
        if let Some(body) = &call.body {
            request = request.header(header::CONTENT_TYPE, call.content_type).body(body.clone());
        }
        Ok(request.send().await?)
    }

    /// What is at a path below the base, for anybody.
    pub(crate) async fn get(&self, path: &str) -> Result<Vec<u8>, ClientError> {
        let url = url(&format!("{}{path}", self.base.as_str().trim_end_matches('/')))?;
        let response = self.http.get(url).header(header::ACCEPT, "application/json").send().await?;
        let (status, again) = (response.status(), retry_after(&response));
        let body = read_body(response, MAX_ANSWER).await?;
        if status.is_success() { Ok(body) } else { Err(refused(status, again, &body)) }
    }

    async fn token(&self) -> Result<Option<Arc<str>>, ClientError> {
        match &self.access {
            Authorization::Bearer(token) => Ok(Some(token.as_str().into())),
            Authorization::Tokens(tokens) => tokens.token(&self.http).await.map(Some),
            Authorization::Certificate => Ok(None),
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("base", &self.base.as_str()).finish_non_exhaustive()
    }
}

/// What an answer that is no success says.
fn refused(status: StatusCode, retry_after: Option<u64>, body: &[u8]) -> ClientError {
    let error: Result<ErrorBody, Problems> = parse_body(body);
    let status = status.as_u16();
    match error {
        Ok(body) => ClientError::Api { status, body, retry_after },
        Err(_) => ClientError::Status { status, text: start_of(body), retry_after },
    }
}

/// The seconds of a `Retry-After` header. One that is a date is not read: that needs the clock of who wrote it.
fn retry_after(response: &Response) -> Option<u64> {
    response.headers().get(header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()
}

fn url(text: &str) -> Result<Url, ClientError> {
    Url::parse(text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https"))
        .ok_or_else(|| ClientError::Url { url: text.to_owned() })
}

/// Whether this is the machine itself, which no proxy leads to.
fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    address.map_or(host == "localhost", |address| address.is_loopback())
}

/// The body of an answer, unless it is larger than any should be.
pub(crate) async fn read_body(mut response: Response, limit: usize) -> Result<Vec<u8>, ClientError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > limit {
            return Err(ClientError::TooLarge { limit });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// The start of a body that is not what it should be, for an error text.
pub(crate) fn start_of(body: &[u8]) -> String {
    String::from_utf8_lossy(body.get(..500).unwrap_or(body)).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_itself_is_told_from_others() {
        for own in ["http://127.0.0.1:8090", "http://[::1]:1/", "https://localhost", "http://127.8.8.8"] {
            assert!(is_loopback(&url(own).unwrap()), "{own}");
        }
        for other in ["http://10.0.0.1", "https://localhost.example", "http://[2001:db8::1]", "http://example.org"] {
            assert!(!is_loopback(&url(other).unwrap()), "{other}");
        }
    }
}
