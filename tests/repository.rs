//! Where the repository stands and which files it consists of, for the rules that read it.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The workspace's root folder.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the workspace").to_path_buf()
}

/// The files that belong to the repository, relative to its root, sorted.
///
/// With git: what is tracked, and what would be by `git add --all`, so that a rule speaks up before the commit.
/// Without git (a source archive): every file that is not below `target` or a hidden folder.
pub(crate) fn files() -> Vec<PathBuf> {
    let root = root();
    let mut files = from_git(&root).unwrap_or_else(|| {
        let mut found = Vec::new();
        walk(&root, &root, &mut found);
        found
    });
    files.retain(|file| root.join(file).is_file());
    files.sort();
    files
}

/// The Rust sources of the crates: `crates/*/src/**/*.rs`.
pub(crate) fn crate_sources() -> Vec<PathBuf> {
    files().into_iter().filter(|file| is_crate_source(file)).collect()
}

fn is_crate_source(file: &Path) -> bool {
    let parts: Vec<_> = file.iter().filter_map(|part| part.to_str()).collect();
    matches!(parts.as_slice(), ["crates", _, "src", .., last] if last.ends_with(".rs"))
}

fn from_git(root: &Path) -> Option<Vec<PathBuf>> {
    let output = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    let names = String::from_utf8(output.stdout).expect("file names are UTF-8");
    Some(names.split_terminator('\0').map(PathBuf::from).collect())
}

fn walk(root: &Path, folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in folder.read_dir().expect("a readable folder") {
        let path = entry.expect("a readable entry").path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path.is_dir() {
            if name != "target" && !name.starts_with('.') {
                walk(root, &path, found);
            }
        } else {
            found.push(path.strip_prefix(root).expect("below the root").to_path_buf());
        }
    }
}

#[test]
fn both_ways_of_listing_find_the_sources() {
    let mut walked = Vec::new();
    walk(&root(), &root(), &mut walked);
    for file in ["Cargo.toml", "tests/main.rs", "crates/messages/src/lib.rs"] {
        assert!(walked.contains(&PathBuf::from(file)), "the walk misses {file}");
        assert!(files().contains(&PathBuf::from(file)), "the listing misses {file}");
    }
    assert!(walked.iter().all(|file| !file.starts_with("target")));
    assert!(crate_sources().contains(&PathBuf::from("crates/messages/src/lib.rs")));
}
