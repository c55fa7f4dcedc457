//! `[store]`: where the data are kept.

use std::fs;
use std::path::{Path, PathBuf};

use opnc_store::{Location, StoreOptions};
use serde::{Deserialize, Serialize};

use super::{Period, Section};

const SQLITE: &str = "sqlite:";

/// Where the data are kept, and how many connections are used.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Database {
    /// `sqlite:FILE`, or `postgres://USER@HOST:PORT/DATABASE` without a password.
    pub url: String,
    /// The file with the password for PostgreSQL.
    pub password_file: Option<PathBuf>,
    /// How many reads run at the same time; on PostgreSQL as many transactions run beside them.
    pub readers: u32,
    /// How long a statement waits for a lock that somebody else holds.
    pub busy_timeout: Period,
}

impl Default for Database {
    fn default() -> Self {
        let url = format!("{SQLITE}opnc.db");
        Self { url, password_file: None, readers: 4, busy_timeout: Period::seconds(5) }
    }
}

impl Database {
    /// The SQLite file, if it is one.
    pub fn file(&self) -> Option<PathBuf> {
        match Location::parse(&self.url) {
            Ok(Location::File(path)) => Some(path),
            _ => None,
        }
    }

    /// How the store is opened; reads the password.
    ///
    /// # Errors
    /// When the URL names no database, or the password cannot be read; in words.
    pub fn options(&self) -> Result<StoreOptions, String> {
        let mut location = Location::parse(&self.url).map_err(|error| error.to_string())?;
        if let (Location::Postgres(url), Some(path)) = (&location, &self.password_file) {
            let password = fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()));
            location = Location::Postgres(url.clone().with_password(password?.trim_end_matches(['\r', '\n'])));
        }
        let (readers, busy_timeout) = (self.readers, self.busy_timeout.get());
        Ok(StoreOptions { readers, busy_timeout, ..StoreOptions::at(location) })
    }
}

impl Section for Database {
    fn resolve(&mut self, folder: &Path) {
        if let Some(file) = self.file() {
            self.url = format!("{SQLITE}{}", folder.join(file).display());
        }
        self.password_file = self.password_file.take().map(|file| folder.join(file));
    }

    fn problems(&self) -> Vec<(&'static str, String)> {
        let mut problems = Vec::new();
        if let Err(error) = Location::parse(&self.url) {
            problems.push(("url", error.to_string()));
        } else if has_password(&self.url) {
            problems.push((
                "url",
                "holds a password; put it into a file of its own, which store.password_file names".to_owned(),
            ));
        }
        let name = self.file().and_then(|file| Some(file.file_name()?.to_string_lossy().into_owned()));
        if name.is_some_and(|name| name == ":memory:" || name.contains(['?', '#'])) {
            problems.push((
                "url",
                "names no file: what is in memory would be lost, and sqlite:FILE has no parameters".to_owned(),
            ));
        }
        let waits = self.busy_timeout.outside(Period::seconds(1), Period::seconds(300));
        problems.extend(waits.map(|problem| ("busy_timeout", problem)));
        if self.password_file.is_some() && self.file().is_some() {
            problems.push(("password_file", "SQLite has no password: this would have no effect".to_owned()));
        }
        if !(1..=64).contains(&self.readers) {
            problems.push(("readers", format!("{} is not between 1 and 64", self.readers)));
        }
        problems
    }
}

/// `://user:password@host`, or a parameter.
fn has_password(url: &str) -> bool {
    let Some((_, rest)) = url.split_once("://") else { return false };
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    authority.rsplit_once('@').is_some_and(|(user, _)| user.contains(':')) || rest.contains("password=")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_has_a_file_of_its_own() {
        for url in ["postgres://opnc:secret@db/opnc", "postgres://db/opnc?user=a&password=secret"] {
            let problems = Database { url: url.to_owned(), ..Database::default() }.problems();
            assert!(problems.len() == 1 && !problems[0].1.contains("secret"), "{problems:?}");
        }
        for url in ["postgres://opnc@db:5432/opnc?sslmode=require", "sqlite:a:b@c.db"] {
            assert!(Database { url: url.to_owned(), ..Database::default() }.problems().is_empty(), "{url}");
        }
    }

    #[test]
    fn the_last_line_break_of_a_password_file_is_not_part_of_it() {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), "secret\n").unwrap();
        let url = "postgres://opnc@db/opnc".to_owned();
        let mut database = Database { url, password_file: Some(file.path().to_owned()), ..Database::default() };
        assert!(matches!(database.options().unwrap().location, Location::Postgres(_)));
        database.password_file = Some("/nowhere/password".into());
        assert!(database.options().unwrap_err().starts_with("cannot read /nowhere/password: "));
    }
}
