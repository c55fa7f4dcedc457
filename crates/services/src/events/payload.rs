//! The body of a delivery: `eventId` and `timestamp` are inside, so that the signature covers them (E8).

use jiff::Timestamp;
use opnc_messages::RootType;
use opnc_messages::event::EventName;
use opnc_messages::ids::{Emaid, Fingerprint, Pcid};
use opnc_store::event_endpoints::Endpoint;
use opnc_store::outbox::OutboxEvent;
use serde::Serialize;
use uuid::Uuid;

use super::facts::{ContractFacts, Facts, RootFacts};
use crate::ServiceError;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    timestamp: String,
    event_id: Uuid,
    event_type: EventName,
    occurred_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    xsd_msg_def_namespace: Option<&'static str>,
    payload: Payload<'a>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Payload<'a> {
    Root(RootPayload<'a>),
    Contract(ContractPayload<'a>),
    #[serde(rename_all = "camelCase")]
    Endpoint {
        endpoint_id: Uuid,
    },
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RootPayload<'a> {
    root_certificate_id: Uuid,
    distinguished_name: &'a str,
    common_name: &'a str,
    root_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    root_type_list: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    root_serial_number: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    root_fingerprint: Option<&'a Fingerprint>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ContractPayload<'a> {
    emaid: &'a Emaid,
    pcid: &'a Pcid,
    #[serde(skip_serializing_if = "Option::is_none")]
    contract_cert_fingerprint: Option<&'a Fingerprint>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cps_signer_root_fingerprint: Option<&'a Fingerprint>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contract_cert: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cps_signer_root_common_name: Option<&'a str>,
}

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
    write(event, &facts, endpoint, name, now)
}

/// The same, where it was read before what the event is about.
pub(super) fn write(
    event: &OutboxEvent,
    facts: &Facts,
    endpoint: &Endpoint,
    name: EventName,
    now: Timestamp,
) -> Result<Vec<u8>, ServiceError> {
    let (namespace, payload) = match facts {
        Facts::Root(facts) => (None, Payload::Root(root(facts))),
        Facts::Contract(facts) => {
            (Some(facts.iso.webhook_namespace()), Payload::Contract(contract(facts, endpoint.identifiers_only)))
        }
        Facts::Endpoint(id) => (None, Payload::Endpoint { endpoint_id: *id }),
    };
    let body = Body {
        timestamp: format!("{now:.3}"),
        event_id: event.id,
        event_type: name,
        occurred_at: format!("{:.3}", event.created_at),
        xsd_msg_def_namespace: namespace,
        payload,
    };
    let mut bytes = Vec::with_capacity(event.payload.len() + 512);
    serde_json::to_writer(&mut bytes, &body).map_err(ServiceError::internal)?;
    Ok(bytes)
}

/// One type for receivers of v1, where eMSP is called MO, and all of them where there are several (E9).
fn root(facts: &RootFacts) -> RootPayload<'_> {
    let word = |kind: &RootType| match kind {
        RootType::Emsp => "MO",
        other => other.as_str(),
    };
    let mut types = facts.types.clone();
    types.sort_unstable();
    let list = if types.len() > 1 { types.iter().map(word).collect() } else { Vec::new() };
    RootPayload {
        root_certificate_id: facts.id,
        distinguished_name: &facts.distinguished_name,
        common_name: &facts.common_name,
        root_type: types.first().map(word),
        root_type_list: list,
        root_serial_number: facts.serial.as_deref(),
        root_fingerprint: facts.fingerprint.as_ref(),
    }
}

/// The contract, with its certificate unless the endpoint wants identifiers alone (E7).
fn contract(facts: &ContractFacts, identifiers_only: bool) -> ContractPayload<'_> {
    ContractPayload {
        emaid: &facts.emaid,
        pcid: &facts.pcid,
        contract_cert_fingerprint: facts.certificate_fingerprint.as_ref(),
        cps_signer_root_fingerprint: facts.cps_root.as_ref(),
        contract_cert: facts.certificate.as_deref().filter(|_| !identifiers_only),
        cps_signer_root_common_name: facts.cps_root_name.as_deref().filter(|_| !identifiers_only),
    }
}
