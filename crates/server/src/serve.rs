//! The life of a server: bind, accept, serve, end.
//!
//! hyper is driven by hand, because the limits against slow callers (header timeout, number of connections) and an end
//! within a known time are not to be had otherwise.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use opnc_services::Ecosystem;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, oneshot};
use tokio::task::{JoinHandle, JoinSet};
use tower::ServiceExt;

use crate::router::router;
use crate::state::App;
use crate::{ServerConfig, ServerError};

/// The most bytes of a request's first line and headers.
const HEADER_LIMIT: usize = 64 * 1024;
/// The pause after a connection could not be accepted, for example because too many files are open.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// A server at work. When this is dropped, the server ends as if it were shut down.
#[derive(Debug)]
pub struct Running {
    /// The address that it listens on.
    pub address: SocketAddr,
    /// How callers reach it: `ServerConfig::base_url`, or `http://` and the address.
    pub base_url: String,
    end: oneshot::Sender<()>,
    serving: JoinHandle<()>,
}

/// Serves the ecosystem until it is shut down.
///
/// # Errors
/// [`ServerError::Listen`] when the address cannot be bound, [`ServerError::TokenKey`] when the key store fails.
pub async fn start(ecosystem: Ecosystem, config: ServerConfig) -> Result<Running, ServerError> {
    let failed = |source| ServerError::Listen { address: config.listen, source };
    let listener = TcpListener::bind(config.listen).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let base_url = match &config.base_url {
        Some(url) => url.trim_end_matches('/').to_owned(),
        None => format!("http://{address}"),
    };
    let limits = Limits {
        header_timeout: config.header_timeout,
        most_connections: config.most_connections,
        shutdown_timeout: config.shutdown_timeout,
    };
    let router = router(App::new(ecosystem, config, base_url.clone())?);
    let (end, ended) = oneshot::channel();
    let serving = tokio::spawn(serve(listener, router, limits, ended));
    tracing::info!(%address, base_url, "listening");
    Ok(Running { address, base_url, end, serving })
}

impl Running {
    /// Ends the server: no new connections, requests in flight go on for at most the configured time, then hard.
    pub async fn shutdown(self) {
        // Nobody listens any more when the server has ended by itself.
        let _ = self.end.send(());
        if let Err(error) = self.serving.await {
            tracing::error!(%error, "the server did not end well");
        }
    }
}

struct Limits {
    header_timeout: Duration,
    most_connections: usize,
    shutdown_timeout: Duration,
}

async fn serve(listener: TcpListener, router: Router, limits: Limits, mut ended: oneshot::Receiver<()>) {
    let places = Arc::new(Semaphore::new(limits.most_connections));
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    loop {
        let accepted = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (listener.accept().await, place)
        };
        tokio::select! {
            _ = &mut ended => break,
            (accepted, place) = accepted => match accepted {
                Ok((stream, peer)) => {
                    let connection = connection(stream, peer, router.clone(), limits.header_timeout, graceful.watcher());
                    connections.spawn(async move {
                        connection.await;
                        drop(place);
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            },
            Some(_) = connections.join_next() => {}
        }
    }
    drop(listener);
    if tokio::time::timeout(limits.shutdown_timeout, graceful.shutdown()).await.is_err() {
        tracing::warn!(connections = connections.len(), "ending with requests in flight");
    }
    connections.shutdown().await;
}

/// Serves one connection until it ends. Its errors are the caller's doing and no news.
async fn connection(stream: TcpStream, peer: SocketAddr, router: Router, header_timeout: Duration, watcher: Watcher) {
    // Without delay: an answer is one small piece.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().oneshot(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(header_timeout)
        .max_buf_size(HEADER_LIMIT)
        .serve_connection(TokioIo::new(stream), service);
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(%error, "a connection broke");
    }
}
