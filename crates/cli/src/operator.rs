//! Who works at this machine, for the audit trail: the user that the kernel knows, whatever the environment says.

/// The name of the real user, or its number where it has no name. Who has become root by `sudo` goes by the user that
/// `sudo` names (SUDO_UID): root could write anything into the database, others are not asked.
#[cfg(unix)]
pub(crate) fn name() -> String {
    if has_numbers_of_its_own() {
        return "unknown (user namespace)".to_owned();
    }
    let real = rustix::process::getuid().as_raw();
    let before = || std::env::var("SUDO_UID").ok()?.parse().ok();
    let user: u32 = if real == 0 { before().unwrap_or(0) } else { real };
    let accounts = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    name_of(user, &accounts).unwrap_or_else(|| format!("uid {user}"))
}

#[cfg(not(unix))]
pub(crate) fn name() -> String {
    "unknown".to_owned()
}

/// In a namespace of one's own (`unshare --user`), anybody can be any number: then numbers say nothing.
#[cfg(unix)]
fn has_numbers_of_its_own() -> bool {
    std::fs::read_to_string("/proc/self/uid_map").is_ok_and(|map| !is_identity(&map))
}

/// Whether every number means itself: `0 0 4294967295`.
#[cfg(unix)]
fn is_identity(map: &str) -> bool {
    map.split_whitespace().eq(["0", "0", "4294967295"])
}

/// The first account of the number in a passwd file (passwd(5)).
#[cfg(unix)]
fn name_of(user: u32, accounts: &str) -> Option<String> {
    let mut lines = accounts.lines().map(|line| line.split(':'));
    let name = lines.find_map(|mut fields| {
        let (name, _, number) = (fields.next()?, fields.next()?, fields.next()?);
        (number.parse() == Ok(user)).then_some(name)
    });
    name.filter(|name| !name.is_empty()).map(str::to_owned)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_the_name_of_its_account() {
        let accounts = "root:x:0:0:root:/root:/bin/bash\nbroken\nann:x:1000:1000::/home/ann:/bin/sh\n:x:7:7::/:\n";
        assert_eq!(name_of(1000, accounts).as_deref(), Some("ann"));
        assert_eq!([name_of(7, accounts), name_of(1001, accounts)], [None, None]);
    }

    #[test]
    fn numbers_mean_themselves_but_in_a_namespace_of_ones_own() {
        assert!(is_identity("         0          0 4294967295\n"));
        assert!(!is_identity("         0       1000          1\n"));
        assert!(!is_identity("0 0 1\n"), "of root's own making");
    }
}
