//! The table of operations against the paths of all six files and against the access table.

use crate::files::{POOLS, files, shared_json};
use opnc_messages::{Operation, Service, header};
use serde_json::Value;
use std::collections::BTreeSet;

const ALL: &[&str] = &["rcp", "pcp", "cps", "ccp", "pki", "event"];

fn official() -> BTreeSet<Operation> {
    Operation::ALL.iter().copied().filter(|operation| operation.is_official()).collect()
}

#[test]
fn every_path_and_method_is_an_operation_and_the_reverse() {
    let Some(files) = files("every_path_and_method_is_an_operation_and_the_reverse", ALL) else { return };
    let mut found = BTreeSet::new();
    for file in &files {
        let server = file.content["servers"][0]["url"].as_str().unwrap();
        let service = Service::ALL.into_iter().find(|service| server.ends_with(service.prefix())).unwrap();
        assert_eq!(service.as_str(), file.service);
        for (path, methods) in file.content["paths"].as_object().unwrap() {
            // The event file repeats the prefix of its server in its paths.
            let path = path.strip_prefix(service.prefix()).unwrap_or(path);
            for (method, described) in methods.as_object().unwrap().iter().filter(|(name, _)| *name != "parameters") {
                let method = method.to_uppercase();
                let matches = |operation: &&Operation| {
                    let info = operation.info();
                    (info.service, info.method, info.path) == (service, method.as_str(), path)
                };
                let operation = Operation::ALL.iter().find(matches);
                let info = operation.unwrap_or_else(|| panic!("no operation for {method} {path}")).info();
                assert_eq!(described["operationId"], info.id);
                let successes: Vec<&String> = described["responses"]
                    .as_object()
                    .unwrap()
                    .keys()
                    .filter(|status| status.starts_with('2'))
                    .collect();
                assert_eq!(successes, [&info.success.to_string()], "{}", info.id);
                found.insert(info.operation);
            }
        }
    }
    assert_eq!(found, official());
}

#[test]
fn every_access_row_is_an_operation_and_the_reverse() {
    let Some(table) = shared_json("every_access_row_is_an_operation_and_the_reverse", "data/access-rights.json") else {
        return;
    };
    let mut found = BTreeSet::new();
    for row in table["rows"].as_array().unwrap() {
        let text = |name: &str| row[name].as_str().unwrap();
        // EST has a row for each domain: `simpleEnroll - oem` with `?caDomain=oem`.
        let name = text("method").split(" - ").next().unwrap();
        let path = text("path").split('?').next().unwrap();
        let operation = Operation::ALL.iter().find(|operation| operation.info().name == name);
        let info = operation.unwrap_or_else(|| panic!("no operation {name}")).info();
        assert_eq!((info.service.as_str(), info.method, info.path), (text("service"), text("http"), path), "{name}");
        found.insert(info.operation);
    }
    assert_eq!(found, official());
}

/// A parameter that the files get one day and we do not know fails here.
#[test]
fn every_header_and_query_parameter_is_known() {
    let known = BTreeSet::from([
        ("header", header::ALWAYS_RETURN_EXI),
        ("header", header::BROADCAST),
        ("header", header::SKIP_REVOCATION),
        ("header", "OPNC-from-party-type"),
        ("header", "OPNC-from-party-id"),
        ("header", "OPNC-to-party-type"),
        ("header", "OPNC-to-party-id"),
        ("query", "pkiType"),
        ("query", "xsdMsgDefNamespace"),
        ("query", "cpsV2GRootCertificateFingerprint"),
        ("query", "sessionID"),
    ]);
    let Some(files) = files("every_header_and_query_parameter_is_known", POOLS) else { return };
    let mut found = BTreeSet::new();
    for file in &files {
        for methods in file.content["paths"].as_object().unwrap().values() {
            let operations = methods.as_object().unwrap().values().filter(|value| value.is_object());
            for parameter in operations.flat_map(|operation| operation["parameters"].as_array()).flatten() {
                let parameter: &Value = file.resolve(parameter);
                let place = (parameter["in"].as_str().unwrap(), parameter["name"].as_str().unwrap());
                assert!(place.0 == "path" || known.contains(&place), "unknown parameter {place:?}");
                found.insert(place);
            }
        }
    }
    assert!(found.is_superset(&known));
}
