//! Starts that cannot be, each with its reason, and without harm to what is there.

use std::net::TcpListener;
use std::path::Path;

use super::calls::Calls;
use super::process::Sandbox;
use crate::run::{Run, files_below, run_with};

fn run(directory: &Path, arguments: &[&str]) -> Run {
    let fixed = ["sandbox", "--data", directory.to_str().unwrap()].into_iter();
    run_with(fixed.chain(arguments.iter().copied()), b"")
}

/// Demands exit code 1 and one line of complaint that holds these words.
fn refused(run: &Run, words: &[&str]) {
    assert_eq!(run.code, 1, "{} {}", run.stdout, run.stderr);
    assert!(run.stderr.starts_with("opnc: ") && run.stderr.lines().count() == 1, "{}", run.stderr);
    assert!(words.iter().all(|word| run.stderr.contains(word)), "{words:?} in {}", run.stderr);
    assert!(!run.stdout.contains("ready"), "{}", run.stdout);
}

#[test]
fn a_directory_serves_one_sandbox_at_a_time() {
    let directory = tempfile::tempdir().unwrap();
    let sandbox = Sandbox::start(directory.path(), &[]);
    let announced = sandbox.announced();
    for arguments in [&["--listen", "127.0.0.1:0"][..], &["--listen", "127.0.0.1:0", "--reset"]] {
        let words = ["another sandbox is at work in", directory.path().to_str().unwrap(), "--data"];
        refused(&run(directory.path(), arguments), &words);
    }
    assert_eq!(sandbox.announced(), announced);
    assert_eq!(Calls::new(&announced).statuses(), [200; 9]);
    assert!(sandbox.terminate().success());
    Sandbox::start(directory.path(), &[]);
}

#[test]
fn of_two_first_starts_at_once_one_wins() {
    let directory = tempfile::tempdir().unwrap();
    let both = [Sandbox::begin(directory.path(), &[]), Sandbox::begin(directory.path(), &[])];
    let ready = both.each_ref().map(|sandbox| sandbox.gets_to("The sandbox is ready."));
    let (winner, loser) = if ready[0] { (&both[0], &both[1]) } else { (&both[1], &both[0]) };
    let complaints = loser.complaints();
    assert!(ready[0] != ready[1] && complaints.len() == 1, "{complaints:?} {:?}", winner.complaints());
    assert!(complaints[0].contains("another sandbox is at work in"), "{complaints:?}");
    assert_eq!(Calls::new(&winner.announced()).statuses(), [200; 9]);
}

#[test]
fn a_port_in_use() {
    let directory = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    refused(&run(directory.path(), &["--listen", &address]), &["cannot listen on", &address, "in use"]);
    assert!(!directory.path().join("sandbox.json").exists());
    drop(taken);
    let sandbox = Sandbox::start(directory.path(), &["--listen", &address]);
    assert_eq!(sandbox.announced()["baseUrl"], format!("http://{address}"));
}

#[test]
fn a_directory_of_others_is_left_as_it_is() {
    for name in ["keys/mine.pem", "pki/root.pem", "vehicles/list.txt", "state.json", "opnc.sqlite"] {
        let directory = tempfile::tempdir().unwrap();
        let mine = directory.path().join(name);
        std::fs::create_dir_all(mine.parent().unwrap()).unwrap();
        std::fs::write(&mine, "mine").unwrap();
        for arguments in [&[][..], &["--reset"]] {
            let first = name.split('/').next().unwrap();
            refused(&run(directory.path(), arguments), &["is no sandbox's directory", first, "--data"]);
        }
        assert_eq!(files_below(directory.path()).into_iter().collect::<Vec<_>>(), [name]);
        assert_eq!(std::fs::read_to_string(mine).unwrap(), "mine");
    }
}

#[test]
fn no_directory_at_all() {
    let file = tempfile::NamedTempFile::new().unwrap();
    refused(&run(file.path(), &[]), &["cannot write", file.path().to_str().unwrap()]);
    refused(&run(&file.path().join("below"), &[]), &["cannot write", file.path().to_str().unwrap()]);
}

#[test]
fn what_it_knows_of_itself_is_damaged() {
    let directory = tempfile::tempdir().unwrap();
    Sandbox::start(directory.path(), &[]);
    let state = directory.path().join("state.json");
    std::fs::write(&state, "{").unwrap();
    refused(&run(directory.path(), &["--listen", "127.0.0.1:0"]), &["state.json", "--reset"]);
    assert!(!directory.path().join("sandbox.json").exists());
    Sandbox::start(directory.path(), &["--reset"]);
}

#[test]
fn arguments_that_make_no_sense_exit_with_2() {
    for arguments in [["--at", "yesterday"], ["--listen", "8090"], ["--rate-limit", "0"]] {
        let directory = tempfile::tempdir().unwrap();
        let run = run(directory.path(), &arguments);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{arguments:?}: {}", run.stderr);
        assert!(files_below(directory.path()).is_empty());
    }
}
