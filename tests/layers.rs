//! The layers of the workspace, as a test: which crate may depend on which, and where the big libraries may appear.
//!
//! A crate that can be reached by one way only can be understood by reading that way. Development dependencies are free:
//! a test may use what it likes.

use std::process::Command;

use serde_json::Value;

use crate::repository;

/// Each crate with those of ours it may depend on. A crate that is missing here fails the test.
const ALLOWED: &[(&str, &[&str])] = &[
    ("opnc-messages", &[]),
    ("opnc-exi", &[]),
    ("opnc-pki", &["opnc-exi", "opnc-messages"]),
    ("opnc-store", &["opnc-messages"]),
    ("opnc-client", &["opnc-messages", "opnc-exi", "opnc-pki"]),
    ("opnc-services", &["opnc-store", "opnc-client", "opnc-pki", "opnc-exi", "opnc-messages"]),
    ("opnc-server", &["opnc-services", "opnc-store", "opnc-pki", "opnc-messages", "opnc-client"]),
    ("opnc", &["opnc-server", "opnc-services", "opnc-store", "opnc-client", "opnc-pki", "opnc-exi", "opnc-messages"]),
    ("opnc-test-postgres", &["opnc-store"]),
    (
        "opnc-test-util",
        &[
            "opnc-test-postgres",
            "opnc-server",
            "opnc-services",
            "opnc-store",
            "opnc-client",
            "opnc-pki",
            "opnc-exi",
            "opnc-messages",
        ],
    ),
    ("opnc-scenarios", &[]),
];

/// Libraries that mark a layer, with the only crates that may use them.
const HOMES: &[(&str, &[&str])] = &[
    ("axum", &["opnc-server"]),
    ("tower", &["opnc-server"]),
    ("tower-http", &["opnc-server"]),
    ("hyper", &["opnc-server"]),
    ("hyper-util", &["opnc-server"]),
    ("sqlx", &["opnc-store"]),
    ("reqwest", &["opnc-client"]),
    ("tokio", &["opnc-store", "opnc-client", "opnc-services", "opnc-server", "opnc"]),
];

/// Unpublished, never part of the binary: these may use any library.
const FOR_TESTS_ONLY: [&str; 3] = ["opnc-test-postgres", "opnc-test-util", "opnc-scenarios"];

/// A dependency that ends up in what is built: `from` names `to`, neither for tests alone.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Edge {
    from: String,
    to: String,
}

#[test]
fn crates_depend_in_one_direction() {
    let metadata = metadata();
    let broken = broken_rules(&packages(&metadata), &edges(&metadata));
    assert!(broken.is_empty(), "the layers of ARCHITECTURE.md do not hold:\n{}", broken.join("\n"));
}

#[test]
fn the_rules_notice_a_broken_layer() {
    let edge = |from: &str, to: &str| Edge { from: from.into(), to: to.into() };
    let packages = ["opnc-store", "opnc-services", "opnc-server", "opnc-pki", "opnc-test-util"].map(String::from);
    let fine = [
        edge("opnc-server", "opnc-services"),
        edge("opnc-server", "axum"),
        edge("opnc-pki", "der"),
        edge("opnc-test-util", "reqwest"),
    ];
    assert_eq!(broken_rules(&packages, &fine), Vec::<String>::new());
    for (from, to) in [
        ("opnc-store", "opnc-services"),
        ("opnc-services", "opnc-server"),
        ("opnc-pki", "tokio"),
        ("opnc-services", "sqlx"),
        ("opnc-server", "reqwest"),
        ("opnc-services", "tower-http"),
        ("opnc-server", "opnc-test-util"),
    ] {
        assert_eq!(broken_rules(&packages, &[edge(from, to)]).len(), 1, "{from} -> {to} passed");
    }
    assert_eq!(broken_rules(&["opnc-new".to_owned()], &[]).len(), 1, "a crate without a row passed");
}

#[test]
fn edges_are_read_from_the_manifests() {
    let edges = edges(&metadata());
    assert!(edges.contains(&Edge { from: "opnc-store".into(), to: "sqlx".into() }));
    assert!(edges.contains(&Edge { from: "opnc-pki".into(), to: "opnc-exi".into() }));
    assert!(!edges.iter().any(|edge| edge.to == "proptest"), "development dependencies are no edges");
}

fn broken_rules(packages: &[String], edges: &[Edge]) -> Vec<String> {
    let unknown = packages
        .iter()
        .filter(|name| row(ALLOWED, name).is_none())
        .map(|name| format!("{name} has no row in tests/layers.rs: which crates may it depend on?"));
    let misplaced = edges.iter().filter_map(|Edge { from, to }| {
        if row(ALLOWED, to).is_some() {
            let allowed = row(ALLOWED, from).is_some_and(|targets| targets.contains(&to.as_str()));
            return (!allowed).then(|| format!("{from} must not depend on {to}"));
        }
        let homes = row(HOMES, to)?;
        let at_home = homes.contains(&from.as_str()) || FOR_TESTS_ONLY.contains(&from.as_str());
        (!at_home).then(|| format!("{from} must not use {to}: it belongs into {}", homes.join(", ")))
    });
    unknown.chain(misplaced).collect()
}

fn row(table: &'static [(&str, &'static [&str])], name: &str) -> Option<&'static [&'static str]> {
    table.iter().find(|(key, _)| *key == name).map(|(_, values)| *values)
}

/// The manifests as cargo reads them. `--no-deps` needs neither the network nor any downloaded crate.
fn metadata() -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(repository::root())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON")
}

fn packages(metadata: &Value) -> Vec<String> {
    members(metadata).map(|package| text(package, "name")).collect()
}

fn edges(metadata: &Value) -> Vec<Edge> {
    members(metadata)
        .flat_map(|package| {
            let dependencies = package["dependencies"].as_array().expect("a list of dependencies");
            dependencies
                .iter()
                .filter(|dependency| dependency["kind"] != "dev")
                .map(|dependency| Edge { from: text(package, "name"), to: text(dependency, "name") })
        })
        .collect()
}

fn members(metadata: &Value) -> impl Iterator<Item = &Value> {
    metadata["packages"].as_array().expect("a list of packages").iter()
}

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().expect("a name").to_owned()
}
