//! `[telemetry]`: what can be seen of the service from outside.

use serde::{Deserialize, Serialize};

use super::Section;
use crate::telemetry::{self, LogFormat};

/// The log.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Telemetry {
    /// What is logged: error, warn, info, debug, or a list by target (`info,opnc_store=debug`).
    pub log: String,
    /// How log lines look: pretty, json, or auto, which is pretty on a terminal.
    pub log_format: LogFormat,
    /// Whether EMAIDs and PCIDs stand in logs and in the audit trail as they are. Only for looking into a problem: they are personal data.
    pub plain_identifiers: bool,
}

impl Default for Telemetry {
    fn default() -> Self {
        Self { log: "info".to_owned(), log_format: LogFormat::Auto, plain_identifiers: false }
    }
}

impl Section for Telemetry {
    fn problems(&self) -> Vec<(&'static str, String)> {
        telemetry::check_level(&self.log).err().map(|error| ("log", error)).into_iter().collect()
    }
}
