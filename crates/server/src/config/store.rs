//! `[store]`: where the data are kept.

use std::path::{Path, PathBuf};

use opnc_store::StoreOptions;
use serde::{Deserialize, Serialize};

use super::{Period, Section};

const SQLITE: &str = "sqlite:";

/// Where the data are kept, and how many connections are used.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Database {
    /// `sqlite:` and the path of a file.
    pub url: String,
    /// How many reads run at the same time.
    pub readers: u32,
    /// How long a statement waits for a lock that another process holds.
    pub busy_timeout: Period,
}

impl Default for Database {
    fn default() -> Self {
        Self { url: "sqlite:opnc.db".to_owned(), readers: 4, busy_timeout: Period::seconds(5) }
    }
}

impl Database {
    /// The SQLite file, if it is one.
    pub fn file(&self) -> Option<PathBuf> {
        self.url.strip_prefix(SQLITE).filter(|path| !path.is_empty()).map(PathBuf::from)
    }

    /// How the store is opened.
    pub fn options(&self) -> Option<StoreOptions> {
        let file = self.file()?;
        Some(StoreOptions { readers: self.readers, busy_timeout: self.busy_timeout.get(), ..StoreOptions::file(file) })
    }
}

impl Section for Database {
    fn resolve(&mut self, folder: &Path) {
        if let Some(file) = self.file() {
            self.url = format!("{SQLITE}{}", folder.join(file).display());
        }
    }

    fn problems(&self) -> Vec<(&'static str, String)> {
        let mut problems = Vec::new();
        if self.file().is_none() {
            problems.push(("url", "is not of the form sqlite:FILE".to_owned()));
        }
        if !(1..=64).contains(&self.readers) {
            problems.push(("readers", format!("{} is not between 1 and 64", self.readers)));
        }
        problems
    }
}
