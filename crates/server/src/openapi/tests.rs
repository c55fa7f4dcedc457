//! The document against itself: nothing it refers to is missing, and nothing it has is unused.

use super::*;
use std::collections::BTreeSet;

fn references(value: &Value, found: &mut BTreeSet<String>) {
    if let Some(reference) = value["$ref"].as_str() {
        found.insert(reference.to_owned());
    }
    match value {
        Value::Object(members) => members.values().for_each(|value| references(value, found)),
        Value::Array(entries) => entries.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

#[test]
fn every_reference_has_its_target_and_every_component_a_use() {
    let document = document("https://opnc.example");
    let mut referred = BTreeSet::new();
    references(&document, &mut referred);
    for reference in &referred {
        let target = document.pointer(reference.trim_start_matches('#'));
        assert!(target.is_some_and(|target| !target.is_null()), "{reference}");
    }
    for kind in ["schemas", "parameters", "responses"] {
        for name in document["components"][kind].as_object().unwrap().keys() {
            assert!(referred.contains(&format!("#/components/{kind}/{name}")), "{kind} {name} is not used");
        }
    }
}

#[test]
fn every_served_operation_is_there_once() {
    let document = document("https://opnc.example");
    let mut ids = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap().iter().filter(|(name, _)| *name != "parameters") {
            let id = operation["operationId"].as_str().unwrap();
            assert!(ids.insert(id.to_owned()), "{id} twice");
            assert!(!operation["summary"].as_str().unwrap().is_empty(), "{method} {path}");
        }
    }
    for operation in Operation::ALL {
        assert_eq!(ids.contains(operation.info().id), operation.info().served, "{operation:?}");
    }
}

#[test]
fn paths_of_our_pages_are_there() {
    let document = document("https://opnc.example");
    for (path, method) in [
        ("/opnc/v1/pki/revokeCertificate", "post"),
        ("/opnc/v1/pki/pki/revokeCertificate", "post"),
        ("/opnc/v1/pki/est/simplereenroll", "post"),
        ("/opnc/v1/pki/est/csrattrs", "get"),
        ("/.well-known/est/simplereenroll", "post"),
    ] {
        assert!(document["paths"][path][method].is_object(), "{method} {path}");
    }
}
