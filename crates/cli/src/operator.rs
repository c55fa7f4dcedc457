//! Who works at this machine, for the audit trail.

/// The user who became root by `sudo`, else the user of this session.
pub(crate) fn name() -> String {
    let variable = |name| std::env::var(name).ok().filter(|user| !user.is_empty());
    ["SUDO_USER", "USER", "LOGNAME", "USERNAME"].into_iter().find_map(variable).unwrap_or_else(number)
}

/// In a container there is often no name, only the number of a user.
#[cfg(target_os = "linux")]
fn number() -> String {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").map_or_else(|_| "unknown".to_owned(), |process| format!("uid {}", process.uid()))
}

#[cfg(not(target_os = "linux"))]
fn number() -> String {
    "unknown".to_owned()
}
