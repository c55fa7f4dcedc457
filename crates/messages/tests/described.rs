//! Each reader against the description beside it: what is required and what is not, and every spelling.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use opnc_messages::schema::{Described, Kind, Member, Schema};
use opnc_messages::{
    ErrorBody, FailedInstallation, Problems, SignedContractData, ccp, cps, event, parse_body, pcp, pki, rcp, trust,
};
use serde::Serialize;
use serde_json::{Map, Value, json};

const ISO2: &str = "urn:iso:15118:2:2013:MsgDef";

#[test]
fn each_reader_does_what_its_description_says() {
    let bodies = [
        body::<ErrorBody>(),
        body::<FailedInstallation>(),
        body::<SignedContractData>(),
        body::<rcp::RootCertificate>(),
        body::<rcp::GetRootCertificateRes>(),
        body::<rcp::GetRootCertificatesRes>(),
        body::<rcp::Pagination>(),
        body::<pcp::ProvisioningCertificateData>(),
        body::<pcp::GetProvisioningCertificateRes>(),
        body::<cps::ContractCertificateBundle>(),
        body::<cps::CpsCertificateData>(),
        body::<cps::GetCpsCertificatesRes>(),
        body::<cps::SignContractDataReq>(),
        body::<cps::SignContractDataRes>(),
        body::<cps::GenerateAndSignContractDataReq>(),
        body::<ccp::AddSignedContractDataReq>(),
        body::<ccp::ContractData>(),
        body::<ccp::GetContractDataRes>(),
        body::<ccp::GetSignedContractDataReq>(),
        body::<ccp::GetSignedContractDataRes>(),
        body::<pki::RevokeCertificateReq>(),
        body::<trust::ResolveTrustReq>(),
        body::<trust::ResolveTrustRes>(),
        body::<trust::CheckedCertificate>(),
        body::<trust::Revocation>(),
        body::<trust::FoundProblem>(),
        body::<trust::Anchor>(),
        body::<trust::AuthorizeContractReq>(),
        body::<trust::AuthorizeContractRes>(),
        body::<trust::CertificateHashData>(),
        body::<event::PostEndpointReq>(),
        body::<event::PutEndpointReq>(),
        body::<event::Endpoint>(),
    ];
    for (schema, read) in bodies {
        compare(schema, read, &|object| object);
    }
    // A chain stands in no body of its own.
    let chain = opnc_messages::CertificateChain::SCHEMA;
    compare(
        chain,
        body::<pcp::ProvisioningCertificateData>().1,
        &|chain| json!({"provisioningCertificateChain": chain}),
    );
}

type Reader = fn(&Value) -> Result<Value, Problems>;

fn body<T: Described + Serialize>() -> (&'static Schema, Reader) {
    (T::SCHEMA, |value| parse_body::<T>(value.to_string().as_bytes()).map(|body| serde_json::to_value(body).unwrap()))
}

fn compare(schema: &Schema, read: Reader, wrap: &dyn Fn(Value) -> Value) {
    let whole = object(schema);
    let name = schema.name;
    let written = read(&wrap(Value::Object(whole.clone()))).unwrap_or_else(|problems| panic!("{name}: {problems:?}"));
    for member in schema.members {
        let what = format!("{name}.{}", member.name);
        assert!(contains(&written, member.name), "{what} is read and not written: {written}");
        let without = without(&whole, member);
        match (read(&wrap(Value::Object(without.clone()))), member.required) {
            (Ok(_), false) => {}
            (Err(problems), true) => {
                assert_eq!(problems.len(), 1, "{what}: {problems:?}");
                assert!(problems[0].ends_with(&format!("{} : is required", member.name)), "{what}: {problems:?}");
            }
            (other, required) => panic!("{what}: required {required}, and without it: {other:?}"),
        }
        for alias in member.aliases {
            let mut other = without.clone();
            other.insert((*alias).to_owned(), whole[member.name].clone());
            let written =
                read(&wrap(other.into())).unwrap_or_else(|problems| panic!("{what} as {alias}: {problems:?}"));
            assert!(contains(&written, member.name), "{what} is not read as {alias}");
        }
        if schema.members.iter().any(|other| other.aliases.contains(&member.name)) {
            // The other one is read in its place.
            continue;
        }
        let mut wrong = without;
        wrong.insert(member.name.to_owned(), wrong_value(member.kind));
        assert!(read(&wrap(wrong.into())).is_err(), "{what} takes another kind of value");
    }
}

