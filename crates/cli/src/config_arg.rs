//! The arguments by which a verb finds the ecosystem it works on, and the one function that opens it.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use opnc_pki::SystemClock;
use opnc_pki::key::{FileKeyStore, KeyEncryptionKey};
use opnc_server::config::{Config, Loaded, Sources};
use opnc_services::{Caller, Ecosystem};
use opnc_store::Store;
use rand::Rng;

use crate::failure::Failure;
use crate::{operator, secret_file};

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
            // A sandbox asks no environment, and keeps no second channel.
            let sources = Sources { variables: Vec::new(), ..Sources::folder(folder) };
            return sources.flag("--data", "store.url", "sqlite:opnc.sqlite").flag(
                "--data",
                "rcp.require_fingerprint",
                false,
            );
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
        let text = format!("there is no database {}; `opnc init` makes one", file.display());
        return Err(Failure::Ecosystem(text));
    }
    assemble(config).await
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
