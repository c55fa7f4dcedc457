//! Room on the disks that are written to.

use std::path::Path;

use opnc_server::config::Config;

use super::report::Report;

const MEGABYTE: u64 = 1024 * 1024;

/// Looks at the folder of the database and at that of the keys.
#[cfg(unix)]
pub(super) fn examine(config: &Config, report: &mut Report) {
    let database = config.store.file();
    let database = database.as_deref().and_then(Path::parent);
    for (name, folder) in [("disk of the database", database), ("disk of the keys", Some(config.keys.folder.as_path()))]
    {
        let Some(folder) = folder else { continue };
        // What is not there is named elsewhere.
        let Ok(disk) = rustix::fs::statvfs(folder) else { continue };
        let bytes = |blocks: u64| blocks.saturating_mul(disk.f_frsize);
        room(report, name, folder, bytes(disk.f_bavail), bytes(disk.f_blocks));
    }
}

#[cfg(not(unix))]
pub(super) fn examine(_: &Config, _: &mut Report) {}

/// A full disk refuses every write. A log and a copy of it must fit too.
fn room(report: &mut Report, name: &str, folder: &Path, free: u64, whole: u64) {
    let found = format!("{}: {} MiB of {} MiB are free", folder.display(), free / MEGABYTE, whole / MEGABYTE);
    let to_do = "make room, or move it to a larger disk";
    if free < 64 * MEGABYTE {
        report.fail(name, found, to_do);
    } else if free < 1024 * MEGABYTE || free < whole / 50 {
        report.warn(name, found, to_do);
    } else {
        report.ok(name, found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn little_room_is_told_before_it_is_none() {
        for (free, whole, word) in
            [(10, 5000, "FAIL"), (500, 5000, "warn"), (1500, 100_000, "warn"), (3000, 5000, "ok  ")]
        {
            let mut report = Report::default();
            room(&mut report, "disk", Path::new("/data"), free * MEGABYTE, whole * MEGABYTE);
            assert!(report.text().starts_with(word), "{free}: {}", report.text());
        }
    }
}
