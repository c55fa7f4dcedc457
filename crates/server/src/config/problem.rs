//! What is wrong with a configuration, in words an operator can act on.

use std::path::PathBuf;

use figment::error::Kind;

/// A configuration that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read {path}: {source}{}", if source.kind() == std::io::ErrorKind::NotFound { "; `opnc init` makes one" } else { "" })]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Values or keys are wrong: all of them.
    #[error("the configuration has {}:\n  {}", if .0.len() == 1 { "a problem" } else { "problems" }, .0.join("\n  "))]
    Problems(Vec<String>),
}

/// One problem as a line: key, what is wrong, where it came from.
pub(super) fn line(key: &str, problem: &str, origin: &str) -> String {
    format!("{key}: {problem} (from {origin})")
}

/// The words for a value or key that does not fit.
pub(super) fn words(error: &figment::Error, key: &str, origin: &str) -> String {
    match &error.kind {
        Kind::UnknownField(name, known) => line(&error.path.join("."), &unknown(name, known), origin),
        Kind::InvalidType(actual, expected) | Kind::InvalidValue(actual, expected) => {
            line(key, &format!("found {actual} where {expected} is needed"), origin)
        }
        Kind::UnknownVariant(name, known) => line(key, &unknown(name, known), origin),
        other => line(key, &other.to_string(), origin),
    }
}

fn unknown(name: &str, known: &[&str]) -> String {
    let nearest = known.iter().map(|known| (strsim::damerau_levenshtein(name, known), *known)).min();
    match nearest {
        Some((distance, nearest)) if distance <= nearest.len().max(name.len()) / 2 => {
            format!("there is no {name:?}; did you mean {nearest:?}?")
        }
        _ => format!("there is no {name:?}; there are {}", known.join(", ")),
    }
}
