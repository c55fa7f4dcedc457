//! What is shipped beside the program: started as the image does it, and read by the tools of the system.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::service::{Place, Service};
use crate::run::{files_below, run_with, skipped};

fn shipped(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// An instruction of the Dockerfile's last stage.
fn instruction(name: &str) -> String {
    let file = shipped("Dockerfile");
    let last = file.split("\nFROM ").last().unwrap();
    let line = last.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_else(|| panic!("no {name}"));
    line.trim().to_owned()
}

/// Entry point, command, environment and user of the image, with a configuration that the process cannot write.
#[test]
fn the_program_starts_as_the_image_starts_it() {
    let place = Place::init();
    let entry: Vec<String> = serde_json::from_str(&instruction("ENTRYPOINT")).unwrap();
    let command: Vec<String> = serde_json::from_str(&instruction("CMD")).unwrap();
    assert_eq!(entry, ["/usr/bin/opnc"]);
    let (variable, value) = instruction("ENV").split_once('=').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    assert_eq!((variable.as_str(), value.as_str()), ("OPNC_CONFIG", "/var/lib/opnc/opnc.toml"));

    fs::set_permissions(place.path("opnc.toml"), Permissions::from_mode(0o444)).unwrap();
    let mut opnc = Command::new(env!("CARGO_BIN_EXE_opnc"));
    opnc.args(command).env_clear().env("OPNC_CONFIG", place.path("opnc.toml")).current_dir(place.folder.path());
    let program = fs::metadata(env!("CARGO_BIN_EXE_opnc")).unwrap();
    let root = Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n");
    if root && others_can_reach(Path::new(env!("CARGO_BIN_EXE_opnc"))) && program.permissions().mode() & 0o005 == 0o005
    {
        let user: u32 = instruction("USER").split(':').next().unwrap().parse().unwrap();
        let owned = Command::new("chown").args(["-R", &format!("{user}:{user}")]).arg(place.folder.path()).status();
        assert!(owned.unwrap().success());
        opnc.uid(user).gid(user);
    } else {
        skipped("opnc as the image's user", "optional tool, not installed");
    }
    let service = Service::begin(opnc);
    assert_eq!(service.get("/readyz"), "200");
    assert!(service.terminate().success());
}

fn others_can_reach(path: &Path) -> bool {
    path.ancestors()
        .skip(1)
        .all(|folder| fs::metadata(folder).is_ok_and(|folder| folder.permissions().mode() & 0o001 > 0))
}

/// What the distroless base has of shared libraries: glibc's and libgcc's.
#[test]
fn the_program_links_to_what_the_base_image_has() {
    let Ok(output) = Command::new("ldd").arg(env!("CARGO_BIN_EXE_opnc")).output() else {
        return skipped("the libraries of the program", "no ldd");
    };
    let known =
        ["linux-vdso.so.1", "libc.so.6", "libm.so.6", "libgcc_s.so.1", "libpthread.so.0", "libdl.so.2", "ld-linux"];
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        assert!(known.iter().any(|library| line.contains(library)), "the base image lacks {line}");
    }
}

#[test]
fn systemd_understands_the_unit_and_finds_it_closed() {
    if !Command::new("systemd-analyze").arg("--version").output().is_ok_and(|output| output.status.success()) {
        return skipped("systemd-analyze verify", "no systemd-analyze");
    }
    let folder = tempfile::tempdir().unwrap();
    let unit: PathBuf = folder.path().join("opnc.service");
    // The program and its manual are not installed where the unit looks for them.
    let text = shipped("packaging/opnc.service").replace("/usr/bin/opnc", env!("CARGO_BIN_EXE_opnc"));
    let text = text.lines().filter(|line| !line.starts_with("Documentation=")).collect::<Vec<_>>().join("\n");
    fs::write(&unit, text).unwrap();
    let verified = Command::new("systemd-analyze").arg("verify").arg(&unit).output().unwrap();
    let said = String::from_utf8_lossy(&verified.stderr);
    let about_us: Vec<_> = said.lines().filter(|line| line.contains("opnc")).collect();
    assert!(about_us.is_empty(), "{about_us:?}");
    let rated = Command::new("systemd-analyze")
        .args(["security", "--offline=true", "--threshold=25", "--no-pager"])
        .arg(&unit)
        .output()
        .unwrap();
    assert!(rated.status.success(), "exposed: {}", String::from_utf8_lossy(&rated.stdout));
}

#[test]
fn every_command_has_a_manual_page() {
    let folder = tempfile::tempdir().unwrap();
    let run = run_with(["man", folder.path().join("man").to_str().unwrap()], b"");
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let pages = files_below(&folder.path().join("man"));
    for page in ["opnc.1", "opnc-serve.1", "opnc-party-rotate-secret.1", "opnc-init.1"] {
        assert!(pages.contains(page), "{page} in {pages:?}");
    }
    let page = fs::read_to_string(folder.path().join("man/opnc-serve.1")).unwrap();
    assert!(page.contains("SIGHUP") && page.contains(".TH"), "{page}");
}
