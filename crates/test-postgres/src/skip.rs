//! A test that cannot run here says so by name.

use std::fs::OpenOptions;
use std::io::Write;

/// Notes that the test `name` was skipped because there is no PostgreSQL: on standard output, and as a line of the file
/// that `$OPNC_SKIPS` names.
pub fn skip(name: &str) {
    let line = format!("SKIPPED {name}: no PostgreSQL\n");
    print!("{line}");
    if let Some(path) = std::env::var_os("OPNC_SKIPS") {
        let mut file = OpenOptions::new().create(true).append(true).open(path).expect("the file of skips");
        // One write for a line: test processes append to this file at the same time.
        file.write_all(line.as_bytes()).expect("a line can be appended");
    }
}
