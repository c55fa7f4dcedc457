//! `[keys]`: the keys of our authorities, and what protects them.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::Section;

/// Where keys and secrets lie. A secret is never in the configuration itself: a file holds it, which only the service's
/// user can read.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Keys {
    /// The folder of the encrypted keys.
    pub folder: PathBuf,
    /// The key that encrypts them: 32 bytes in hex or base64. Keep it apart from the folder and from backups.
    pub kek_file: PathBuf,
    /// The key under which EMAIDs and PCIDs become pseudonyms in logs and in the audit trail: 32 bytes in hex.
    pub pseudonym_key_file: PathBuf,
}

impl Default for Keys {
    fn default() -> Self {
        Self {
            folder: "keys".into(),
            kek_file: "key-encryption-key".into(),
            pseudonym_key_file: "pseudonym-key".into(),
        }
    }
}

impl Section for Keys {
    fn resolve(&mut self, folder: &Path) {
        for path in [&mut self.folder, &mut self.kek_file, &mut self.pseudonym_key_file] {
            *path = folder.join(&path);
        }
    }

    fn problems(&self) -> Vec<(&'static str, String)> {
        let mut problems = Vec::new();
        if self.kek_file.starts_with(&self.folder) {
            problems.push(("kek_file", "lies in the folder of the keys that it encrypts".to_owned()));
        }
        if self.kek_file == self.pseudonym_key_file {
            problems.push(("pseudonym_key_file", "is the kek_file: each key has a file of its own".to_owned()));
        }
        problems
    }
}
