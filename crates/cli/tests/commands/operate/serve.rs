//! `opnc serve`: signals, and what they do.

use std::net::TcpListener;

use super::service::{Place, Service};

#[test]
fn it_is_ready_when_it_says_so_and_ends_in_order() {
    let place = Place::init();
    let service = Service::start(&place.path("opnc.toml"));
    assert_eq!(service.get("/readyz"), "200");
    assert!(service.terminate().success());
}

#[test]
fn a_hangup_reads_the_log_level_again_and_a_mistake_changes_nothing() {
    let place = Place::init();
    let mut service = Service::start(&place.path("opnc.toml"));
    let config = place.path("opnc.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, text.replace("log = \"info\"", "log = \"debug\"")).unwrap();
    service.signal("-HUP");
    assert_eq!(service.line(), "Read again: log level.\n");
    // Signals that mean nothing here do nothing; without TLS there are no certificates.
    service.signal("-USR1");
    service.signal("-USR2");
    std::fs::write(&config, text.replace("log = \"info\"", "logg = \"info\"")).unwrap();
    service.signal("-HUP");
    assert!(service.line().starts_with("Not read again, as before: log level: "));
    assert_eq!(service.get("/livez"), "200");
}

#[test]
fn an_address_in_use_and_an_ecosystem_that_is_none() {
    let place = Place::init();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let run = place.run(&["serve", "--listen", &address]);
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains(&address), "{}", run.stderr);
    std::fs::remove_file(place.path("opnc.db")).unwrap();
    let run = place.run(&["serve"]);
    assert!(run.code == 1 && run.stderr.contains("`opnc init` makes one"), "{}", run.stderr);
    assert!(!place.path("opnc.db").exists());
}

/// Two on one SQLite file would not hear of each other; everything else may work beside a service.
#[test]
fn a_second_one_on_the_same_file_is_refused() {
    let place = Place::init();
    let service = Service::start(&place.path("opnc.toml"));
    let run = place.run(&["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(run.code, 1, "{}", run.stdout);
    assert!(run.stderr.contains("serves the database") && run.stderr.contains("PostgreSQL"), "{}", run.stderr);
    for verb in [&["doctor"][..], &["party", "list"], &["audit", "verify"], &["migrate", "status"]] {
        let run = place.run(verb);
        assert!(!run.stderr.contains("serves the database"), "{verb:?}: {}", run.stderr);
    }
    assert_eq!(service.get("/readyz"), "200");
    service.signal("-KILL");
    drop(service);
    assert!(Service::start(&place.path("opnc.toml")).terminate().success());
}

/// As systemd starts it: told by a socket that the service is ready, and that it ends.
#[cfg(target_os = "linux")]
#[test]
fn systemd_is_told() {
    let place = Place::init();
    let path = place.path("notify");
    let socket = std::os::unix::net::UnixDatagram::bind(&path).unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_opnc"));
    command.args(["serve", "--config"]).arg(place.path("opnc.toml")).env("NOTIFY_SOCKET", &path);
    let service = Service::begin(command);
    let told = || {
        let mut buffer = [0; 100];
        let length = socket.recv(&mut buffer).unwrap();
        String::from_utf8(buffer[..length].to_vec()).unwrap()
    };
    assert_eq!(told(), "READY=1");
    assert!(service.terminate().success());
    assert_eq!(told(), "STOPPING=1");
}
