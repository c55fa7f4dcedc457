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
///
/// The library takes any word that is no level for the name of a target, of which everything is logged, and of others nothing:
/// a misspelt level would end the log. So one part is a level, and the others name theirs.
pub(crate) fn check_level(text: &str) -> Result<(), String> {
    EnvFilter::try_new(text).map_err(|error| error.to_string())?;
    let is_level = |part: &&str| LEVELS.iter().any(|level| level.eq_ignore_ascii_case(part.trim()));
    let bare: Vec<&str> = text.split(',').filter(|part| !part.contains(['=', '[', ']', '{', '}'])).collect();
    if let Some(wrong) = bare.iter().find(|part| !is_level(part)) {
        let levels = LEVELS.join(", ");
        return Err(format!("{wrong:?} is no level ({levels}); a target is written with its level: opnc_store=debug"));
    }
    if bare.is_empty() {
        return Err(format!("{text:?} has no level for what it does not name: write \"info,{text}\""));
    }
    Ok(())
}

const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

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
    check_level(level).map_err(ServerError::Log)?;
    let filter = EnvFilter::try_new(level).map_err(|error| ServerError::Log(error.to_string()))?;
    let set = LEVEL.get().ok_or_else(|| ServerError::Log("none was set up".to_owned()))?;
    set(filter).map_err(ServerError::Log)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_level_is_not_the_name_of_something() {
        for good in ["info", "WARN", "off", "info,opnc_store=debug", "opnc_store=debug,info", "info,sqlx=off"] {
            assert_eq!(check_level(good), Ok(()), "{good}");
        }
        for bad in ["louder", "", "info,louder", "opnc_store", "opnc_store=debug", "opnc=louder", "in fo", "3"] {
            assert!(check_level(bad).is_err(), "{bad}");
        }
        assert!(check_level("louder").unwrap_err().contains("trace"));
    }
}
