//! Data of others, which may not be part of the repository.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The file or folder below `$OPNC_SHARED` or, without that, `shared` beside the workspace. Without either the test
/// `name` is noted as skipped, and there is `None`.
pub fn shared(name: &str, path: &str) -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let folder = std::env::var_os("OPNC_SHARED").map_or(beside, PathBuf::from);
    let file = folder.join(path);
    if !file.exists() {
        skip(name, "no shared data");
        return None;
    }
    Some(file)
}

/// Notes that the test `name` was skipped: on standard output, and as a line of the file that `$OPNC_SKIPS` names.
pub fn skip(name: &str, reason: &str) {
    println!("SKIPPED {name}: {reason}");
    if let Some(path) = std::env::var_os("OPNC_SKIPS") {
        let mut file =
            OpenOptions::new().create(true).append(true).open(path).expect("the file of skips can be written");
        // One write for a line: test processes append to this file at the same time.
        file.write_all(format!("SKIPPED {name}: {reason}\n").as_bytes()).expect("a line can be appended");
    }
}
