//! The log of the process.

use std::io::{self, IsTerminal};
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, reload};

use crate::ServerError;

/// Changes what is logged.
type SetLevel = Box<dyn Fn(EnvFilter) -> Result<(), String> + Send + Sync>;

static LEVEL: OnceLock<SetLevel> = OnceLock::new();

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people on a terminal, JSON elsewhere.
    #[default]
    Auto,
    /// For people.
    Pretty,
    /// One JSON object for each line.
    Json,
}

/// What is wrong with a text that should say what is logged.
pub(crate) fn check_level(level: &str) -> Result<(), String> {
    EnvFilter::try_new(level).map(drop).map_err(|error| error.to_string())
}

/// Sends the log of the whole process to the standard error stream. To be called once, by the program.
///
/// `level` is a level (`info`) or a list of them by target (`info,opnc_store=debug`).
///
/// # Errors
/// [`ServerError::Log`] when the level cannot be read, or when a log was set up before.
pub fn init(format: LogFormat, level: &str) -> Result<(), ServerError> {
    let failed = |error: &dyn std::fmt::Display| ServerError::Log(error.to_string());
    let filter = EnvFilter::try_new(level).map_err(|error| failed(&error))?;
    let json = match format {
        LogFormat::Auto => !io::stderr().is_terminal(),
        LogFormat::Pretty => false,
        LogFormat::Json => true,
    };
    let (filter, handle) = reload::Layer::new(filter);
    let registry = tracing_subscriber::registry().with(filter);
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr);
    if json {
        registry.with(lines.json().flatten_event(true)).try_init().map_err(|error| failed(&error))?;
    } else {
        registry.with(lines.with_ansi(io::stderr().is_terminal())).try_init().map_err(|error| failed(&error))?;
    }
    // Setting up succeeds once in a process, so this is empty.
    let _ = LEVEL.set(Box::new(move |filter| handle.reload(filter).map_err(|error| error.to_string())));
    Ok(())
}

/// Logs so much from now on.
///
/// # Errors
/// [`ServerError::Log`] when the level cannot be read, or there is no log.
pub fn set_level(level: &str) -> Result<(), ServerError> {
    let filter = EnvFilter::try_new(level).map_err(|error| ServerError::Log(error.to_string()))?;
    let set = LEVEL.get().ok_or_else(|| ServerError::Log("none was set up".to_owned()))?;
    set(filter).map_err(ServerError::Log)
}
