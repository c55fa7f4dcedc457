//! Starts an ecosystem: database, keys, services and server.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::SignedDuration;
use opnc_client::outbound;
use opnc_pki::Clock;
use opnc_pki::key::{FileKeyStore, KeyEncryptionKey};
use opnc_server::{ListenerConfig, RateLimit, Running, ServerConfig};
use opnc_services::ecosystem::Policy;
use opnc_services::events::DeliveryPolicy;
use opnc_services::events::schedule::Schedule;
use opnc_services::federation::FederationPolicy;
use opnc_services::{Caller, Ecosystem, bootstrap};
use opnc_store::{Alone, Location, Store, StoreOptions};
use rand::Rng;
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::offset_clock::OffsetClock;
use crate::{operator, secret_file};

/// The file with the port of the status listener.
pub(crate) const STATUS_PORT: &str = "status-port";

/// Where an ecosystem keeps its things.
pub(crate) struct Place {
    directory: PathBuf,
}

/// An ecosystem at work.
pub(crate) struct Launched {
    /// What its services share.
    pub(crate) ecosystem: Ecosystem,
    /// The server.
    pub(crate) running: Running,
    /// Its clock, which can be moved.
    pub(crate) clock: Arc<OffsetClock>,
    _alone: Alone,
}

impl Place {
    /// A directory, made when it is missing.
    ///
    /// # Errors
    /// When it cannot be made.
    pub(crate) fn new(directory: &Path) -> Result<Self, Failure> {
        fs::create_dir_all(directory).map_err(|source| Failure::write(directory, source))?;
        Ok(Self { directory: directory.to_owned() })
    }

    fn database(&self) -> PathBuf {
        self.directory.join("opnc.sqlite")
    }

    /// Where the state of certificates is answered: an address of this machine, with a port that is free at the first call
    /// and kept, because certificates name it.
    fn status_address(&self, ip: IpAddr) -> Result<SocketAddr, Failure> {
        let path = self.directory.join(STATUS_PORT);
        let ip = if ip.is_unspecified() { IpAddr::from(Ipv4Addr::LOCALHOST) } else { ip };
        if path.exists() {
            let text = fs::read_to_string(&path).map_err(Failure::ecosystem)?;
            let port =
                text.trim().parse().map_err(|error| Failure::Ecosystem(format!("{}: {error}", path.display())))?;
            return Ok(SocketAddr::new(ip, port));
        }
        let free = TcpListener::bind((ip, 0)).and_then(|listener| listener.local_addr()).map_err(Failure::ecosystem)?;
        write_private(&path, free.port().to_string().as_bytes())?;
        Ok(free)
    }

    /// 32 random bytes that are made at the first call and kept in a file that only its owner can read.
    fn secret(&self, name: &str) -> Result<Zeroizing<[u8; 32]>, Failure> {
        let path = self.directory.join(name);
        if !path.exists() {
            secret_file::make(&path)?;
        }
        secret_file::read(&path)
    }
}

impl Launched {
    /// Who sets it up: the user of this machine.
    pub(crate) fn operator(&self) -> Caller {
        Caller::operator(&operator::name(), self.ecosystem.new_id())
    }

    /// Ends it: requests in flight are finished, then the database is closed.
    pub(crate) async fn end(self) {
        self.running.shutdown().await;
        self.ecosystem.store().close().await;
    }
}

/// Writes a file that only its owner can read.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn write_private(path: &Path, content: &[u8]) -> Result<(), Failure> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(|source| Failure::write(path, source))?;
    // A file that was there before keeps the mode it had.
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))
        .map_err(|source| Failure::write(path, source))?;
    file.write_all(content).and_then(|()| file.sync_all()).map_err(|source| Failure::write(path, source))
}

