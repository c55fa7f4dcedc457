//! Who is written down as the operator: the user that the kernel knows, not the one that the environment names.

use std::process::Command;

use super::service::{Place, text};

/// What `id` says.
fn user(arguments: &[&str]) -> String {
    let output = Command::new("id").args(arguments).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Adds a party in this environment, and reads who has done it.
fn actor(place: &Place, name: &str, variables: &[(&str, &str)]) -> String {
    let run = Command::new(env!("CARGO_BIN_EXE_opnc"))
        .args(["party", "add", name, "--role", "cps", "--cps-name", name, "--config"])
        .arg(place.path("opnc.toml"))
        .env_remove("SUDO_UID")
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    text(&place.json(&["audit", "list", "--limit", "1"])[0]["actor"])
}

#[test]
fn nobody_is_somebody_else_by_the_environment() {
    let place = Place::init();
    let own = user(&["-un"]);
    let posed = [("USER", "eve"), ("LOGNAME", "eve"), ("USERNAME", "eve"), ("SUDO_USER", "eve")];
    assert_eq!(actor(&place, "One", &posed), own);
    let by_sudo = actor(&place, "Two", &[("SUDO_UID", "1"), ("SUDO_USER", "eve")]);
    let expected = if user(&["-ru"]) == "0" { user(&["-un", "1"]) } else { own };
    assert_eq!(by_sudo, expected, "only root goes by the user who has become root");
}

/// In a namespace of one's own, anybody is root, and could say to be anybody.
#[cfg(target_os = "linux")]
#[test]
fn a_namespace_of_ones_own_makes_nobody_somebody_else() {
    let place = Place::init();
    let run = Command::new("unshare")
        .args(["--user", "--map-root-user", env!("CARGO_BIN_EXE_opnc"), "party", "disable", "Operator", "--config"])
        .arg(place.path("opnc.toml"))
        .env("SUDO_UID", "1")
        .output();
    match run {
        Ok(run) if run.status.success() => {
            let last = place.json(&["audit", "list", "--limit", "1"]);
            assert_eq!(text(&last[0]["actor"]), "unknown (user namespace)");
        }
        _ => crate::run::skipped("an operator in a user namespace", "no user namespaces here"),
    }
}
