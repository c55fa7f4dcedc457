//! The arguments by which a verb finds the ecosystem it works on, and the one function that opens it.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use opnc_pki::SystemClock;
use opnc_pki::key::{FileKeyStore, KeyEncryptionKey};
use opnc_server::config::{Config, Loaded, Sources};
use opnc_services::identity::{self, Held};
use opnc_services::{Caller, Ecosystem};
use opnc_store::{Schema, Store};
use rand::Rng;

use crate::failure::Failure;
use crate::{operator, sandbox, secret_file};

/// The variable that names the configuration file.
const VARIABLE: &str = "OPNC_CONFIG";
const FILE: &str = "opnc.toml";

/// The configuration file.
#[derive(Args, Debug, Clone)]
pub(crate) struct ConfigFile {
    /// The configuration file [default: what OPNC_CONFIG says, else opnc.toml]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// Where the ecosystem is.
#[derive(Args, Debug, Clone)]
pub(crate) struct ConfigArg {
    #[command(flatten)]
    file: ConfigFile,

    /// A sandbox's folder, in the place of a configuration file
    #[arg(long, value_name = "DIR", conflicts_with = "config")]
    data: Option<PathBuf>,
}

/// An ecosystem that a verb works on.
pub(crate) struct Opened {
    /// What its services share.
    pub(crate) ecosystem: Ecosystem,
    /// Who works on it: the user of this machine, with the rights of an admin.
    pub(crate) caller: Caller,
}

impl ConfigFile {
    /// Its path.
    pub(crate) fn path(&self) -> PathBuf {
        let named = || std::env::var_os(VARIABLE).filter(|name| !name.is_empty()).map(PathBuf::from);
        self.config.clone().or_else(named).unwrap_or_else(|| PathBuf::from(FILE))
    }
}

impl ConfigArg {
    /// What the configuration is put together from.
    pub(crate) fn sources(&self) -> Sources {
        if let Some(folder) = &self.data {
            // A sandbox asks no environment, keeps no second channel, and has its peers on this machine.
            let sources = Sources { variables: Vec::new(), ..Sources::folder(folder) };
            let sources = match sandbox::served(folder) {
                Some((name, url)) => {
                    sources.flag("--data", "federation.name", name).flag("--data", "server.base_url", url)
                }
                None => sources,
            };
            return sources
                .flag("--data", "store.url", "sqlite:opnc.sqlite")
                .flag("--data", "rcp.require_fingerprint", false)
                .flag("--data", "outbound.allow_private", true);
        }
        Sources::file(&self.file.path())
    }

    /// Reads the configuration.
    ///
    /// # Errors
    /// With everything that is wrong with it.
    pub(crate) fn load(&self) -> Result<Loaded, Failure> {
        Loaded::read(&self.sources()).map_err(Failure::ecosystem)
    }

    /// Opens the ecosystem, for this user at this machine. It may be served by another process at the same time.
    ///
    /// # Errors
    /// When the configuration, the database or the keys cannot be used.
    pub(crate) async fn open(&self) -> Result<Opened, Failure> {
        open(&self.load()?.config).await
    }
}

/// Opens the ecosystem that is configured so.
///
/// # Errors
/// When there is none, or the database or the keys cannot be used.
pub(crate) async fn open(config: &Config) -> Result<Opened, Failure> {
    if let Some(file) = config.store.file().filter(|file| !file.exists()) {
        let text = format!(
            "there is no database {}; `opnc init` makes one. A sandbox is named by --data, and `opnc sandbox` makes it",
            file.display()
        );
        return Err(Failure::Ecosystem(text));
    }
    // Looked at first: opening makes the tables where there are none.
    let options = config.store.options().map_err(Failure::Ecosystem)?;
    let schema = Schema::of(&options).await.map_err(Failure::ecosystem)?;
    if schema.known.iter().all(|migration| !migration.applied) {
        return Err(Failure::Ecosystem(not_ours(config, Held::Nothing)));
    }
    let opened = assemble(config).await?;
    let held = identity::held(&opened.ecosystem).await.map_err(Failure::service)?;
    if held.can_be_served() { Ok(opened) } else { Err(Failure::Ecosystem(not_ours(config, held))) }
}

/// Why a database cannot be worked on, and what to do.
pub(crate) fn not_ours(config: &Config, held: Held) -> String {
    let database = config.store.file().map_or_else(|| config.store.url.clone(), |file| file.display().to_string());
    match held {
        Held::Another => format!(
            "the database {database} is not the one of the pseudonym key {key}: it holds another ecosystem, or the key was \
             replaced. Name a database and a key that belong together (store.url, keys.pseudonym_key_file), or restore \
             the key",
            key = config.keys.pseudonym_key_file.display()
        ),
        Held::Beginnings => format!(
            "the database {database} holds the beginnings of an ecosystem: `opnc init` was cut off. Take away what it made \
             (database, keys, configuration), and run it again"
        ),
        Held::Nothing | Held::Unmarked | Held::Ours => format!(
            "the database {database} holds no ecosystem: it is empty, or was emptied. Restore a backup; or, for a new \
             ecosystem, take away database, keys and configuration, and run `opnc init`"
        ),
    }
}

/// Opens the ecosystem, and makes its database when there is none.
///
/// # Errors
/// When the database or the keys cannot be used.
pub(crate) async fn assemble(config: &Config) -> Result<Opened, Failure> {
    let kek = KeyEncryptionKey::from_file(&config.keys.kek_file).map_err(Failure::ecosystem)?;
    let pseudonym_key = secret_file::read(&config.keys.pseudonym_key_file)?;
    let keys = FileKeyStore::open(&config.keys.folder, kek).map_err(Failure::ecosystem)?;
    let options = config.store.options().map_err(Failure::Ecosystem)?;
    let store = Store::open(&options).await.map_err(Failure::ecosystem)?;
    let mut seed = [0; 32];
    rand::rng().fill_bytes(&mut seed);
    let policy = config.policy();
    let ecosystem = Ecosystem::new(store, Arc::new(keys), Arc::new(SystemClock), seed, *pseudonym_key, policy);
    let caller = Caller::operator(&operator::name(), ecosystem.new_id());
    Ok(Opened { ecosystem, caller })
}
