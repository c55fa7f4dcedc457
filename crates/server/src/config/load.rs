//! Puts a configuration together: defaults < file < environment < flags.
//!
//! serde gives up at the first problem, and an operator wants to hear of all. So each value is tried alone over the
//! defaults when the whole does not fit.

use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::Serialized;
use figment::value::{Dict, Value};

use super::problem::{line, words};
use super::source::{File, One, key_of_variable};
use super::variables::strays;
use super::{Config, ConfigError, together};

/// The name of what nobody has set.
pub(super) const DEFAULT: &str = "default";

/// Where values come from, the later ones winning.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// The folder that relative paths start from; of the file, where there is one.
    pub folder: PathBuf,
    /// `opnc.toml`.
    pub file: Option<PathBuf>,
    /// What stands in it, where it is not to be read.
    pub text: Option<String>,
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
    /// What has no effect, and what will not work as it seems.
    pub warnings: Vec<String>,
    pub(super) figment: Figment,
}

impl Sources {
    /// This file, and the environment of the process.
    pub fn file(path: &Path) -> Self {
        // The folder of a bare name is the current one.
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let folder = folder.to_owned();
        Self { folder, file: Some(path.to_owned()), text: None, variables: environment(), flags: Vec::new() }
    }

    /// The same for a file that is yet to be written.
    pub fn text(path: &Path, text: &str) -> Self {
        Self { text: Some(text.to_owned()), ..Self::file(path) }
    }

    /// No file: defaults that are seen from this folder, and the environment.
    pub fn folder(path: &Path) -> Self {
        Self { folder: path.to_owned(), file: None, text: None, variables: environment(), flags: Vec::new() }
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
        let defaults = Figment::from(Serialized::defaults(Config::default()));
        let strays = strays(&sources.variables, &defaults);
        let figment = assemble(sources, defaults)?;
        let folder = std::path::absolute(&sources.folder);
        let folder = folder.map_err(|source| ConfigError::Read { path: sources.folder.clone(), source })?;
        let (config, mut problems) = match figment.extract::<Config>() {
            Ok(config) => (Some(config), Vec::new()),
            Err(error) => every_problem(&figment, &error),
        };
        let mut config = config.unwrap_or_default();
        for (name, section) in config.sections() {
            section.resolve(&folder);
            for (key, problem) in section.problems() {
                let key = format!("{name}.{key}");
                problems.push(line(&key, &problem, &origin(&figment, &key)));
            }
        }
        for (key, problem) in together::problems(&config) {
            problems.push(line(key, &problem, &origin(&figment, key)));
        }
        problems.extend(strays.problems);
        let mut warnings = strays.warnings;
        warnings.extend(together::warnings(&config));
        match problems.as_slice() {
            [] => Ok(Self { config, file: sources.file.clone(), warnings, figment }),
            _ => Err(ConfigError::Problems(problems)),
        }
    }
}

fn assemble(sources: &Sources, defaults: Figment) -> Result<Figment, ConfigError> {
    let mut figment = defaults.clone();
    if let Some(path) = &sources.file {
        let read = |_| std::fs::read_to_string(path).map_err(|source| ConfigError::Read { path: path.clone(), source });
        let text = sources.text.clone().ok_or(()).or_else(read)?;
        figment = figment.merge(File::parse(path, &text)?);
    }
    let variables = sources.variables.iter().filter_map(|(name, value)| Some((name, key_of_variable(name)?, value)));
    let flags = sources.flags.iter().map(|(flag, key, value)| (flag, key.clone(), value));
    for (origin, key, value) in variables.chain(flags) {
        let read = One::new(origin, &key, value);
        // `1.2` is a number to TOML, and a version to us: what does not fit as it looks is taken as text.
        let fits = defaults.clone().merge(read.clone()).extract::<Config>().is_ok();
        figment = figment.merge(if fits { read } else { One::text(origin, &key, value) });
    }
    Ok(figment)
}

/// Where the value of a key came from, in a word.
pub(super) fn origin(figment: &Figment, key: &str) -> String {
    figment.find_metadata(key).map_or_else(|| DEFAULT.to_owned(), named)
}

fn named(metadata: &figment::Metadata) -> String {
    match &metadata.source {
        // The place in this program where the defaults are.
        Some(_) => DEFAULT.to_owned(),
        None => metadata.name.to_string(),
    }
}

/// Tries each value alone: the problems, and what the rest says, so that the rest can be looked at too. Where none is wrong
/// by itself, what the whole said.
fn every_problem(figment: &Figment, first: &figment::Error) -> (Option<Config>, Vec<String>) {
    let dict: Dict = figment.data_of_all().unwrap_or_default();
    let defaults = Figment::from(Serialized::defaults(Config::default()));
    let (mut good, mut problems) = (defaults.clone(), Vec::new());
    for (key, value) in leaves(&dict, "") {
        let from = figment.get_metadata(value.tag()).map_or_else(|| DEFAULT.to_owned(), named);
        let one = One::of("", &key, value);
        match defaults.clone().merge(one.clone()).extract::<Config>() {
            Err(error) => problems.extend(error.into_iter().map(|error| words(&error, &key, &from))),
            Ok(_) => good = good.merge(one),
        }
    }
    problems.dedup();
    if problems.is_empty() {
        problems.push(first.to_string());
    }
    (good.extract().ok(), problems)
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
