//! Help, completions and how the program ends.

use std::io::Read;
use std::process::{Command, Stdio};

use crate::run::{run, vector};

#[test]
fn every_command_explains_itself_with_examples() {
    for verb in [
        "",
        "demo ",
        "sandbox ",
        "init ",
        "serve ",
        "config check ",
        "config show ",
        "rcp list ",
        "trust resolve ",
        "trust authorize ",
        "trust bundle ",
        "trust keys ",
        "trust store update ",
        "trust store show ",
        "trust store resolve ",
        "trust list import ",
        "trust list apply ",
        "trust list show ",
        "trust list export ",
        "trust list revert ",
        "party add ",
        "party list ",
        "party show ",
        "party change ",
        "party disable ",
        "party enable ",
        "party rotate-secret ",
        "ca tree ",
        "ca list ",
        "ca show ",
        "ca revoke ",
        "ca found ",
        "migrate status ",
        "migrate up ",
        "backup ",
        "doctor ",
        "exi decode ",
        "exi verify ",
        "cert show ",
        "cert verify ",
        "man ",
        "completions ",
    ] {
        let help = run(&format!("{verb}--help"));
        assert_eq!((help.code, help.stderr.as_str()), (0, ""), "{verb}");
        for part in ["Usage: opnc", "Examples:"] {
            assert!(help.stdout.contains(part), "{verb}: {part} in {}", help.stdout);
        }
    }
}

#[test]
fn the_first_page_names_every_command_and_the_exit_codes() {
    let help = run("--help").stdout;
    for part in [
        "demo ",
        "sandbox ",
        "init ",
        "serve ",
        "party ",
        "backup ",
        "doctor ",
        "exi ",
        "cert ",
        "completions ",
        "Exit codes:",
    ] {
        assert!(help.contains(part), "{part} in {help}");
    }
    assert_eq!(run("--version").stdout, concat!("opnc ", env!("CARGO_PKG_VERSION"), "\n"));
}

/// What is printed can be copied: a line of the examples is a whole command, on narrow terminals too.
#[test]
fn examples_are_never_broken() {
    for verb in ["trust resolve", "trust bundle", "rcp list", "backup", "config check", "sandbox"] {
        let help = |columns: &str| {
            let arguments = verb.split(' ').chain(["--help"]);
            let output = Command::new(env!("CARGO_BIN_EXE_opnc")).args(arguments).env("COLUMNS", columns).output();
            String::from_utf8(output.unwrap().stdout).unwrap()
        };
        let examples = |text: &str| text.split_once("Examples:\n").unwrap().1.split("\n\n").next().unwrap().to_owned();
        let (narrow, wide) = (help("40"), help("400"));
        assert_eq!(examples(&narrow), examples(&wide), "{verb}");
        assert!(!narrow.contains('\u{a0}') && narrow.is_ascii(), "{verb}");
        assert_ne!(narrow.lines().count(), wide.lines().count(), "prose is wrapped: {verb}");
    }
}

#[test]
fn arguments_that_make_no_sense_exit_with_2() {
    for arguments in ["", "nothing", "exi", "exi decode", "exi decode a b", "completions tcsh"] {
        let run = run(arguments);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{arguments:?}: {}", run.stderr);
    }
}

#[test]
fn completions_know_the_commands() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = run(&format!("completions {shell}"));
        assert_eq!(script.code, 0);
        assert!(script.stdout.contains("decode"), "{shell}");
    }
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_opnc"))
        .args(["exi", "decode", &vector("iso2_CertificateInstallationRes.exi.hex")])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert_eq!((child.wait().unwrap().code(), stderr.as_str()), (Some(0), ""));
}
