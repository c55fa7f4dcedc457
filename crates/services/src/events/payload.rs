//! The body of a delivery: `eventId` and `timestamp` are inside, so that the signature covers them (E8).

use jiff::Timestamp;
use opnc_messages::RootType;
use opnc_messages::event::EventName;
use opnc_store::event_endpoints::Endpoint;
use opnc_store::outbox::OutboxEvent;
use serde_json::{Map, Value, json};

use super::facts::{ContractFacts, Facts, RootFacts};
use crate::ServiceError;

/// The body that tells `endpoint` of an event under `name`, in a try made `now`. These bytes are what is signed, and
/// what is sent.
///
/// `timestamp` is the time of the try, so that a receiver can refuse what is old; `occurredAt`, ours, that of the event.
///
/// # Errors
/// When the event was not written by this program.
pub fn render(
    event: &OutboxEvent,
    endpoint: &Endpoint,
    name: EventName,
    now: Timestamp,
) -> Result<Vec<u8>, ServiceError> {
    let (_, facts) = Facts::of(event)?;
    let (namespace, payload) = match &facts {
        Facts::Root(facts) => (None, root(facts)),
        Facts::Contract(facts) => (Some(facts.iso.webhook_namespace()), contract(facts, endpoint.identifiers_only)),
        Facts::Endpoint(id) => (None, json!({ "endpointId": id })),
    };
    let mut body = Map::new();
    let mut put = |name: &str, value: Value| body.insert(name.to_owned(), value);
    put("timestamp", format!("{now:.3}").into());
    put("eventId", json!(event.id));
    put("eventType", json!(name));
    put("occurredAt", format!("{:.3}", event.created_at).into());
    if let Some(namespace) = namespace {
        put("xsdMsgDefNamespace", namespace.into());
    }
    put("payload", payload);
    serde_json::to_vec(&body).map_err(ServiceError::internal)
}

/// One type for receivers of v1, where eMSP is called MO, and all of them where there are several (E9).
fn root(facts: &RootFacts) -> Value {
    let word = |kind: &RootType| match kind {
        RootType::Emsp => "MO",
        other => other.as_str(),
    };
    let mut types = facts.types.clone();
    types.sort_unstable();
    let mut payload = Map::new();
    let mut put = |name: &str, value: Value| payload.insert(name.to_owned(), value);
    put("rootCertificateId", json!(facts.id));
    put("distinguishedName", json!(facts.distinguished_name));
    put("commonName", json!(facts.common_name));
    put("rootType", json!(types.first().map(word)));
    if types.len() > 1 {
        put("rootTypeList", types.iter().map(word).collect());
    }
    if let Some(serial) = &facts.serial {
        put("rootSerialNumber", json!(serial));
    }
    if let Some(fingerprint) = &facts.fingerprint {
        put("rootFingerprint", json!(fingerprint));
    }
    Value::Object(payload)
}

/// The contract, with its certificate unless the endpoint wants identifiers alone (E7).
fn contract(facts: &ContractFacts, identifiers_only: bool) -> Value {
    let mut payload = Map::new();
    let mut put = |name: &str, value: Value| payload.insert(name.to_owned(), value);
    put("emaid", json!(facts.emaid));
    put("pcid", json!(facts.pcid));
    if let Some(fingerprint) = &facts.certificate_fingerprint {
        put("contractCertFingerprint", json!(fingerprint));
    }
    if let Some(root) = &facts.cps_root {
        put("cpsSignerRootFingerprint", json!(root));
    }
    if identifiers_only {
        return Value::Object(payload);
    }
    if let Some(certificate) = &facts.certificate {
        put("contractCert", json!(certificate));
    }
    if let Some(name) = &facts.cps_root_name {
        put("cpsSignerRootCommonName", json!(name));
    }
    Value::Object(payload)
}