/// Whether a member of that name is anywhere in what was written.
fn contains(value: &Value, name: &str) -> bool {
    match value {
        Value::Object(members) => members.iter().any(|(key, value)| key == name || contains(value, name)),
        Value::Array(entries) => entries.iter().any(|entry| contains(entry, name)),
        _ => false,
    }
}

fn without(whole: &Map<String, Value>, member: &Member) -> Map<String, Value> {
    let mut without = whole.clone();
    without.retain(|name, _| name != member.name && !member.aliases.contains(&name.as_str()));
    without
}

fn object(schema: &Schema) -> Map<String, Value> {
    schema.members.iter().map(|member| (member.name.to_owned(), sample(member))).collect()
}

fn sample(member: &Member) -> Value {
    // The later one of two dates.
    if member.name == "contractEnds" { json!("2028-01-31T00:00:00Z") } else { value(member.kind) }
}

fn value(kind: Kind) -> Value {
    match kind {
        Kind::Text => json!("any text"),
        Kind::Boolean => json!(true),
        Kind::Count => json!(7),
        Kind::Emaid => json!("DE8AA001234567"),
        Kind::Pcid => json!("DEHUBCOPNCPROVCER"),
        Kind::Wmi => json!("WAU"),
        Kind::ProviderId => json!("DE8AA"),
        Kind::Fingerprint => json!("311f28ff13da6d75f836ac10644b34273da99564c600a191fb3737d50562a4f1"),
        Kind::KeyId => json!("4b:45:ff:82:25:fc:10:96"),
        Kind::SerialNumber => json!("0a1b"),
        Kind::Hex => json!("311f28ff13da6d75f836ac10644b34273da99564c600a191fb3737d50562a4f1"),
        Kind::Provider => json!("DE8AA"),
        Kind::Uuid => json!("1c8c56cb-b71f-46a5-8788-5ddcedc88e2a"),
        Kind::Date => json!("2027-01-31T00:00:00Z"),
        Kind::IsoVersion => json!(ISO2),
        Kind::Certificate => json!("MAMCAQE="),
        Kind::Base64 => json!("AQID"),
        Kind::Exi => json!("gJgCAA=="),
        Kind::Url => json!("https://emsp.example/contracts"),
        Kind::OneOf(values) => json!(values[0]),
        Kind::Object(schema) => Value::Object(object(schema)),
        Kind::Values(kind) => json!([value(*kind)]),
        Kind::Objects(schema) => json!([object(schema)]),
    }
}

/// A value of another kind of JSON, or of no form that this kind has.
fn wrong_value(kind: Kind) -> Value {
    match kind {
        Kind::Values(_) | Kind::Objects(_) | Kind::Object(_) | Kind::Boolean | Kind::Count => json!("?"),
        Kind::Text => json!(7),
        _ => json!("?"),
    }
}

#[test]
fn each_value_of_an_enumeration_is_read() {
    for reason in opnc_messages::pki::RevocationReason::ALL {
        let read = body::<pki::RevokeCertificateReq>().1;
        let request = json!({"certificate": "MAMCAQE=", "revocationReason": reason.as_str()});
        let member = pki::RevokeCertificateReq::SCHEMA.members.iter().find(|member| member.name == "revocationReason");
        let Kind::OneOf(described) = member.unwrap().kind else { panic!() };
        assert_eq!(described.contains(&reason.as_str()), read(&request).is_ok(), "{reason}");
    }
}
