//! What a run of `opnc init` has made: nothing that was there before, and nothing at all when the run fails.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use opnc_server::config::Config;

use crate::failure::Failure;

/// The new file, and what is made beside it.
pub(super) struct Made {
    file: PathBuf,
    kek: PathBuf,
    paths: Vec<PathBuf>,
}

impl Made {
    /// Nothing yet; the file's folder is made when it is missing.
    ///
    /// # Errors
    /// When the file is there already.
    pub(super) fn new(file: &Path) -> Result<Self, Failure> {
        refuse(file)?;
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder).map_err(|source| Failure::write(folder, source))?;
        }
        Ok(Self { file: file.to_owned(), kek: PathBuf::new(), paths: Vec::new() })
    }

    /// The configuration file.
    pub(super) fn path(&self) -> &Path {
        &self.file
    }

    /// The key that encrypts the keys.
    pub(super) fn kek(&self) -> &Path {
        &self.kek
    }

    /// Writes the configuration file.
    pub(super) fn file(&mut self, text: &str) -> Result<(), Failure> {
        let opened = OpenOptions::new().write(true).create_new(true).open(&self.file);
        let mut file = match opened {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => return refuse(&self.file),
            opened => opened.map_err(|source| Failure::write(&self.file, source))?,
        };
        self.paths.push(self.file.clone());
        file.write_all(text.as_bytes())
            .and_then(|()| file.sync_all())
            .map_err(|source| Failure::write(&self.file, source))
    }

    /// Refuses to go on where something is in the place of what is made.
    pub(super) fn refuse_what_is_there(&mut self, config: &Config) -> Result<(), Failure> {
        let keys = &config.keys;
        self.kek.clone_from(&keys.kek_file);
        for path in
            [Some(&keys.kek_file), Some(&keys.pseudonym_key_file), Some(&keys.folder), config.store.file().as_ref()]
                .into_iter()
                .flatten()
        {
            refuse(path)?;
        }
        Ok(())
    }

    /// Something that is made now.
    pub(super) fn note(&mut self, path: &Path) {
        self.paths.push(path.to_owned());
    }

    /// A database that is made now, with its log.
    pub(super) fn note_database(&mut self, path: &Path) {
        for end in ["", "-wal", "-shm"] {
            let mut name = path.as_os_str().to_owned();
            name.push(end);
            self.paths.push(name.into());
        }
    }

    /// Takes everything away again.
    pub(super) fn take_away(&self) {
        for path in &self.paths {
            // What was not made yet is not there to be removed.
            let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
        }
    }
}

fn refuse(path: &Path) -> Result<(), Failure> {
    match fs::symlink_metadata(path) {
        Ok(_) => Err(Failure::Ecosystem(format!("{} is there already, and nothing is overwritten", path.display()))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(source) => Err(Failure::Read { name: path.display().to_string(), source }),
    }
}
