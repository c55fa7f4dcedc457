//! The files: whether they are there, and whether others can read what they must not.

use std::fs;
use std::path::Path;

use opnc_server::config::Config;

use super::report::Report;

/// Looks at the files that the configuration names.
pub(super) fn examine(config: &Config, report: &mut Report) {
    private(report, "key-encryption key", &config.keys.kek_file);
    private(report, "pseudonym key", &config.keys.pseudonym_key_file);
    private(report, "keys", &config.keys.folder);
    each_key(report, &config.keys.folder);
    if let Some(file) = config.store.file() {
        private(report, "database file", &file);
    }
    if let Some(file) = &config.store.password_file {
        private(report, "database password", file);
    }
    if let Some(file) = &config.tls.key_file {
        private(report, "TLS key", file);
    }
}

/// The files in the folder of the keys: all of them are secrets.
#[cfg(unix)]
fn each_key(report: &mut Report, folder: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let files = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let open: Vec<String> = files
        .filter(|file| file.metadata().is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0))
        .map(|file| file.path().display().to_string())
        .collect();
    if !open.is_empty() {
        report.fail(
            "key files",
            format!("others can reach {}", open.join(", ")),
            &format!("chmod 600 {}/*", folder.display()),
        );
    }
}

#[cfg(not(unix))]
fn each_key(_: &mut Report, _: &Path) {}

fn private(report: &mut Report, check: &str, path: &Path) {
    let shown = path.display();
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) => {
            report.fail(
                check,
                format!("{shown}: {error}"),
                "restore it, or correct the path; `opnc init` makes a new ecosystem",
            );
            return;
        }
    };
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o777;
        if mode & 0o077 != 0 {
            let right = if metadata.is_dir() { "chmod 700" } else { "chmod 600" };
            report.fail(check, format!("{shown} has mode {mode:o}: others can reach it"), &format!("{right} {shown}"));
            return;
        }
    }
    let readable = if metadata.is_dir() { fs::read_dir(path).map(drop) } else { fs::File::open(path).map(drop) };
    match readable {
        Ok(()) => report.ok(check, format!("{shown} is there, and only its owner's")),
        Err(error) => report.fail(check, format!("{shown}: {error}"), "run this as the user of the service"),
    }
}