/// How fast a party may call; nothing set: as fast as it likes.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Limits {
    /// Requests.
    pub(crate) requests_per_second: Option<u32>,
    /// Requests for cars and contracts that nobody knows.
    pub(crate) misses_per_minute: Option<u32>,
    /// After which time a webhook that has failed is tried again.
    pub(crate) retry_interval: Option<SignedDuration>,
}

/// Starts an ecosystem in a directory, on any port of this machine and without limits.
///
/// # Errors
/// As [`launch`].
pub(crate) async fn launch_beside(directory: &Path, clock: Arc<OffsetClock>) -> Result<Launched, Failure> {
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    launch(&Place::new(directory)?, listen, clock, &Limits::default()).await
}

/// Starts the ecosystem that is kept in `place`.
///
/// # Errors
/// When the database, the keys or the address cannot be used.
pub(crate) async fn launch(
    place: &Place,
    listen: SocketAddr,
    clock: Arc<OffsetClock>,
    limits: &Limits,
) -> Result<Launched, Failure> {
    let store = Store::open(&StoreOptions::file(place.database())).await.map_err(Failure::ecosystem)?;
    let alone = Alone::claim(&Location::File(place.database())).map_err(Failure::ecosystem)?;
    let key_encryption_key = KeyEncryptionKey::new(*place.secret("key-encryption-key")?);
    let keys = FileKeyStore::open(&place.directory.join("keys"), key_encryption_key).map_err(Failure::ecosystem)?;
    let mut seed = [0; 32];
    rand::rng().fill_bytes(&mut seed);
    let pseudonym_key = *place.secret("pseudonym-key")?;
    let status = place.status_address(listen.ip())?;
    let policy = Policy {
        require_fingerprint: false,
        misses_per_minute: limits.misses_per_minute,
        status_url: Some(format!("http://{status}")),
        delivery: receivers_on_this_machine(limits.retry_interval),
        federation: peers_on_this_machine(listen.ip()),
        ..Policy::default()
    };
    let ecosystem = Ecosystem::new(store, Arc::new(keys), clock_of(&clock), seed, pseudonym_key, policy);
    bootstrap::complete(&ecosystem).await.map_err(Failure::ecosystem)?;
    let config = ServerConfig {
        rate_limit: limits.requests_per_second.map(|rate| RateLimit::new(rate, rate)),
        token_rate_limit: None,
        status: Some(ListenerConfig::status(status)),
        ..ServerConfig::new(listen)
    };
    let running = opnc_server::start(ecosystem.clone(), config).await.map_err(Failure::ecosystem)?;
    Ok(Launched { ecosystem, running, clock, _alone: alone })
}

/// Peers are ecosystems of this process or beside it.
fn peers_on_this_machine(listen: IpAddr) -> FederationPolicy {
    let addresses = [IpAddr::from(Ipv4Addr::LOCALHOST), IpAddr::from(Ipv6Addr::LOCALHOST), listen];
    let allow = addresses.iter().filter_map(|address| address.to_string().parse().ok()).collect();
    let outbound = outbound::Policy { allow, ..outbound::Policy::default() };
    FederationPolicy { outbound, ..FederationPolicy::default() }
}

/// Receivers of events are programs beside this one, without TLS.
fn receivers_on_this_machine(retry_interval: Option<SignedDuration>) -> DeliveryPolicy {
    let usual = Schedule::default();
    let schedule = Schedule { interval: retry_interval.unwrap_or(usual.interval), ..usual };
    let loopback = [IpAddr::from(Ipv4Addr::LOCALHOST), IpAddr::from(Ipv6Addr::LOCALHOST)];
    let allow = loopback.iter().filter_map(|address| address.to_string().parse().ok()).collect();
    DeliveryPolicy { schedule, allow_http: true, allow, ..DeliveryPolicy::default() }
}

/// The clock as those see it who only read it.
pub(crate) fn clock_of(clock: &Arc<OffsetClock>) -> Arc<dyn Clock> {
    Arc::<OffsetClock>::clone(clock)
}
