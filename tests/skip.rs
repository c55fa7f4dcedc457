//! A test that cannot run here says so by name. `./test.sh` collects what was skipped and prints it at the end.

use std::fs::OpenOptions;
use std::io::Write;

/// The one reason that is accepted in continuous integration: data that may not be published.
pub(crate) const NO_SHARED_DATA: &str = "no shared data";

/// Notes that the test `name` was skipped: on standard output, and as a line of the file that `$OPNC_SKIPS` names.
pub(crate) fn skip(name: &str, reason: &str) {
    println!("SKIPPED {name}: {reason}");
    if let Some(path) = std::env::var_os("OPNC_SKIPS") {
        let mut file =
            OpenOptions::new().create(true).append(true).open(path).expect("the file of skips can be written");
        // One write per line: test processes append to this file at the same time.
        file.write_all(format!("SKIPPED {name}: {reason}\n").as_bytes()).expect("a line can be appended");
    }
}
