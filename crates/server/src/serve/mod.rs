//! The life of a server: bind, serve on several listeners apart, end.

mod activity;
mod connection;
mod listener;

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use opnc_services::Ecosystem;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::config::ListenerConfig;
use crate::state::App;
use crate::{ServerConfig, ServerError, router};
use listener::{Listener, Listening};

/// A server at work. When this is dropped, the server ends as if it were shut down.
#[derive(Debug)]
pub struct Running {
    /// The address of the public listener.
    pub address: SocketAddr,
    /// The address of the admin listener.
    pub admin: Option<SocketAddr>,
    /// The address of the status listener.
    pub status: Option<SocketAddr>,
    /// How callers reach it: `ServerConfig::base_url`, or `http://` and the public address.
    pub base_url: String,
    end: oneshot::Sender<()>,
    serving: JoinHandle<()>,
}

/// Serves the ecosystem until it is shut down.
///
/// # Errors
/// [`ServerError::Listen`] when an address cannot be bound, [`ServerError::TokenKey`] when the key store fails.
pub async fn start(ecosystem: Ecosystem, config: ServerConfig) -> Result<Running, ServerError> {
    let public = Listener::bind("public", &config.public).await?;
    let admin = bind("admin", config.admin.as_ref()).await?;
    let status = bind("status", config.status.as_ref()).await?;
    let address = public.address();
    let addresses = (admin.as_ref().map(Listener::address), status.as_ref().map(Listener::address));
    let base_url = match &config.base_url {
        Some(url) => url.trim_end_matches('/').to_owned(),
        None => format!("http://{address}"),
    };
    let app = App::new(ecosystem, config, base_url.clone())?;
    let serve = |listener: Option<Listener>, routes: fn(&App, &ListenerConfig) -> Router| {
        listener.map(|listener| {
            let router = routes(&app, listener.config());
            listener.serve(router)
        })
    };
    let listening = Listeners {
        admin: serve(admin, router::admin),
        status: serve(status, router::status),
        public: public.serve(router::public(&app)),
    };
    let (end, ended) = oneshot::channel();
    let serving = tokio::spawn(listening.until(ended, app));
    Ok(Running { address, admin: addresses.0, status: addresses.1, base_url, end, serving })
}

async fn bind(name: &'static str, config: Option<&ListenerConfig>) -> Result<Option<Listener>, ServerError> {
    match config {
        Some(config) => Listener::bind(name, config).await.map(Some),
        None => Ok(None),
    }
}

impl Running {
    /// Ends the server: `/readyz` says so, then no new connections, requests in flight go on for at most the configured
    /// time, then hard.
    pub async fn shutdown(self) {
        // Nobody listens any more when the server has ended by itself.
        let _ = self.end.send(());
        if let Err(error) = self.serving.await {
            tracing::error!(%error, "the server did not end well");
        }
    }
}

/// The listeners of one server.
struct Listeners {
    public: Listening,
    admin: Option<Listening>,
    status: Option<Listening>,
}

impl Listeners {
    /// Waits for the end, and ends. The admin listener is the last, so that it can be asked meanwhile.
    async fn until(self, ended: oneshot::Receiver<()>, app: App) {
        // Who drops the sender wants the end as well.
        let _ = ended.await;
        app.drain();
        let (delay, timeout) = (app.config().shutdown_delay, app.config().shutdown_timeout);
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
        tokio::join!(self.public.end(timeout), end(self.status, timeout));
        end(self.admin, timeout).await;
    }
}

async fn end(listening: Option<Listening>, timeout: Duration) {
    if let Some(listening) = listening {
        listening.end(timeout).await;
    }
}
