//! Configurations as operators write them.

use std::fs;
use std::path::Path;

use super::{ConfigError, Loaded, Period, Sources};

/// Reads a file with this text, and these variables.
fn read(text: &str, variables: &[(&str, &str)]) -> (tempfile::TempDir, Result<Loaded, ConfigError>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("opnc.toml");
    fs::write(&path, text).unwrap();
    let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let read = Loaded::read(&Sources { variables, ..Sources::file(&path) });
    (folder, read)
}

fn problems(text: &str, variables: &[(&str, &str)]) -> Vec<String> {
    match read(text, variables).1 {
        Err(ConfigError::Problems(problems)) => problems,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_empty_file_is_a_configuration() {
    let (folder, loaded) = read("", &[]);
    let config = loaded.unwrap().config;
    assert_eq!(config.server.listen.to_string(), "127.0.0.1:8090");
    assert!(config.rcp.require_fingerprint && config.policy().require_fingerprint);
    assert_eq!(config.keys.folder, folder.path().join("keys"));
    assert_eq!(config.store.file().unwrap(), folder.path().join("opnc.db"));
}

#[test]
fn the_later_source_wins_and_each_is_named() {
    let text = "[server]\nlisten = \"127.0.0.1:1\"\ntoken_lifetime = \"10m\"\n[telemetry]\nlog = \"warn\"\n";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("opnc.toml");
    fs::write(&path, text).unwrap();
    let variables = vec![
        ("OPNC_SERVER__LISTEN".to_owned(), "127.0.0.1:2".to_owned()),
        ("OPNC_TELEMETRY__LOG".to_owned(), "debug".to_owned()),
        ("OPNC_CONFIG".to_owned(), "elsewhere".to_owned()),
    ];
    let sources = Sources { variables, ..Sources::file(&path) }.flag("--log", "telemetry.log", "error");
    let loaded = Loaded::read(&sources).unwrap();
    assert_eq!(loaded.config.server.listen.port(), 2);
    assert_eq!(loaded.config.server.token_lifetime, Period::seconds(600));
    assert_eq!(loaded.config.telemetry.log, "error");
    let from = |key: &str| {
        let setting = loaded.settings().into_iter().find(|setting| setting.key == key).unwrap();
        (setting.value.unwrap_or_default(), setting.from)
    };
    assert_eq!(from("server.listen"), ("\"127.0.0.1:2\"".into(), "OPNC_SERVER__LISTEN".into()));
    assert_eq!(from("server.token_lifetime"), ("\"10m\"".into(), path.display().to_string()));
    assert_eq!(from("telemetry.log"), ("\"error\"".into(), "--log".into()));
    assert_eq!(from("limits.requests"), ("512".into(), "default".into()));
    assert_eq!(from("server.base_url"), (String::new(), "default".into()));
}

#[test]
fn every_problem_is_named_with_its_origin() {
    let text = "[server]\nlisten = \"nowhere\"\nbase_ur = \"x\"\n[serv]\na = 1\n[limits]\nrequests = \"many\"\n";
    let problems = problems(text, &[("OPNC_STORE__READER", "3"), ("OPNC_SERVER__TOKEN_LIFETIME", "soon")]);
    let all = problems.join("\n");
    for part in [
        "server.listen: ",
        "server.base_ur: there is no \"base_ur\"; did you mean \"base_url\"? (from /",
        "serv: there is no \"serv\"; did you mean \"server\"?",
        "limits.requests: found string \"many\" where ",
        "store.reader: there is no \"reader\"; did you mean \"readers\"? (from OPNC_STORE__READER)",
        "server.token_lifetime: \"soon\" is no length of time",
    ] {
        assert!(all.contains(part), "{part} in\n{all}");
    }
    assert_eq!(problems.len(), 6, "{all}");
}

#[test]
fn values_that_make_no_sense_together_or_alone() {
    let text = "[server]\nbase_url = \"opnc.example\"\n[limits]\nrequests = 0\n[telemetry]\nlog = \"a=b=c\"\n\
                [keys]\nkek_file = \"keys/kek\"\n[store]\nurl = \"mysql:x\"\n";
    let problems = problems(text, &[]);
    let keys: Vec<_> = problems.iter().map(|problem| problem.split(": ").next().unwrap()).collect();
    assert_eq!(keys, ["server.base_url", "limits.requests", "store.url", "keys.kek_file", "telemetry.log"]);
}

#[test]
fn a_file_that_is_no_toml_or_none() {
    let text = problems("[server\n", &[]);
    assert!(text.len() == 1 && text[0].contains("line 1"), "{text:?}");
    let missing = Loaded::read(&Sources::file(Path::new("/nowhere/opnc.toml"))).unwrap_err().to_string();
    assert!(missing.starts_with("cannot read /nowhere/opnc.toml: ") && missing.ends_with("`opnc init` makes one"));
}

#[test]
fn every_section_is_checked() {
    let mut config = super::Config::default();
    let checked: Vec<&str> = config.sections().into_iter().map(|(name, _)| name).collect();
    let declared = serde_json::to_value(super::Config::default()).unwrap();
    let mut declared: Vec<&str> = declared.as_object().unwrap().keys().map(String::as_str).collect();
    declared.sort_unstable();
    let mut sorted = checked.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, declared, "a section is missing in Config::sections");
}

#[test]
fn what_looks_like_a_number_may_be_text() {
    let tls = "[tls]\ncertificate_file = \"a\"\nkey_file = \"b\"\n";
    let (_folder, loaded) = read(tls, &[("OPNC_TLS__MIN_VERSION", "1.2"), ("OPNC_LIMITS__REQUESTS", "7")]);
    let config = loaded.unwrap().config;
    assert_eq!((config.tls.min_version, config.limits.requests), (super::TlsVersion::V1_2, 7));
}

#[test]
fn variables_without_effect_are_named() {
    let all =
        problems("", &[("OPNC_SERVER_LISTEN", "a"), ("OPNC_ISSUER", "x"), ("OPNC_CONFIG", "y"), ("OPNC_PORT", "z")]);
    assert_eq!(all.len(), 2, "{all:?}");
    assert!(all[0].contains("write OPNC_SERVER__LISTEN, with two underscores"), "{all:?}");
    assert!(all[1].starts_with("issuer: ") && all[1].contains("(from OPNC_ISSUER)"), "{all:?}");
    // What others put there, Kubernetes for one, is no reason to refuse.
    let (_folder, loaded) = read("", &[("OPNC_SERVICE_HOST", "a"), ("OPNC_SHARED", "b")]);
    let warnings = loaded.unwrap().warnings;
    assert!(warnings.len() == 1 && warnings[0].starts_with("OPNC_SERVICE_HOST has no effect"), "{warnings:?}");
}

#[test]
fn settings_that_would_have_no_effect_or_make_no_sense_are_refused_at_once() {
    let text = "[server]\nlisten = \"127.0.0.1:8090\"\nshutdown_timeout = \"2d\"\n[admin]\nlisten = \"0.0.0.0:8090\"\n\
                [tls]\nclient_ca_file = \"ca.pem\"\nmin_version = \"1.2\"\n[store]\nurl = \"sqlite::memory:\"\n\
                busy_timeout = \"0s\"\nreaders = \"many\"\n[limits]\nconnections = 999999999\n[retention]\naudit = \"1s\"\n\
                [telemetry]\nlog = \"louder\"\n[keys]\npseudonym_key_file = \"key-encryption-key\"\n";
    let all = problems(text, &[]);
    let keys: Vec<_> = all.iter().map(|problem| problem.split(": ").next().unwrap()).collect();
    for key in [
        "store.readers",
        "server.shutdown_timeout",
        "tls.client_ca_file",
        "tls.min_version",
        "store.url",
        "store.busy_timeout",
        "limits.connections",
        "retention.audit",
        "telemetry.log",
        "keys.pseudonym_key_file",
        "admin.listen",
    ] {
        assert!(keys.contains(&key), "{key} in {all:?}");
    }
    assert_eq!(keys.len(), 11, "{all:?}");
}

/// `--config` may name the wrong file, and its lines are nobody's business.
#[test]
fn a_file_that_is_no_configuration_is_not_repeated() {
    for text in ["swordfish\n", "[store]\npassword swordfish\n", "[a]\nb = \"swordfish\n", "a = swordfish\n"] {
        let all = problems(text, &[]).join("\n");
        assert!(all.contains("this is no TOML") && !all.contains("swordfish"), "{all}");
    }
}
