//! Puts a configuration together: defaults < file < environment < flags.
//!
//! serde gives up at the first problem, and an operator wants to hear of all. So each value is tried alone over the
//! defaults when the whole does not fit.

use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Format, Serialized, Toml};
use figment::value::{Dict, Value};

use super::problem::{line, words};
use super::source::{One, key_of_variable};
use super::{Config, ConfigError};

/// The name of what nobody has set.
pub(super) const DEFAULT: &str = "default";

/// Where values come from, the later ones winning.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// The folder that relative paths start from; of the file, where there is one.
    pub folder: PathBuf,
    /// `opnc.toml`.
    pub file: Option<PathBuf>,
    /// Environment variables; those that name no section are left out of account.
    pub variables: Vec<(String, String)>,
    /// Flags: how the user wrote them, the key (`section.key`), the value.
    pub flags: Vec<(String, String, String)>,
}

/// A configuration, and where each of its values came from.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The values, with absolute paths.
    pub config: Config,
    /// The file, where there is one.
    pub file: Option<PathBuf>,
    pub(super) figment: Figment,
}

impl Sources {
    /// This file, and the environment of the process.
    pub fn file(path: &Path) -> Self {
        // The folder of a bare name is the current one.
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let folder = folder.to_owned();
        Self { folder, file: Some(path.to_owned()), variables: environment(), flags: Vec::new() }
    }

    /// No file: defaults that are seen from this folder, and the environment.
    pub fn folder(path: &Path) -> Self {
        Self { folder: path.to_owned(), file: None, variables: environment(), flags: Vec::new() }
    }

    /// Adds a flag as the user wrote it, with the value for `section.key`.
    #[must_use]
    pub fn flag(mut self, flag: &str, key: &str, value: impl ToString) -> Self {
        self.flags.push((flag.to_owned(), key.to_owned(), value.to_string()));
        self
    }
}

/// Names and values that are text; others cannot be ours.
fn environment() -> Vec<(String, String)> {
    let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
        Some((name.into_string().ok()?, value.into_string().ok()?))
    };
    std::env::vars_os().filter_map(text).collect()
}

impl Loaded {
    /// Reads and checks a configuration.
    ///
    /// # Errors
    /// [`ConfigError::Read`] when the file cannot be read, [`ConfigError::Problems`] with everything that is wrong.
    pub fn read(sources: &Sources) -> Result<Self, ConfigError> {
        let figment = assemble(sources)?;
        let mut config: Config = match figment.extract() {
            Ok(config) => config,
            Err(error) => return Err(ConfigError::Problems(every_problem(&figment, &error))),
        };
        let folder = std::path::absolute(&sources.folder);
        let folder = folder.map_err(|source| ConfigError::Read { path: sources.folder.clone(), source })?;
        let mut problems = Vec::new();
        for (name, section) in config.sections() {
            section.resolve(&folder);
            for (key, problem) in section.problems() {
                let key = format!("{name}.{key}");
                problems.push(line(&key, &problem, &origin(&figment, &key)));
            }
        }
        match problems.as_slice() {
            [] => Ok(Self { config, file: sources.file.clone(), figment }),
            _ => Err(ConfigError::Problems(problems)),
        }
    }
}

fn assemble(sources: &Sources) -> Result<Figment, ConfigError> {
    let mut figment = Figment::from(Serialized::defaults(Config::default()));
    if let Some(path) = &sources.file {
        // A missing file would be an empty one to figment.
        std::fs::File::open(path).map_err(|source| ConfigError::Read { path: path.clone(), source })?;
        figment = figment.merge(Toml::file_exact(path));
    }
    for (name, value) in &sources.variables {
        if let Some(key) = key_of_variable(name) {
            figment = figment.merge(One::new(name, &key, value));
        }
    }
    for (flag, key, value) in &sources.flags {
        figment = figment.merge(One::new(flag, key, value));
    }
    Ok(figment)
}

/// Where the value of a key came from, in a word.
pub(super) fn origin(figment: &Figment, key: &str) -> String {
    figment.find_metadata(key).map_or_else(|| DEFAULT.to_owned(), named)
}

fn named(metadata: &figment::Metadata) -> String {
    match &metadata.source {
        Some(figment::Source::File(path)) => path.display().to_string(),
        Some(_) => DEFAULT.to_owned(),
        None => metadata.name.to_string(),
    }
}

/// Tries each value alone. Where none is wrong by itself, what the whole said.
fn every_problem(figment: &Figment, first: &figment::Error) -> Vec<String> {
    let dict: Dict = match figment.data_of_all() {
        Some(dict) => dict,
        // Not even TOML: the error has line and column.
        None => return vec![first.to_string()],
    };
    let mut problems = Vec::new();
    for (key, value) in leaves(&dict, "") {
        let alone = Figment::from(Serialized::defaults(Config::default())).merge(One::of("", &key, value));
        let from = figment.get_metadata(value.tag()).map_or_else(|| DEFAULT.to_owned(), named);
        if let Err(error) = alone.extract::<Config>() {
            problems.extend(error.into_iter().map(|error| words(&error, &key, &from)));
        }
    }
    problems.dedup();
    if problems.is_empty() { vec![first.to_string()] } else { problems }
}

/// Every value that is no table, with its key.
pub(super) fn leaves<'a>(dict: &'a Dict, prefix: &str) -> Vec<(String, &'a Value)> {
    let mut found = Vec::new();
    for (name, value) in dict {
        let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        match value {
            Value::Dict(_, inner) if !inner.is_empty() => found.extend(leaves(inner, &key)),
            _ => found.push((key, value)),
        }
    }
    found
}

/// The merged tables of a figment.
pub(super) trait Whole {
    /// `None` when a source could not be read.
    fn data_of_all(&self) -> Option<Dict>;
}

impl Whole for Figment {
    fn data_of_all(&self) -> Option<Dict> {
        figment::Provider::data(self).ok()?.remove(&figment::Profile::Default)
    }
}
