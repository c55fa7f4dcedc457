//! The client that sends them.

use super::error::OutboundError;
use super::guard::Guard;
use super::names::Names;
use super::policy::Policy;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use reqwest::{RequestBuilder, Url};
use std::fmt;
use std::io;
use std::net::IpAddr;
use std::sync::Arc;

/// An HTTP client for URLs that strangers chose. A clone shares connections.
#[derive(Clone)]
pub struct Outbound {
    http: reqwest::Client,
    guard: Guard,
}

/// A URL that requests may go to.
#[derive(Debug, Clone)]
pub struct Destination {
    url: Url,
    host: String,
}

/// What a server answered, whatever its status.
#[derive(Debug, Clone)]
pub struct Response {
    /// The HTTP status. Redirects come as they are.
    pub status: u16,
    /// The body, complete.
    pub body: Vec<u8>,
    headers: HeaderMap,
}

impl Response {
    /// The value of a header, when it is text. The name's case does not matter.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The media type in lower case, without parameters.
    pub fn media_type(&self) -> Option<String> {
        let value = self.header(CONTENT_TYPE.as_str())?;
        Some(value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
    }
}

impl Outbound {
    /// A client under `policy`, which resolves names as the operating system does.
    ///
    /// An `https` server is checked against the roots of the operating system; where that has none, no `https` server
    /// is trusted.
    ///
    /// # Errors
    /// [`OutboundError::Transport`] when TLS cannot be set up.
    pub fn new(policy: Policy) -> Result<Self, OutboundError> {
        Self::build(policy, Names::System)
    }

    /// A client that asks `names` for the addresses of each name.
    ///
    /// # Errors
    /// As [`Outbound::new`].
    pub fn with_names(
        policy: Policy,
        names: impl Fn(&str) -> io::Result<Vec<IpAddr>> + Send + Sync + 'static,
    ) -> Result<Self, OutboundError> {
        Self::build(policy, Names::Given(Arc::new(names)))
    }

    fn build(policy: Policy, names: Names) -> Result<Self, OutboundError> {
        let guard = Guard { policy: Arc::new(policy), names };
        Ok(Self { http: guard.http(None)?, guard })
    }

    /// Sends a GET.
    ///
    /// # Errors
    /// When no complete answer comes within the bounds of the policy. An answer of any status is an answer.
    pub async fn get(&self, url: &str) -> Result<Response, OutboundError> {
        let (url, host) = self.guard.target(url)?;
        self.send(self.http.get(url), &host).await
    }

    /// Sends a POST.
    ///
    /// # Errors
    /// As [`Outbound::get`].
    pub async fn post(&self, url: &str, content_type: &str, body: Vec<u8>) -> Result<Response, OutboundError> {
        let (url, host) = self.guard.target(url)?;
        self.send(self.http.post(url).header(CONTENT_TYPE, content_type).body(body), &host).await
    }

    /// Reads a URL to which many requests go. What a name leads to is seen at each of them.
    ///
    /// # Errors
    /// [`OutboundError::Url`] and [`OutboundError::Refused`], when it can not be requested under the policy.
    pub fn destination(&self, url: &str) -> Result<Destination, OutboundError> {
        let (url, host) = self.guard.target(url)?;
        Ok(Destination { url, host })
    }

    /// Sends a POST with headers of its own, where only the status and the headers of the answer matter: its body is left
    /// out. As much of it is read as the policy allows, so that the connection can be used again; whether that much comes
    /// does not matter.
    ///
    /// # Errors
    /// As [`Outbound::get`], until the status is there. `to` must be a destination of this client.
    pub async fn notify(
        &self,
        to: &Destination,
        headers: &[(&'static str, String)],
        content_type: &str,
        body: Vec<u8>,
    ) -> Result<Response, OutboundError> {
        let mut request = self.http.post(to.url.clone()).header(CONTENT_TYPE, content_type).body(body);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let failed = |error| OutboundError::from_request(error, &to.host, self.guard.policy.timeout);
        let mut answer = request.send().await.map_err(failed)?;
        let response =
            Response { status: answer.status().as_u16(), body: Vec::new(), headers: answer.headers().clone() };
        let mut read = 0;
        while let Ok(Some(chunk)) = answer.chunk().await {
            read += chunk.len();
            if read > self.guard.policy.most_bytes {
                break;
            }
        }
        Ok(response)
    }

    async fn send(&self, request: RequestBuilder, host: &str) -> Result<Response, OutboundError> {
        let failed = |error| OutboundError::from_request(error, host, self.guard.policy.timeout);
        let mut answer = request.send().await.map_err(failed)?;
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let limit = self.guard.policy.most_bytes;
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > limit {
                return Err(OutboundError::TooLarge { host: host.to_owned(), limit });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Response { status, body, headers })
    }
}

impl fmt::Debug for Outbound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outbound").field("policy", &self.guard.policy).finish_non_exhaustive()
    }
}
