//! One sandbox per directory, and only in a directory that is the sandbox's.
//!
//! The lock is the system's: it goes with the process, however that ends. The file stays, as the mark by which a later start
//! knows that what lies beside it may be removed.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

use crate::failure::Failure;

const LOCK: &str = "sandbox.lock";

/// The right to write in a sandbox's directory, for as long as it lives.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the directory, unless another sandbox has it, or unless something with one of these names is there that no
    /// sandbox made.
    pub(crate) fn take(directory: &Path, names: &[&str]) -> Result<Self, Failure> {
        // Names first: another start leaves the mark before anything else.
        let found = names.iter().find(|name| directory.join(name).exists());
        let path = directory.join(LOCK);
        if let (Some(name), false) = (found, path.exists()) {
            return Err(Failure::Ecosystem(format!(
                "{} is no sandbox's directory, and its {name} would be in the way; choose another with --data",
                directory.display()
            )));
        }
        let file = OpenOptions::new().create(true).append(true).open(&path);
        let file = file.map_err(|source| Failure::write(&path, source))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(Failure::Ecosystem(format!(
                "another sandbox is at work in {}; end it, or choose another directory with --data",
                directory.display()
            ))),
            Err(TryLockError::Error(source)) => Err(Failure::write(&path, source)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(directory: &Path, names: &[&str]) -> String {
        Lock::take(directory, names).unwrap_err().to_string()
    }

    #[test]
    fn one_at_a_time() {
        let directory = tempfile::tempdir().unwrap();
        let lock = Lock::take(directory.path(), &[]).unwrap();
        assert!(refusal(directory.path(), &[]).starts_with("another sandbox is at work in "));
        drop(lock);
        Lock::take(directory.path(), &[]).unwrap();
    }

    #[test]
    fn things_of_others_are_left_alone_unless_a_sandbox_was_there_first() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::create_dir(directory.path().join("keys")).unwrap();
        assert!(refusal(directory.path(), &["roots", "keys"]).contains("its keys would be in the way"));
        assert!(!directory.path().join(LOCK).exists());
        drop(Lock::take(directory.path(), &["roots"]).unwrap());
        Lock::take(directory.path(), &["roots", "keys"]).unwrap();
    }
}
