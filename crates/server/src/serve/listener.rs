//! One listener: accepts connections up to its limit, serves them, and ends them.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::{JoinHandle, JoinSet};

use super::connection::Connections;
use super::refusals::NewTrace;
use crate::ServerError;
use crate::config::ListenerConfig;
use crate::limits;
use crate::places::{Places, network};
use crate::proxy::Proxies;
use crate::router::Routes;
use crate::tls::Tls;

/// The pause after a connection could not be accepted, for example because too many files are open.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// An address that is bound.
pub(super) struct Listener {
    name: &'static str,
    socket: TcpListener,
    address: SocketAddr,
    config: ListenerConfig,
    tls: Option<Arc<Tls>>,
}

/// What all connections of a listener have in common.
#[derive(Clone)]
pub(super) struct Shared {
    /// Makes trace ids.
    pub(super) new_trace: NewTrace,
    /// The proxies, which may have any number of connections.
    pub(super) proxies: Arc<Proxies>,
}

/// A listener at work.
pub(super) struct Listening {
    name: &'static str,
    end: watch::Sender<bool>,
    accepting: JoinHandle<JoinSet<()>>,
}

impl Listener {
    /// Reads the files of TLS and binds the address; connections wait until [`Listener::serve`].
    pub(super) async fn bind(name: &'static str, config: &ListenerConfig) -> Result<Self, ServerError> {
        let tls = config.tls.clone().map(Tls::load).transpose()?.map(Arc::new);
        let failed = |source| ServerError::Listen { address: config.listen, source };
        let socket = TcpListener::bind(config.listen).await.map_err(failed)?;
        let address = socket.local_addr().map_err(failed)?;
        Ok(Self { name, socket, address, config: config.clone(), tls })
    }

    /// Its name in the log.
    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    /// The address, with the port that the system chose.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its limits.
    pub(super) fn config(&self) -> &ListenerConfig {
        &self.config
    }

    /// Its TLS, where it has any.
    pub(super) fn tls(&self) -> Option<Arc<Tls>> {
        self.tls.clone()
    }

    /// Serves the routes from now on.
    pub(super) fn serve(self, routes: Routes, shared: Shared) -> Listening {
        let (end, ended) = watch::channel(false);
        let name = self.name;
        tracing::info!(listener = name, address = %self.address, tls = self.tls.is_some(), "listening");
        Listening { name, end, accepting: tokio::spawn(self.accept(routes, shared, ended)) }
    }

    /// Accepts connections until the end, and gives back those that are still open then.
    async fn accept(self, routes: Routes, shared: Shared, mut ended: watch::Receiver<bool>) -> JoinSet<()> {
        let places = limits::places(self.config.most_connections);
        let of_address = Places::new(self.config.most_connections_per_address);
        let serving = Connections::new(routes, &self.config, self.tls, shared.new_trace, ended.clone());
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                // An error means that nobody holds the other end any more.
                _ = ended.changed() => break,
                (accepted, place) = accept_one(&self.socket, &places) => match accepted {
                    Ok((stream, peer)) => {
                        let counted = !shared.proxies.trust(peer.ip());
                        let of_address = counted.then(|| of_address.take(network(peer.ip())));
                        if of_address.as_ref().is_some_and(Option::is_none) {
                            tracing::debug!(listener = self.name, address = %peer.ip(), "too many connections");
                            continue;
                        }
                        let connection = serving.clone().serve(stream, peer);
                        connections.spawn(async move {
                            connection.await;
                            drop((place, of_address));
                        });
                    }
                    Err(error) => {
                        tracing::warn!(listener = self.name, %error, "a connection could not be accepted");
                        tokio::time::sleep(ACCEPT_PAUSE).await;
                    }
                },
                Some(_) = connections.join_next() => {}
            }
        }
        connections
    }
}

/// The next connection, once there is a place for it.
async fn accept_one(
    socket: &TcpListener,
    places: &Arc<Semaphore>,
) -> (std::io::Result<(TcpStream, SocketAddr)>, Option<OwnedSemaphorePermit>) {
    // It is never closed: there is always a place at some time.
    let place = Arc::clone(places).acquire_owned().await.ok();
    (socket.accept().await, place)
}

impl Listening {
    /// Ends it: no new connections, those that are open finish their requests within this time, then hard.
    pub(super) async fn end(self, timeout: Duration) {
        // Nobody receives when the task is gone already.
        let _ = self.end.send(true);
        let mut connections = match self.accepting.await {
            Ok(connections) => connections,
            Err(error) => {
                tracing::error!(listener = self.name, %error, "the listener did not end well");
                return;
            }
        };
        let all = async { while connections.join_next().await.is_some() {} };
        if tokio::time::timeout(timeout, all).await.is_err() {
            tracing::warn!(listener = self.name, connections = connections.len(), "ending with requests in flight");
        }
        connections.shutdown().await;
    }
}
