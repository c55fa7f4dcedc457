//! The official files: where they are, and how their references are followed.

use serde_json::Value;
use std::io::Write as _;
use std::path::PathBuf;

/// One OpenAPI file.
pub(crate) struct File {
    pub(crate) service: &'static str,
    pub(crate) content: Value,
}

/// The folder with the official files, or `None` with a line that says the test was skipped.
fn shared(test: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("OPNC_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    let line = format!("SKIPPED {test}: no shared data");
    println!("{line}");
    // The test command lists at its end what it finds here.
    if let Some(list) = std::env::var_os("OPNC_SKIPS") {
        let mut list = std::fs::File::options().append(true).create(true).open(list).unwrap();
        writeln!(list, "{line}").unwrap();
    }
    None
}

/// A JSON file of the shared folder.
pub(crate) fn shared_json(test: &str, path: &str) -> Option<Value> {
    let bytes = std::fs::read(shared(test)?.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    Some(serde_json::from_slice(&bytes).unwrap())
}

/// The files of these services, or `None` where there is no shared folder.
pub(crate) fn files(test: &str, services: &[&'static str]) -> Option<Vec<File>> {
    services
        .iter()
        .map(|service| {
            let content = shared_json(test, &format!("opnc-spec/{service}.openapi.json"))?;
            Some(File { service, content })
        })
        .collect()
}

/// The services whose bodies are ours.
pub(crate) const POOLS: &[&str] = &["rcp", "pcp", "cps", "ccp"];

impl File {
    /// What a `$ref` points at, or the value itself.
    pub(crate) fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        match value["$ref"].as_str() {
            Some(reference) => self.content.pointer(reference.trim_start_matches('#')).unwrap(),
            None => value,
        }
    }

    /// Every named schema, and the schemas that stand inside a request body under their title.
    pub(crate) fn schemas(&self) -> Vec<(String, &Value)> {
        let mut found: Vec<(String, &Value)> = Vec::new();
        for (name, schema) in self.content["components"]["schemas"].as_object().unwrap() {
            found.push((name.clone(), schema));
        }
        for body in self.content["components"]["requestBodies"].as_object().into_iter().flatten().map(|(_, body)| body)
        {
            let schema = &body["content"]["application/json"]["schema"];
            if schema["$ref"].is_null() {
                found.push((schema["title"].as_str().unwrap().to_owned(), schema));
            }
        }
        found
    }
}
