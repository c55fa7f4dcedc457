//! Everything that is held about an identifier, as JSON that people can read.

use opnc_store::contracts::{self, Contract};
use opnc_store::deliveries::{self, Delivery, DeliveryState};
use opnc_store::issued_certificates::IssuedCertificate;
use opnc_store::outbox::OutboxEvent;
use opnc_store::provisioning::Provisioning;
use opnc_store::{Reader, audit, issued_certificates, outbox, provisioning, tombstones};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Subject;
use crate::audit::admins_only;
use crate::{Caller, Ecosystem, ServiceError, record};

/// Events that are read at a time.
const PAGE: u32 = 1000;
/// The most rows of the audit log that are shown.
const MOST_AUDIT: u32 = 10_000;

/// What the tables hold about an identifier.
pub(super) struct Held {
    pub(super) contracts: Vec<Contract>,
    pub(super) cars: Vec<Provisioning>,
    pub(super) issued: Vec<IssuedCertificate>,
    pub(super) events: Vec<HeldEvent>,
}

/// An event, and how far it is on its way to each endpoint.
pub(super) struct HeldEvent {
    pub(super) event: OutboxEvent,
    pub(super) deliveries: Vec<Delivery>,
    /// Whether nobody is still to hear of it.
    pub(super) settled: bool,
}

/// Everything that is held about the identifier. That somebody asked stands in the audit log.
///
/// # Errors
/// [`ServiceError::Forbidden`] for everybody but admins.
pub async fn export(caller: &Caller, ecosystem: &Ecosystem, subject: &Subject) -> Result<Value, ServiceError> {
    admins_only(caller)?;
    let mut reader = ecosystem.store().read().await?;
    let held = held(&mut reader, subject).await?;
    let name = ecosystem.pseudonyms().of(subject.key());
    let log = audit::of_subject(&mut reader, &name, MOST_AUDIT).await?;
    let tombs = tombstones::of_subject(&mut reader, &name).await?;
    drop(reader);
    let noted = ecosystem.store().run_tx("note privacy export", |tx| {
        Box::pin(async move { record::note(tx, caller, ecosystem, "ExportPersonalData", subject.key()).await })
    });
    noted.await?;
    Ok(json!({
        "identifier": subject.key(),
        "kind": subject.kind(),
        "exportedAt": ecosystem.now(),
        "keyedHash": name,
        "contracts": held.contracts.iter().map(contract).collect::<Vec<_>>(),
        "provisioningCertificates": held.cars.iter().map(car).collect::<Vec<_>>(),
        "issuedCertificates": held.issued.iter().map(issued).collect::<Vec<_>>(),
        "events": held.events.iter().map(event).collect::<Vec<_>>(),
        "auditLog": log.iter().map(|row| json!({
            "seq": row.seq,
            "at": row.entry.at,
            "operation": row.entry.operation,
            "outcome": row.entry.outcome.as_str(),
            "partyId": row.entry.party_id,
            "actor": row.entry.actor,
            "traceId": row.entry.trace_id,
        })).collect::<Vec<_>>(),
        "erasures": tombs.iter().map(|tomb| json!({ "at": tomb.erased_at, "erased": tomb.erased })).collect::<Vec<_>>(),
    }))
}

/// Reads what the tables hold.
pub(super) async fn held(reader: &mut Reader, subject: &Subject) -> Result<Held, ServiceError> {
    let (contracts, cars) = match subject {
        Subject::Emaid(emaid) => (contracts::of_emaid(reader, emaid).await?, Vec::new()),
        Subject::Pcid(pcid) => {
            let mut cars = provisioning::of_pcid(reader, pcid).await?;
            cars.retain(|car| car.pcid == *pcid);
            (contracts::of_car(reader, pcid).await?, cars)
        }
    };
    let issued = issued_certificates::of_subject(reader, subject.key()).await?;
    let mut events = Vec::new();
    let mut after = Uuid::nil();
    loop {
        let page = outbox::page(reader, after, PAGE).await?;
        let Some((last, _)) = page.last() else { break };
        after = last.id;
        for (event, addressed) in page {
            if serde_json::from_str::<Value>(&event.payload).is_ok_and(|payload| subject.is_in(&payload)) {
                let deliveries = deliveries::of_event(reader, event.id).await?;
                let settled = addressed && deliveries.iter().all(|one| one.state != DeliveryState::Waiting);
                events.push(HeldEvent { event, deliveries, settled });
            }
        }
    }
    Ok(Held { contracts, cars, issued, events })
}

fn contract(contract: &Contract) -> Value {
    json!({
        "emaid": contract.emaid,
        "pcid": contract.pcid,
        "iso15118": contract.iso.as_str(),
        "isDefault": contract.is_default,
        "contractCertificate": hex::encode(&contract.leaf),
        "signedMessage": hex::encode(&contract.message),
        "validFrom": contract.not_before,
        "validTo": contract.not_after,
        "metaData": contract.metadata,
        "subscriptionUrl": contract.subscription_url,
        "storedBy": contract.party_id,
        "createdAt": contract.created_at,
        "updatedAt": contract.updated_at,
    })
}

fn car(car: &Provisioning) -> Value {
    json!({
        "pcid": car.pcid,
        "iso15118": car.iso.as_str(),
        "provisioningCertificate": hex::encode(&car.leaf),
        "previousPcid": car.previous_pcid,
        "metaData": car.metadata,
        "validFrom": car.not_before,
        "validTo": car.not_after,
        "publishedBy": car.party_id,
        "createdAt": car.created_at,
        "updatedAt": car.updated_at,
    })
}

fn issued(issued: &IssuedCertificate) -> Value {
    json!({
        "commonName": issued.subject,
        "profile": issued.profile,
        "serialNumber": issued.serial,
        "certificate": hex::encode(&issued.der),
        "revokedAt": issued.revocation.as_ref().map(|revocation| revocation.at),
        "validTo": issued.not_after,
        "issuedTo": issued.party_id,
        "createdAt": issued.created_at,
    })
}

fn event(held: &HeldEvent) -> Value {
    let event = &held.event;
    let payload: Value = serde_json::from_str(&event.payload).unwrap_or_default();
    let deliveries = held.deliveries.iter().map(|one| {
        json!({
            "endpointId": one.endpoint_id,
            "name": one.name,
            "state": one.state.as_str(),
            "attempts": one.attempts,
            "createdAt": one.created_at,
            "doneAt": one.done_at,
        })
    });
    json!({
        "kind": event.kind,
        "at": event.created_at,
        "delivered": held.settled,
        "deliveries": deliveries.collect::<Vec<_>>(),
        "payload": payload,
    })
}
