//! `opnc doctor`: each fault is found, and nothing is changed by looking.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use super::service::{Place, Service};

/// The checks that failed.
fn failed(place: &Place) -> Vec<String> {
    let run = place.run(&["doctor", "--output", "json"]);
    let lines: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let failed: Vec<_> = lines.as_array().unwrap().iter().filter(|line| line["result"] == "fail").collect();
    assert_eq!(run.code, i32::from(!failed.is_empty()), "{}", run.stdout);
    assert!(failed.iter().all(|line| line["toDo"].as_str().is_some_and(|text| !text.is_empty())), "{failed:?}");
    failed.iter().map(|line| line["check"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_new_ecosystem_is_well() {
    let place = Place::init();
    assert_eq!(failed(&place), Vec::<String>::new());
    let soon = place.run(&["doctor", "--days", "3650"]);
    assert!(soon.code == 0 && soon.stdout.contains("warn  cpsSigner"), "{}", soon.stdout);
}

#[test]
fn each_fault_is_found() {
    let place = Place::init();
    let set = |name: &str, mode| fs::set_permissions(place.path(name), Permissions::from_mode(mode)).unwrap();
    set("key-encryption-key", 0o644);
    assert!(failed(&place).contains(&"key-encryption key".to_owned()));
    set("key-encryption-key", 0o600);

    set("opnc.db", 0o640);
    assert_eq!(failed(&place), ["database file"]);
    set("opnc.db", 0o600);

    fs::rename(place.path("keys/cps.pem"), place.path("cps.pem")).unwrap();
    assert_eq!(failed(&place), ["cpsSigner"]);
    assert_eq!(place.run(&["serve"]).code, 1);
    fs::copy(place.path("keys/v2g-root.pem"), place.path("keys/cps.pem")).unwrap();
    assert_eq!(failed(&place), ["cpsSigner"], "a key of another certificate");
    fs::rename(place.path("cps.pem"), place.path("keys/cps.pem")).unwrap();

    fs::write(place.path("key-encryption-key"), "11".repeat(32)).unwrap();
    assert!(failed(&place).len() >= 6, "no key can be read");
}

#[test]
fn a_broken_configuration_or_database() {
    let place = Place::init();
    fs::remove_file(place.path("opnc.db")).unwrap();
    assert_eq!(failed(&place), ["database file", "database"]);
    assert!(!place.path("opnc.db").exists(), "nothing is made by looking");
    fs::write(place.path("opnc.toml"), "[serve]\n").unwrap();
    assert_eq!(failed(&place), ["configuration"]);
}

/// Makes a TLS key and certificate with openssl; their files.
fn tls(place: &Place, name: &str) -> [String; 2] {
    let files = ["key", "pem"].map(|end| place.path(&format!("{name}.{end}")).to_str().unwrap().to_owned());
    let made = std::process::Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "90"])
        .args([
            "-subj",
            "/CN=localhost",
            "-addext",
            "subjectAltName=IP:127.0.0.1",
            "-keyout",
            &files[0],
            "-out",
            &files[1],
        ])
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    fs::set_permissions(&files[0], Permissions::from_mode(0o600)).unwrap();
    files
}

#[test]
fn tls_files_that_do_not_belong_together_and_who_answers_by_tls() {
    let place = Place::init();
    let ([key, certificate], [other, _]) = (tls(&place, "one"), tls(&place, "other"));
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let config = place.path("opnc.toml");
    let text = fs::read_to_string(&config).unwrap().replace("127.0.0.1:0", &free.to_string());
    let with = |key: &str| {
        let tls = format!("{text}\n[tls]\ncertificate_file = {certificate:?}\nkey_file = {key:?}\n");
        fs::write(&config, tls).unwrap();
    };
    with(&other);
    assert_eq!(failed(&place), ["TLS key"]);
    assert_eq!(place.run(&["serve"]).code, 1);
    with(&key);
    assert_eq!(failed(&place), Vec::<String>::new());
    let service = Service::start(&config);
    let found = place.run(&["doctor"]);
    assert!(found.code == 0 && found.stdout.contains(&format!("{free} is served\n")), "{}", found.stdout);
    drop(service);
}

#[test]
fn a_foreign_server_on_the_address_is_found() {
    let place = Place::init();
    let foreign = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = foreign.local_addr().unwrap();
    let config = place.path("opnc.toml");
    let text = fs::read_to_string(&config).unwrap().replace("127.0.0.1:0", &address.to_string());
    fs::write(&config, text).unwrap();
    let answer = std::thread::spawn(move || {
        use std::io::{Read, Write};
        let (mut stream, _) = foreign.accept().unwrap();
        let mut request = [0; 1024];
        let _ = stream.read(&mut request).unwrap();
        stream.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n").unwrap();
        foreign
    });
    assert_eq!(failed(&place), ["public listener"]);
    drop(answer.join().unwrap());
}

#[test]
fn keys_that_others_can_read_and_a_token_key_that_was_lost() {
    let place = Place::init();
    assert!(Service::start(&place.path("opnc.toml")).terminate().success());
    let set = |mode| fs::set_permissions(place.path("keys/cps.pem"), Permissions::from_mode(mode)).unwrap();
    set(0o644);
    assert_eq!(failed(&place), ["key files"]);
    set(0o600);
    fs::remove_file(place.path("keys/oauth.pem")).unwrap();
    let found = place.run(&["doctor"]);
    assert!(
        found.code == 0 && found.stdout.contains("oauth.pem in the folder of the keys is lost"),
        "{}",
        found.stdout
    );
    // It is made anew, and everybody can know.
    let log = fs::File::create(place.path("log")).unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_opnc"));
    command.args(["serve", "--config"]).arg(place.path("opnc.toml"));
    assert!(Service::begin_logging(command, log).terminate().success());
    let log = fs::read_to_string(place.path("log")).unwrap();
    assert!(log.contains("WARN") && log.contains("was lost or replaced"), "{log}");
    let rows = place.json(&["audit", "list", "--operation", "ReplaceTokenKey"]);
    assert_eq!(rows.as_array().unwrap().len(), 1);
}

#[test]
fn a_trusted_peer_that_is_none_and_a_folder_without_a_configuration() {
    let place = Place::init();
    let config = place.path("opnc.toml");
    let text = fs::read_to_string(&config).unwrap();
    fs::write(&config, format!("{text}\n[trust]\ncontract = [\"peer:Nobody\"]\n")).unwrap();
    let told = "peer:Nobody names no peer";
    let found = place.run(&["doctor"]);
    assert!(found.code == 0 && found.stdout.contains(told), "{}", found.stdout);
    let log = fs::File::create(place.path("log")).unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_opnc"));
    command.args(["serve", "--config"]).arg(&config);
    assert!(Service::begin_logging(command, log).terminate().success());
    let log = fs::read_to_string(place.path("log")).unwrap();
    assert!(log.contains("names a peer that does not exist") && log.contains("Nobody"), "{log}");

    fs::remove_file(config).unwrap();
    let found = place.run(&["doctor"]).stdout;
    assert!(found.contains("-> name it with --config") && !found.contains("config check"), "{found}");
}
