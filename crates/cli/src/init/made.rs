//! What a run of `opnc init` has made: nothing that was there before, and nothing at all when the run fails.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use opnc_server::config::{Config, Loaded, Sources};

use crate::failure::Failure;

/// The new file, and what is made beside it.
///
/// The configuration comes last. Until then its text is in a draft beside it, by which the next run sees that this one was
/// cut off: whatever the draft names was not there when the draft was written.
pub(super) struct Made {
    file: PathBuf,
    draft: PathBuf,
    kek: PathBuf,
    paths: Vec<PathBuf>,
}

impl Made {
    /// Nothing yet; the file's folder is made when it is missing.
    ///
    /// # Errors
    /// When the file is there already, or the draft of a run that was cut off.
    pub(super) fn new(file: &Path) -> Result<Self, Failure> {
        refuse(file)?;
        let draft = beside(file, ".part");
        if draft.exists() {
            return Err(cut_off(file, &draft));
        }
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder).map_err(|source| Failure::write(folder, source))?;
        }
        Ok(Self { file: file.to_owned(), draft, kek: PathBuf::new(), paths: Vec::new() })
    }

    /// The configuration file.
    pub(super) fn path(&self) -> &Path {
        &self.file
    }

    /// The key that encrypts the keys.
    pub(super) fn kek(&self) -> &Path {
        &self.kek
    }

    /// Writes the draft of the configuration file.
    pub(super) fn draft(&mut self, text: &str) -> Result<(), Failure> {
        let opened = OpenOptions::new().write(true).create_new(true).open(&self.draft);
        let mut file = match opened {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => return Err(cut_off(&self.file, &self.draft)),
            opened => opened.map_err(|source| Failure::write(&self.draft, source))?,
        };
        self.paths.push(self.draft.clone());
        file.write_all(text.as_bytes())
            .and_then(|()| file.sync_all())
            .map_err(|source| Failure::write(&self.draft, source))
    }

    /// Makes the draft the configuration file: everything else is there.
    pub(super) fn finish(&self) -> Result<(), Failure> {
        // A hard link refuses to replace what has come meanwhile; a rename would not.
        match fs::hard_link(&self.draft, &self.file) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => refuse(&self.file)?,
            linked => linked.map_err(|source| Failure::write(&self.file, source))?,
        }
        fs::remove_file(&self.draft).map_err(|source| Failure::write(&self.draft, source))
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
        self.paths.extend(["", "-wal", "-shm"].map(|end| beside(path, end)));
    }

    /// Takes everything away again.
    pub(super) fn take_away(&self) {
        for path in &self.paths {
            // What was not made yet is not there to be removed.
            let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
        }
    }
}

/// An earlier run did not come to its end: what to take away before the next one.
fn cut_off(file: &Path, draft: &Path) -> Failure {
    let mut paths = vec![draft.to_owned()];
    let mut more = "";
    // The environment may say other things, but it did not say them to `init`.
    let text = fs::read_to_string(draft).unwrap_or_default();
    let sources = Sources { variables: Vec::new(), ..Sources::text(file, &text) };
    if let Ok(Loaded { config, .. }) = Loaded::read(&sources) {
        paths.extend([config.keys.kek_file, config.keys.pseudonym_key_file, config.keys.folder]);
        match config.store.file() {
            Some(database) => paths.extend(["", "-wal", "-shm"].map(|end| beside(&database, end))),
            None => more = "\nand make its PostgreSQL database anew, empty",
        }
    }
    let paths: Vec<String> = paths.iter().filter(|path| path.exists()).map(|path| quoted(path)).collect();
    Failure::Ecosystem(format!(
        "an earlier `opnc init` was cut off, or is still at work: {} is there, and {} is not. Nothing that it made is in \
         use. See that it does not run any more, then take that away and run `opnc init` again:\n  rm -r {}{more}",
        draft.display(),
        file.display(),
        paths.join(" ")
    ))
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    let path = path.display().to_string();
    if path.chars().all(|c| c.is_alphanumeric() || "/._-".contains(c)) {
        path
    } else {
        format!("'{}'", path.replace('\'', "'\\''"))
    }
}

fn beside(file: &Path, end: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(end);
    name.into()
}

fn refuse(path: &Path) -> Result<(), Failure> {
    match fs::symlink_metadata(path) {
        Ok(_) => Err(Failure::Ecosystem(format!("{} is there already, and nothing is overwritten", path.display()))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(source) => Err(Failure::Read { name: path.display().to_string(), source }),
    }
}
