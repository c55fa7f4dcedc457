//! Where a value of the configuration came from.

use std::path::Path;

use figment::providers::{Format, Toml};
use figment::value::{Dict, Map, Value};
use figment::{Error, Metadata, Profile, Provider};

use super::ConfigError;

/// One value with a name of its own for its origin: an environment variable, or a flag.
#[derive(Debug, Clone)]
pub(super) struct One {
    origin: String,
    key: String,
    value: Value,
}

impl One {
    /// The value `text` for `key` (`section.key`). Numbers, booleans and lists are recognised as TOML writes them.
    pub(super) fn new(origin: &str, key: &str, text: &str) -> Self {
        // Reading a value cannot fail: what is nothing else is a string.
        let value = text.parse().unwrap_or_else(|_| Value::from(text));
        Self { origin: origin.to_owned(), key: key.to_owned(), value }
    }

    /// The same for text that is text, however it looks.
    pub(super) fn text(origin: &str, key: &str, text: &str) -> Self {
        Self { origin: origin.to_owned(), key: key.to_owned(), value: Value::from(text) }
    }

    /// The same for a value that was read before.
    pub(super) fn of(origin: &str, key: &str, value: &Value) -> Self {
        Self { origin: origin.to_owned(), key: key.to_owned(), value: value.clone() }
    }
}

impl Provider for One {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.origin.clone())
    }

    fn data(&self) -> Result<Map<Profile, Dict>, Error> {
        let dict = figment::util::nest(&self.key, self.value.clone()).into_dict().unwrap_or_default();
        Ok(Profile::Default.collect(dict))
    }
}

/// What stands in a file.
#[derive(Debug, Clone)]
pub(super) struct File {
    name: String,
    dict: Dict,
}

impl File {
    /// Reads TOML. What stands in the file is not repeated in the error: it may be the wrong file, with a secret in it.
    pub(super) fn parse(path: &Path, text: &str) -> Result<Self, ConfigError> {
        let name = path.display().to_string();
        let dict = Toml::from_str(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            let line = before.lines().count().max(1);
            let line = if before.ends_with('\n') { line.saturating_add(1) } else { line };
            let problem = error.message().replace('\n', ", ");
            ConfigError::Problems(vec![format!("{name}, line {line}: this is no TOML: {problem}")])
        })?;
        Ok(Self { name, dict })
    }
}

impl Provider for File {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.name.clone())
    }

    fn data(&self) -> Result<Map<Profile, Dict>, Error> {
        Ok(Profile::Default.collect(self.dict.clone()))
    }
}

/// The keys that environment variables name: `OPNC_SECTION__KEY`.
pub(super) fn key_of_variable(name: &str) -> Option<String> {
    let key = name.strip_prefix("OPNC_")?;
    let (section, key) = key.split_once("__")?;
    Some(format!("{section}.{key}").replace("__", ".").to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_name_a_section_and_a_key() {
        assert_eq!(key_of_variable("OPNC_SERVER__BASE_URL").as_deref(), Some("server.base_url"));
        for name in ["OPNC_CONFIG", "PATH", "OPNC_", "opnc_server__listen"] {
            assert_eq!(key_of_variable(name), None, "{name}");
        }
    }
}
