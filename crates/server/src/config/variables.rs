//! Environment variables that look as if they were meant for the configuration, and are not taken.

use figment::Figment;
use figment::value::Value;

use super::load::{Whole, leaves};
use super::problem::line;
use super::source::key_of_variable;

/// How variables begin that this program, its tests and its tools know otherwise.
const OTHERS: [&str; 6] = ["OPNC_CONFIG", "OPNC_SHARED", "OPNC_SKIPS", "OPNC_BIN", "OPNC_TEST_", "OPNC_FAULTS_"];

/// What is to be said about variables whose names begin with `OPNC_`.
#[derive(Debug, Default)]
pub(super) struct Strays {
    /// They mean a key of ours, and would have no effect.
    pub(super) problems: Vec<String>,
    /// They mean nothing here.
    pub(super) warnings: Vec<String>,
}

/// Looks for variables that have no effect. `defaults` has every key.
pub(super) fn strays(variables: &[(String, String)], defaults: &Figment) -> Strays {
    let dict = defaults.data_of_all().unwrap_or_default();
    let keys: Vec<String> = leaves(&dict, "").into_iter().map(|(key, _): (String, &Value)| key).collect();
    let mut strays = Strays::default();
    for (name, _) in variables {
        let Some(rest) = name.strip_prefix("OPNC_") else { continue };
        if key_of_variable(name).is_some() || OTHERS.iter().any(|other| name.starts_with(other)) {
            continue;
        }
        let rest = rest.to_ascii_lowercase();
        let meant = keys.iter().find(|key| key.replace('.', "_") == rest);
        if let Some(key) = meant.filter(|key| key.contains('.')) {
            let right = format!("OPNC_{}", key.replace('.', "__").to_ascii_uppercase());
            strays.problems.push(line(key, &format!("write {right}, with two underscores"), name));
        } else if dict.contains_key(&rest) {
            let problem = "is a section of the file, and a variable sets one key: OPNC_SECTION__KEY";
            strays.problems.push(line(&rest, problem, name));
        } else {
            strays.warnings.push(format!("{name} has no effect: a variable for a key is named OPNC_SECTION__KEY"));
        }
    }
    strays
}
