//! A body for a schema, made from the schema's own examples, enum values and patterns.

use crate::files::File;
use serde_json::{Map, Value, json};

const CERTIFICATE: &str = "MAMCAQE=";

/// A value that the schema allows. `name` is the property that it is for.
pub(crate) fn sample(file: &File, name: &str, schema: &Value) -> Value {
    let schema = file.resolve(schema);
    match schema["type"].as_str() {
        Some("object") => {
            let mut object = Map::new();
            for (name, property) in schema["properties"].as_object().unwrap() {
                object.insert(name.clone(), sample(file, name, property));
            }
            Value::Object(object)
        }
        Some("array") if schema["enum"].is_array() => schema["enum"].clone(),
        Some("array") => json!([sample(file, name, &schema["items"])]),
        Some("boolean") => json!(true),
        Some("string") => text(name, schema),
        other => panic!("no sample for {name} of type {other:?}"),
    }
}

fn text(name: &str, schema: &Value) -> Value {
    if let Some(value) = schema["enum"].get(0) {
        return value.clone();
    }
    match schema["pattern"].as_str() {
        Some("^[a-zA-Z0-9]{17,18}$") => return json!("DEHUBCOPNCPROVCER"),
        Some(r"^[A-Za-z]{2}[-]?\w{3}[-]?\w{9,28}[-]?(\w{1})?$") => return json!("DE-8AA-001234567"),
        Some(r"^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$") => return json!(CERTIFICATE),
        _ => {}
    }
    match name {
        // The example of the file is shortened base64.
        "certificateInstallationRes" | "certificateInstallationReq" => json!("gJgCAA=="),
        _ if schema["example"].is_string() => schema["example"].clone(),
        "contractBegins" => json!("2021-05-11T00:00:00Z"),
        "contractEnds" => json!("2022-12-10T11:42:59Z"),
        "contractSignatureEncryptedPrivateKey" | "dHpublickey" => json!("AQID"),
        "v2gRootAuthorityKeyIdentifiers" => json!("4b:45:ff:82:25:fc:10:96"),
        "fingerprint" => json!("311f28ff13da6d75f836ac10644b34273da99564c600a191fb3737d50562a4f1"),
        "traceId" => json!("1c8c56cb-b71f-46a5-8788-5ddcedc88e2a"),
        "metaData"
        | "metadata"
        | "errorMessages"
        | "certificateRevocationList"
        | "crossCertificatePair"
        | "labeledUri" => {
            json!("any text")
        }
        _ => panic!("no sample for the property {name}: {schema}"),
    }
}

/// Whether everything in `part` is in `whole`; the order of list entries does not count.
pub(crate) fn contains(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => {
            part.iter().all(|(name, value)| whole.get(name).is_some_and(|whole| contains(whole, value)))
        }
        (Value::Array(whole), Value::Array(part)) => {
            whole.len() == part.len() && part.iter().all(|entry| whole.iter().any(|whole| contains(whole, entry)))
        }
        _ => whole == part,
    }
}
