//! One service per SQLite file: two would not hear of each other's changes, and their jobs would do everything twice.
//!
//! The lock is the system's, on a file beside the database: it goes with the process, however that ends. The file stays and
//! means nothing. Who only reads or changes a row beside the service (`opnc party`, `opnc backup`) does not ask for it.

use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use crate::{Location, StoreError};

/// What the file of the lock is called, behind the name of the database.
const SUFFIX: &str = "-served";
/// The longest number of a process.
const LONGEST_PID: u64 = 20;

/// The right to serve a database, for as long as it lives.
#[derive(Debug)]
pub struct Alone {
    _lock: Option<File>,
}

impl Alone {
    /// Takes the right to serve the database, which exists. Any number of processes may serve one of PostgreSQL.
    ///
    /// # Errors
    /// [`StoreError::Served`] while another process has it, [`StoreError::Open`] when the lock cannot be had for another
    /// reason.
    pub fn claim(location: &Location) -> Result<Self, StoreError> {
        match location {
            Location::File(path) => lock(path).map(|file| Self { _lock: Some(file) }),
            Location::Temporary | Location::Postgres(_) => Ok(Self { _lock: None }),
        }
    }
}

fn lock(path: &Path) -> Result<File, StoreError> {
    let database = || path.display().to_string();
    let failed = |source| StoreError::Open { database: database(), source: Box::new(source) };
    // By whatever name it is called.
    let mut name = OsString::from(path.canonicalize().map_err(failed)?);
    name.push(SUFFIX);
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(PathBuf::from(name)).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => {
            // For people; nothing depends on it, and there may be no room for it.
            let _ = file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id()));
            Ok(file)
        }
        Err(TryLockError::WouldBlock) => Err(StoreError::Served { database: database(), process: holder(&file) }),
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}

/// Which process says that it has the lock.
fn holder(file: &File) -> String {
    let mut text = String::new();
    match file.take(LONGEST_PID).read_to_string(&mut text).map(|_| text.trim().parse::<u32>()) {
        Ok(Ok(process)) => format!("process {process}"),
        _ => "another process".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Store, StoreOptions};

    #[tokio::test]
    async fn a_file_is_served_by_one_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("opnc.db");
        let (store, location) = (Store::open(&StoreOptions::file(&path)).await.unwrap(), Location::File(path.clone()));
        let first = Alone::claim(&location).unwrap();
        let said = Alone::claim(&location).unwrap_err().to_string();
        let own = format!("process {} serves the database {}", std::process::id(), path.display());
        assert!(said.starts_with(&own), "{said}");
        // Whoever does not serve it is not kept out.
        Store::open(&StoreOptions::file(&path)).await.unwrap().close().await;
        store.close().await;
        drop(first);
        Alone::claim(&location).unwrap();
        Alone::claim(&location).unwrap();
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn another_name_of_the_file_is_no_way_around() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("opnc.db"), folder.path().join("link"));
        std::fs::write(&path, "").unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        let _first = Alone::claim(&Location::File(path)).unwrap();
        assert!(matches!(Alone::claim(&Location::File(link)), Err(StoreError::Served { .. })));
        let mode = std::fs::metadata(folder.path().join("opnc.db-served")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let missing = Location::File(folder.path().join("missing"));
        assert!(matches!(Alone::claim(&missing), Err(StoreError::Open { .. })));
    }
}
