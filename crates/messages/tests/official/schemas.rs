//! Every schema of the pools' files against the type that reads it.

use crate::files::{File, POOLS, files};
use crate::readers::{REQUIRED_DIFFERENCES, Reader, readers};
use crate::sample::{contains, sample};
use opnc_messages::ids::{Emaid, Fingerprint, Pcid};
use opnc_messages::{IsoVersion, RootType};
use serde_json::{Value, json};

/// Calls `check` for each of our readers of each object schema.
fn for_each_schema(test: &str, check: impl Fn(&File, &str, &Value, Reader)) {
    for file in files(test, POOLS).into_iter().flatten() {
        for (name, schema) in file.schemas() {
            if schema["type"] == "object" {
                let readers = readers(file.service, &name);
                assert!(!readers.is_empty(), "no type of ours reads {} of {}", name, file.service);
                readers.into_iter().for_each(|reader| check(&file, &name, schema, reader));
            }
        }
    }
}

#[test]
fn every_property_comes_back() {
    for_each_schema("every_property_comes_back", |file, name, schema, read| {
        let body = sample(file, name, schema);
        let written = read(&body).unwrap_or_else(|problems| panic!("{name}: {problems:?}"));
        assert!(contains(&written, &body), "{name}: something of {body} is missing in {written}");
    });
}

#[test]
fn members_of_other_versions_are_ignored() {
    for_each_schema("members_of_other_versions_are_ignored", |file, name, schema, read| {
        let mut body = sample(file, name, schema);
        let written = read(&body);
        body["memberOfVersion9"] = json!({"a": [1]});
        assert_eq!(read(&body), written, "{name}");
    });
}

#[test]
fn the_same_properties_are_required() {
    for_each_schema("the_same_properties_are_required", |file, name, schema, read| {
        let required: Vec<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let full = sample(file, name, schema);
        let named = required.iter().copied().chain(full.as_object().unwrap().keys().map(String::as_str));
        for property in named.collect::<std::collections::BTreeSet<_>>() {
            let mut without = full.clone();
            without.as_object_mut().unwrap().remove(property);
            let expected = REQUIRED_DIFFERENCES
                .iter()
                .find(|(schema, of, ..)| *schema == name && *of == property)
                .map_or(required.contains(&property), |(_, _, ours, _)| *ours);
            // The request that adds to the pool keeps to the file where the answers differ from it.
            let by_reader = expected || (property == "pcid" && name == "signedContractData.v1" && is_request(read));
            assert_eq!(read(&without).is_err(), by_reader, "{name} without {property}");
            let mut null = full.clone();
            null[property] = Value::Null;
            assert_eq!(read(&null), read(&without), "{name} with {property} null");
        }
    });
}

/// Whether a reader of signed contract data is the one for requests, which asks for the car.
fn is_request(read: Reader) -> bool {
    matches!(read(&json!({})), Err(problems) if problems.contains(&"pcid : is required".to_owned()))
}

#[test]
fn every_difference_of_required_properties_is_one() {
    let Some(files) = files("every_difference_of_required_properties_is_one", POOLS) else { return };
    for (name, property, ours, _) in REQUIRED_DIFFERENCES {
        let differs =
            |schema: &Value| schema["required"].as_array().is_some_and(|list| list.contains(&json!(property))) != *ours;
        let schemas = files.iter().flat_map(File::schemas).filter(|(schema, _)| schema == name);
        let found: Vec<bool> = schemas.map(|(_, schema)| differs(schema)).collect();
        // A chain's sub CA 1 is listed to say that it is not required alone; the file does not require it either.
        assert!(
            !found.is_empty() && (found.iter().all(|differs| *differs) || *property == "subCa1Certificate"),
            "{name}.{property}"
        );
    }
}

#[test]
fn every_enum_value_is_accepted_and_no_other() {
    for_each_schema("every_enum_value_is_accepted_and_no_other", |file, name, schema, read| {
        let full = sample(file, name, schema);
        for (property, described) in schema["properties"].as_object().unwrap() {
            let described = file.resolve(described);
            let list = described["type"] == "array";
            for value in described["enum"].as_array().into_iter().flatten() {
                let mut body = full.clone();
                body[property] = if list { json!([value]) } else { value.clone() };
                let written = read(&body).unwrap_or_else(|problems| panic!("{name}.{property} {value}: {problems:?}"));
                assert!(contains(&written, &json!({property: body[property]})), "{name}.{property} {value}: {written}");
            }
            if described["enum"].is_array() {
                let mut body = full.clone();
                body[property] = if list { json!(["something else"]) } else { json!("something else") };
                assert_eq!(read(&body).unwrap_err().len(), 1, "{name}.{property}");
            }
        }
    });
}

#[test]
fn every_value_of_a_wrong_type_is_named() {
    for_each_schema("every_value_of_a_wrong_type_is_named", |file, name, schema, read| {
        let full = sample(file, name, schema);
        for property in full.as_object().unwrap().keys() {
            for wrong in [json!(7), json!({"a": 1}), json!([{"a": 1}])] {
                if full[property].is_object() && wrong.is_object() {
                    continue;
                }
                let mut body = full.clone();
                body[property] = wrong;
                assert!(!read(&body).unwrap_err().is_empty(), "{name}.{property}");
            }
        }
    });
}

/// The schemas of parameters are single values.
#[test]
fn every_parameter_schema_is_an_identifier_of_ours() {
    for file in files("every_parameter_schema_is_an_identifier_of_ours", POOLS).into_iter().flatten() {
        for (name, schema) in file.schemas().into_iter().filter(|(_, schema)| schema["type"] != "object") {
            let example = sample(&file, &name, schema);
            let example = example.as_str().unwrap();
            let accepted = |value: &str| match name.as_str() {
                "pcidParam.v1" => Pcid::parse(value).is_ok(),
                "emaidParam.v1" => Emaid::parse(value).is_ok(),
                "xsdMsgDefNamespaceParam.v1" => {
                    IsoVersion::from_namespace(value).is_some_and(|v| v.namespace() == value)
                }
                "cpsV2GRootCertificateFingerprintParam.v1" | "emspRootCertificateFingerprintParam.v1" => {
                    Fingerprint::parse(value).is_ok()
                }
                "pkiTypeParam.v1" => RootType::parse(value).is_some(),
                _ => panic!("no type of ours is {name}"),
            };
            assert!(accepted(example) && !accepted("something else"), "{name}");
            let values = schema["enum"].as_array().into_iter().flatten().chain(schema.get("default"));
            values.for_each(|value| assert!(accepted(value.as_str().unwrap()), "{name}: {value}"));
        }
    }
}
