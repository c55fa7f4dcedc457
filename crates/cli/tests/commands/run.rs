//! Runs the program, and finds the files that the tests read.

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs `opnc` with arguments separated by spaces and nothing to read. Paths with spaces need [`run_with`].
pub(crate) fn run(arguments: &str) -> Run {
    run_with(arguments.split(' '), b"")
}

/// Runs `opnc` with these arguments and this standard input.
pub(crate) fn run_with<'a>(arguments: impl IntoIterator<Item = &'a str>, stdin: &[u8]) -> Run {
    let mut child = Command::new(env!("CARGO_BIN_EXE_opnc"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The program may end without reading; then the pipe is broken, which is not what the test is about.
    let _ = child.stdin.take().unwrap().write_all(stdin);
    let output = child.wait_with_output().unwrap();
    Run {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The files below a directory, relative to it.
pub(crate) fn files_below(directory: &Path) -> BTreeSet<String> {
    let mut files = BTreeSet::new();
    let mut open = vec![directory.to_owned()];
    while let Some(folder) = open.pop() {
        for path in folder.read_dir().unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                open.push(path);
            } else {
                files.insert(path.strip_prefix(directory).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    files
}

/// Who may do what with a file, as in 0o600.
pub(crate) fn mode(path: &Path) -> u32 {
    std::os::unix::fs::PermissionsExt::mode(&path.metadata().unwrap().permissions()) & 0o777
}

/// A file of the vectors, which live beside the codec.
pub(crate) fn vector(name: &str) -> String {
    format!("{}/../exi/tests/vectors/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// The EXI of a vector.
pub(crate) fn vector_exi(name: &str) -> Vec<u8> {
    hex::decode(std::fs::read_to_string(vector(&format!("{name}.exi.hex"))).unwrap().trim()).unwrap()
}

/// A file of real data. Those are not part of the repository: where they are missing, the test says that it was skipped.
pub(crate) fn real(path: &str) -> Option<String> {
    let shared = std::env::var_os("OPNC_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let file = shared.join("data").join(path);
    if file.exists() {
        return Some(file.to_str().unwrap().to_owned());
    }
    skipped(path, "no shared data");
    None
}

/// Says that a test did not run, on its output and in the list that the test command prints at its end.
pub(crate) fn skipped(name: &str, reason: &str) {
    let line = format!("SKIPPED {name}: {reason}\n");
    print!("{line}");
    if let Some(skips) = std::env::var_os("OPNC_SKIPS") {
        let mut file = OpenOptions::new().create(true).append(true).open(skips).unwrap();
        file.write_all(line.as_bytes()).unwrap();
    }
}
