//! One connection, from its first byte to its end.
//!
//! hyper is driven by hand, because the limits against slow callers and an end within a known time are not to be had
//! otherwise.

use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tower::ServiceExt;

use super::activity::Activity;
use crate::config::ListenerConfig;

/// The most bytes of a request's first line and headers.
const HEADER_LIMIT: usize = 64 * 1024;

/// How the connections of one listener are served.
pub(super) struct Connections {
    router: Router,
    header_timeout: Duration,
    ended: watch::Receiver<bool>,
}

impl Connections {
    /// Serves the routes until the end.
    pub(super) fn new(router: Router, config: &ListenerConfig, ended: watch::Receiver<bool>) -> Self {
        Self { router, header_timeout: config.header_timeout, ended }
    }

    /// Serves one connection until it ends. Its errors are the caller's doing and no news.
    pub(super) fn serve(&self, stream: TcpStream, peer: SocketAddr) -> impl Future<Output = ()> + use<> {
        let (router, header_timeout, ended) = (self.router.clone(), self.header_timeout, self.ended.clone());
        let activity = Activity::default();
        async move {
            // Without delay: an answer is one small piece.
            let _ = stream.set_nodelay(true);
            let service = service_fn({
                let activity = activity.clone();
                move |mut request: Request<Incoming>| {
                    let in_work = activity.begin();
                    request.extensions_mut().insert(ConnectInfo(peer));
                    let answer = router.clone().oneshot(request);
                    async move {
                        let answer = answer.await;
                        drop(in_work);
                        answer
                    }
                }
            });
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(header_timeout)
                .max_buf_size(HEADER_LIMIT)
                .serve_connection(TokioIo::new(stream), service);
            let result =
                drive(connection, http1::Connection::graceful_shutdown, &activity, header_timeout, ended).await;
            if let Err(error) = result {
                tracing::debug!(%error, "a connection broke");
            }
        }
    }
}

/// Drives a connection to its end: its own, the server's, or that of a caller who does nothing.
async fn drive<C: Future<Output = hyper::Result<()>>>(
    connection: C,
    finish: impl Fn(Pin<&mut C>),
    activity: &Activity,
    idle_timeout: Duration,
    mut ended: watch::Receiver<bool>,
) -> hyper::Result<()> {
    let mut connection = pin!(connection);
    // An error means that nobody holds the other end any more: the server is gone.
    let ended = async { ended.wait_for(|ended| *ended).await.map(drop) };
    let server_ends = tokio::select! {
        result = connection.as_mut() => return result,
        _ = ended => true,
        () = activity.ceased(idle_timeout) => false,
    };
    finish(connection.as_mut());
    if server_ends {
        return connection.await;
    }
    // Requests that came at the last moment are finished; a caller that does not read its answer is left.
    tokio::select! {
        result = connection => result,
        () = activity.ceased(idle_timeout) => Ok(()),
    }
}
