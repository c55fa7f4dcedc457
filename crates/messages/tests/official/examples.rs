//! Every example of the pools' files.

use crate::files::{File, POOLS, files};
use crate::readers::readers;
use crate::sample::{contains, sample};
use opnc_messages::ids::{Emaid, Pcid};
use opnc_messages::{ErrorBody, parse_body, texts};
use serde_json::Value;

/// Examples that are templates: members are empty strings or missing. What they do say is read in the place of the same
/// member of a whole body.
const TEMPLATES: &[&str] = &[
    "contractCertificateBundle.v1",
    "generateAndSignContractDataReq.v1",
    "getCpsCertificatesRes.v1",
    "GetSignedContractDataReqV1",
];

#[test]
fn every_example_of_a_schema_is_read() {
    for file in files("every_example_of_a_schema_is_read", POOLS).into_iter().flatten() {
        let mut checked = 0;
        for (name, schema) in file.schemas() {
            for example in schema["x-examples"].as_object().into_iter().flatten().map(|(_, example)| example) {
                check(&file, &name, schema, example);
                checked += 1;
            }
        }
        for body in file.content["components"]["requestBodies"].as_object().into_iter().flatten().map(|(_, body)| body)
        {
            let content = &body["content"]["application/json"];
            for example in content["examples"].as_object().into_iter().flatten().map(|(_, example)| &example["value"]) {
                check(&file, content["schema"]["title"].as_str().unwrap(), &content["schema"], example);
                checked += 1;
            }
        }
        let expected = match file.service {
            "rcp" => 0,
            "cps" => 3,
            _ => 1,
        };
        assert_eq!(checked, expected, "examples of {}", file.service);
    }
}

fn check(file: &File, name: &str, schema: &Value, example: &Value) {
    let mut body = example.clone();
    if TEMPLATES.contains(&name) {
        body = sample(file, name, schema);
        overlay(&mut body, example);
    }
    for read in readers(file.service, name) {
        let written = read(&body).unwrap_or_else(|problems| panic!("{name}: {problems:?}"));
        if TEMPLATES.contains(&name) {
            let known = sample(file, name, schema);
            let mut said = known.clone();
            overlay(&mut said, example);
            said.as_object_mut().unwrap().retain(|member, _| known.get(member).is_some());
            assert!(contains(&written, &said), "{name}: {written} lacks something of {said}");
        }
    }
}

/// Puts into `whole` what `part` says, except empty strings.
fn overlay(whole: &mut Value, part: &Value) {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => {
            for (name, value) in part {
                match whole.get_mut(name) {
                    Some(whole) => overlay(whole, value),
                    // The bundle's example has its keys inside the chain, where the schema does not have them.
                    None if name == "contractSignatureEncryptedPrivateKey" || name == "dHpublickey" => {}
                    None => assert!(value == "", "{name} has a value and is no property of the schema"),
                }
            }
        }
        (Value::Array(whole), Value::Array(part)) => {
            whole.iter_mut().zip(part).for_each(|(whole, part)| overlay(whole, part))
        }
        (_, Value::String(text)) if text.is_empty() => {}
        (whole, part) => *whole = part.clone(),
    }
}

/// Every error text that an example shows is one that we have, word for word.
#[test]
fn every_error_text_is_ours() {
    let mut ours: Vec<String> = [
        texts::EXI_INVALID,
        texts::EMAID_USED_BY_OTHER_PCID,
        texts::PROVISIONING_CERTIFICATE_NOT_FOUND,
        texts::PROVISIONING_CERTIFICATE_NOT_AVAILABLE,
        texts::CONTRACT_NOT_FOUND,
        texts::CONTRACT_ENDS_IN_PAST,
        texts::SESSION_ID_INVALID,
        texts::ROOT_NOT_FOUND,
    ]
    .map(str::to_owned)
    .to_vec();
    ours.extend(["vehicleCertificate", "subCa1Certificate", "subCa2Certificate"].map(texts::invalid_certificate));
    ours.extend(["contractBegins", "contractEnds"].map(texts::date_does_not_match));
    ours.push(Pcid::parse("").unwrap_err().to_string());
    ours.push(Emaid::parse("").unwrap_err().to_string());
    let Some(files) = files("every_error_text_is_ours", POOLS) else { return };
    let mut official = Vec::new();
    files.iter().for_each(|file| collect(&file.content, &mut official));
    assert!(official.len() >= 12);
    for text in &official {
        assert!(ours.contains(text), "no text of ours is {text}");
    }
    for text in &ours {
        assert!(official.contains(text), "{text} is in no example");
    }
}

/// The error texts below `value`: those of example error bodies, and those of constraints.
fn collect(value: &Value, texts: &mut Vec<String>) {
    if let Some(messages) = value["errorMessages"].as_array() {
        let body: ErrorBody = parse_body(value.to_string().as_bytes()).unwrap();
        assert_eq!(body.error_messages.len(), messages.len());
        texts.extend(body.error_messages);
    }
    texts.extend(value["x-constraint-message"].as_str().map(str::to_owned));
    match value {
        Value::Object(members) => members.values().for_each(|value| collect(value, texts)),
        Value::Array(entries) => entries.iter().for_each(|value| collect(value, texts)),
        _ => {}
    }
}
