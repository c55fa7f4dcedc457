//! One connection, from its first byte to its end.
//!
//! hyper is driven by hand, because the limits against slow callers and an end within a known time are not to be had
//! otherwise.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tower::ServiceExt;

use super::activity::Activity;
use super::refusals::{NewTrace, WithBodies};
use crate::config::ListenerConfig;
use crate::router::Routes;
use crate::routes::KeptStatus;
use crate::tls::{HTTP_2, PeerCertificates, Tls};

/// The most bytes of a request's first line and headers.
const HEADER_LIMIT: usize = 64 * 1024;
/// The same for HTTP/2.
const HEADER_LIST_LIMIT: u32 = 64 * 1024;
/// Requests at the same time on one HTTP/2 connection.
const MOST_STREAMS: u32 = 100;
/// Requests that a caller may take back before they are worked on, at the same time: more is an attack (CVE-2023-44487).
const MOST_RESETS: usize = 50;
/// How often an HTTP/2 peer is asked whether it is still there, and how long it has for the answer.
const PING: Duration = Duration::from_secs(20);

/// How the connections of one listener are served. Cheap to clone.
#[derive(Clone)]
pub(super) struct Connections {
    routes: Routes,
    tls: Option<Arc<Tls>>,
    header_timeout: Duration,
    new_trace: NewTrace,
    ended: watch::Receiver<bool>,
}

/// Who is at the other end.
#[derive(Clone)]
struct Caller {
    address: SocketAddr,
    certificates: Option<PeerCertificates>,
}

impl Connections {
    /// Serves the routes until the end.
    pub(super) fn new(
        routes: Routes,
        config: &ListenerConfig,
        tls: Option<Arc<Tls>>,
        new_trace: NewTrace,
        ended: watch::Receiver<bool>,
    ) -> Self {
        Self { routes, tls, header_timeout: config.header_timeout, new_trace, ended }
    }

    /// Serves one connection until it ends. Its errors are the caller's doing and no news.
    pub(super) async fn serve(self, stream: TcpStream, address: SocketAddr) {
        // Without delay: an answer is one small piece.
        let _ = stream.set_nodelay(true);
        let result = match self.tls.clone() {
            Some(tls) => self.with_tls(&tls, stream, address).await,
            None => self.http_1(stream, Caller { address, certificates: None }).await,
        };
        if let Err(error) = result {
            tracing::debug!(%error, "a connection broke");
        }
    }

    async fn with_tls(self, tls: &Tls, stream: TcpStream, address: SocketAddr) -> io::Result<()> {
        let handshake = tokio::time::timeout(tls.handshake_timeout(), tls.accept(stream));
        let mut ended = self.ended.clone();
        let stream = tokio::select! {
            stream = handshake => stream.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??,
            _ = ended.wait_for(|ended| *ended) => return Ok(()),
        };
        let (_, session) = stream.get_ref();
        let chain = session.peer_certificates().unwrap_or_default().iter().map(|der| der.to_vec()).collect();
        let caller = Caller { address, certificates: PeerCertificates::new(chain) };
        if session.alpn_protocol() == Some(HTTP_2) {
            self.http_2(stream, caller).await
        } else {
            self.http_1(stream, caller).await
        }
    }

    async fn http_1<S: AsyncRead + AsyncWrite + Unpin>(self, stream: S, caller: Caller) -> io::Result<()> {
        let activity = Activity::default();
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.header_timeout)
            .max_buf_size(HEADER_LIMIT)
            .max_header_size(HEADER_LIMIT)
            .serve_connection(
                TokioIo::new(WithBodies::new(stream, Arc::clone(&self.new_trace))),
                service_fn(answer(self.routes, caller, activity.clone())),
            );
        drive(connection, http1::Connection::graceful_shutdown, &activity, self.header_timeout, self.ended).await
    }

    async fn http_2<S: AsyncRead + AsyncWrite + Unpin>(self, stream: S, caller: Caller) -> io::Result<()> {
        let activity = Activity::default();
        let connection = http2::Builder::new(TokioExecutor::new())
            .timer(TokioTimer::new())
            .max_header_list_size(HEADER_LIST_LIMIT)
            .max_concurrent_streams(MOST_STREAMS)
            .max_pending_accept_reset_streams(MOST_RESETS)
            .max_local_error_reset_streams(MOST_RESETS)
            .keep_alive_interval(PING)
            .keep_alive_timeout(PING)
            .serve_connection(TokioIo::new(stream), service_fn(answer(self.routes, caller, activity.clone())));
        drive(connection, http2::Connection::graceful_shutdown, &activity, self.header_timeout, self.ended).await
    }
}

/// The answer to come; routes answer everything, errors too.
type Answer = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

/// Answers the requests of a connection.
fn answer(routes: Routes, caller: Caller, activity: Activity) -> impl Fn(Request<Incoming>) -> Answer {
    move |request| {
        let in_work = activity.begin();
        if let Some(kept) = &routes.kept {
            if let Some(response) = kept.get(&request) {
                return Box::pin(std::future::ready(Ok(response)));
            }
            if KeptStatus::is_post(&request) {
                let (kept, router, caller) = (kept.clone(), routes.router.clone(), caller.clone());
                return Box::pin(async move {
                    let answer = match kept.post(request).await {
                        Ok(response) => Ok(response),
                        Err(request) => router.oneshot(caller.introduced(request)).await,
                    };
                    drop(in_work);
                    answer
                });
            }
        }
        let answer = routes.router.clone().oneshot(caller.introduced(request.map(Body::new)));
        Box::pin(async move {
            let answer = answer.await;
            drop(in_work);
            answer
        })
    }
}

impl Caller {
    /// The request with what routes have to know of its caller.
    fn introduced(&self, mut request: Request<Body>) -> Request<Body> {
        request.extensions_mut().insert(ConnectInfo(self.address));
        if let Some(certificates) = &self.certificates {
            request.extensions_mut().insert(certificates.clone());
        }
        request
    }
}

/// Drives a connection to its end: its own, the server's, or that of a caller who does nothing.
async fn drive<C: Future<Output = hyper::Result<()>>>(
    connection: C,
    finish: impl Fn(Pin<&mut C>),
    activity: &Activity,
    idle_timeout: Duration,
    mut ended: watch::Receiver<bool>,
) -> io::Result<()> {
    let mut connection = pin!(connection);
    // An error means that nobody holds the other end any more: the server is gone.
    let ended = async { ended.wait_for(|ended| *ended).await.map(drop) };
    let server_ends = tokio::select! {
        result = connection.as_mut() => return result.map_err(io::Error::other),
        _ = ended => true,
        () = activity.ceased(idle_timeout) => false,
    };
    finish(connection.as_mut());
    if server_ends {
        return connection.await.map_err(io::Error::other);
    }
    // Requests that came at the last moment are finished; a caller that does not read its answer is left.
    tokio::select! {
        result = connection => result.map_err(io::Error::other),
        () = activity.ceased(idle_timeout) => Ok(()),
    }
}
