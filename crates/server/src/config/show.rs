//! The effective configuration, and where each value came from.

use figment::value::Value;
use serde::Serialize;

use super::Loaded;
use super::load::{Whole, leaves, origin};

/// A key with its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Setting {
    /// `section.key`.
    pub key: String,
    /// The value as TOML writes it; `None` where nothing is set.
    pub value: Option<String>,
    /// `default`, the file, the environment variable, or the flag.
    pub from: String,
}

impl Loaded {
    /// Every key in the order of the alphabet. No secret can be among them: secrets have files of their own.
    pub fn settings(&self) -> Vec<Setting> {
        let dict = self.figment.data_of_all().unwrap_or_default();
        let setting = |(key, value): (String, &Value)| {
            let from = origin(&self.figment, &key);
            Setting { key, value: text(value), from }
        };
        leaves(&dict, "").into_iter().map(setting).collect()
    }
}

/// A value as TOML writes it.
fn text(value: &Value) -> Option<String> {
    let list = |items: &[Value]| items.iter().map(|item| text(item).unwrap_or_default()).collect::<Vec<_>>().join(", ");
    match value {
        Value::Empty(..) => None,
        Value::Array(_, items) => Some(format!("[{}]", list(items))),
        Value::Dict(_, inner) => {
            let pairs: Vec<_> =
                inner.iter().filter_map(|(key, value)| Some(format!("{key} = {}", text(value)?))).collect();
            Some(if pairs.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", pairs.join(", ")) })
        }
        // JSON's strings, numbers and booleans are TOML's.
        plain => serde_json::to_string(plain).ok(),
    }
}
