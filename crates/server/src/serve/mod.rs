//! The life of a server: bind, serve on several listeners apart, end.

mod activity;
mod connection;
mod delivering;
mod jobs;
mod listener;
mod refusals;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use opnc_services::Ecosystem;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::config::ListenerConfig;
use crate::router::Routes;
use crate::state::App;
use crate::tls::Tls;
use crate::{ServerConfig, ServerError, router};
use delivering::Delivering;
use listener::{Listener, Listening, Shared};

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
    tls: Vec<(&'static str, Arc<Tls>)>,
    end: oneshot::Sender<()>,
    serving: JoinHandle<()>,
}

/// Serves the ecosystem until it is shut down.
///
/// # Errors
/// [`ServerError::Listen`] when an address cannot be bound, [`ServerError::Tls`] when certificate or key cannot be read,
/// [`ServerError::TokenKey`] when the key store fails.
pub async fn start(ecosystem: Ecosystem, config: ServerConfig) -> Result<Running, ServerError> {
    let public = Listener::bind("public", &config.public).await?;
    let admin = bind("admin", config.admin.as_ref()).await?;
    let status = bind("status", config.status.as_ref()).await?;
    let addresses = (public.address(), admin.as_ref().map(Listener::address), status.as_ref().map(Listener::address));
    let base_url = match (&config.base_url, &config.public.tls) {
        (Some(url), _) => url.trim_end_matches('/').to_owned(),
        (None, None) => format!("http://{}", addresses.0),
        (None, Some(_)) => format!("https://{}", addresses.0),
    };
    let tls = [Some(&public), admin.as_ref(), status.as_ref()];
    let tls = tls.into_iter().flatten().filter_map(|one| Some((one.name(), one.tls()?))).collect();
    let delivering = config.deliver_events.then(|| Delivering::start(&ecosystem)).transpose()?;
    let app = App::new(ecosystem.clone(), config, base_url.clone(), public.tls())?;
    app.issuer().remember(&ecosystem).await?;
    let shared = Shared { new_trace: Arc::new(move || ecosystem.new_id()), proxies: app.proxies() };
    let serve = |listener: Option<Listener>, routes: fn(&App, &ListenerConfig) -> Routes| {
        listener.map(|listener| {
            let routes = routes(&app, listener.config());
            listener.serve(routes, shared.clone())
        })
    };
    let listening = Listeners {
        admin: serve(admin, router::admin),
        status: serve(status, router::status),
        public: public.serve(router::public(&app), shared.clone()),
        delivering,
    };
    let (end, ended) = oneshot::channel();
    let serving = tokio::spawn(listening.until(ended, app));
    Ok(Running { address: addresses.0, admin: addresses.1, status: addresses.2, base_url, tls, end, serving })
}

async fn bind(name: &'static str, config: Option<&ListenerConfig>) -> Result<Option<Listener>, ServerError> {
    match config {
        Some(config) => Listener::bind(name, config).await.map(Some),
        None => Ok(None),
    }
}

impl Running {
    /// Whether any listener speaks TLS, and so has files to be read again.
    pub fn has_tls(&self) -> bool {
        !self.tls.is_empty()
    }

    /// Reads the files of TLS again, for connections that come from now on. Where one is bad, that listener keeps what it
    /// had, and the log says why.
    ///
    /// # Errors
    /// The first problem, when there was one.
    pub fn reload(&self) -> Result<(), ServerError> {
        let mut first = Ok(());
        for (listener, tls) in &self.tls {
            match tls.reload() {
                Ok(()) => tracing::info!(listener, "certificate and key were read again"),
                Err(error) => {
                    tracing::error!(listener, %error, "certificate and key stay as they were");
                    first = first.and(Err(error.into()));
                }
            }
        }
        first
    }

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

/// The listeners of one server, and what works beside them.
struct Listeners {
    public: Listening,
    admin: Option<Listening>,
    status: Option<Listening>,
    delivering: Option<Delivering>,
}

impl Listeners {
    /// Waits for the end, and ends. The admin listener is the last, so that it can be asked meanwhile.
    async fn until(self, ended: oneshot::Receiver<()>, app: App) {
        // Who drops the sender wants the end as well.
        let jobs = jobs::run(app.ecosystem().clone());
        tokio::select! {
            _ = ended => {}
            () = jobs => {}
        }
        app.drain();
        let (delay, timeout) = (app.config().shutdown_delay, app.config().shutdown_timeout);
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
        let delivering = async {
            if let Some(delivering) = self.delivering {
                delivering.end().await;
            }
        };
        tokio::join!(self.public.end(timeout), end(self.status, timeout), delivering);
        end(self.admin, timeout).await;
        if let Some(traces) = app.traces() {
            traces.finish().await;
        }
    }
}

async fn end(listening: Option<Listening>, timeout: Duration) {
    if let Some(listening) = listening {
        listening.end(timeout).await;
    }
}
