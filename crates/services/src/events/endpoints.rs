//! Webhook endpoints: their owner makes, reads, changes and removes them, and asks for a test.
//!
//! Whose an endpoint is nobody else learns: another's id is as unknown as one that never was (A7). An identity that a
//! party acts as owns what it has made, and sees nothing else.

mod body;
mod change;
mod rules;

use jiff::SignedDuration;
use opnc_messages::event::{Endpoint as EndpointBody, EventKind, PostEndpointReq, PutEndpointReq};
use opnc_messages::operation::Operation;
use opnc_store::event_endpoints::{self, Endpoint, PreviousSecret};
use opnc_store::{Reader, Tx, parties};
use serde_json::json;
use uuid::Uuid;

use super::secret::{new_secret, secrets};
use super::story;
use crate::record::{self, Event};
use crate::{Caller, Ecosystem, ServiceError};

/// The most endpoints of a party, and of each identity that it acts as.
pub const MOST_ENDPOINTS: usize = 50;
/// For how many hours a replaced secret is used as well, unless its owner says it.
const OVERLAP_HOURS: u64 = 24;

/// PostEndpoint. The answer has the secret.
///
/// # Errors
/// [`ServiceError::Invalid`] with everything that is wrong with it, or when the party has too many.
pub async fn post(
    caller: &Caller,
    ecosystem: &Ecosystem,
    request: PostEndpointReq,
) -> Result<EndpointBody, ServiceError> {
    let mut problems = rules::url(ecosystem, &request.url);
    problems.extend(rules::filters(caller, &request.settings));
    refuse(problems)?;
    let (id, now) = (ecosystem.new_id(), ecosystem.now());
    let (secret, sealed) = new_secret(ecosystem, id)?;
    let mut endpoint = Endpoint {
        id,
        party_id: caller.party,
        acting: caller.acting.clone(),
        url: request.url,
        description: None,
        metadata: None,
        enabled_events: request.enabled_events,
        wmis: Vec::new(),
        providers: Vec::new(),
        root_types: Vec::new(),
        enabled: true,
        secret: sealed,
        previous_secret: None,
        signature_style: Default::default(),
        identifiers_only: false,
        failing_since: None,
        parked_at: None,
        created_at: now,
        updated_at: now,
    };
    change::apply(&mut endpoint, request.settings);
    let row = &endpoint;
    let owner = ecosystem.store().run_tx("add endpoint", |tx| {
        Box::pin(async move {
            // Each identity by itself: one of them takes nothing away from the others.
            let present = event_endpoints::of_party(tx, caller.party).await?;
            if present.iter().filter(|endpoint| endpoint.acting == row.acting).count() >= MOST_ENDPOINTS {
                let text = format!("A party has at most {MOST_ENDPOINTS} endpoints; remove one that is not needed.");
                return Err(ServiceError::invalid(text));
            }
            event_endpoints::add(tx, row).await?;
            record::note(tx, caller, ecosystem, Operation::PostEndpoint, &row.id.to_string()).await?;
            Ok(parties::find(tx, caller.party).await?)
        })
    });
    let owner = owner.await?;
    let mut body = body::of(&endpoint, owner.as_ref());
    body.secret = Some(secret.to_string());
    Ok(body)
}

/// GetEndpoints: the caller's own, the oldest first, without their secrets.
///
/// # Errors
/// When the store fails.
pub async fn list(caller: &Caller, ecosystem: &Ecosystem) -> Result<Vec<EndpointBody>, ServiceError> {
    let mut reader = ecosystem.store().read().await?;
    let mut found = event_endpoints::of_party(&mut reader, caller.party).await?;
    found.retain(|endpoint| is_own(caller, endpoint));
    let owner = parties::find(&mut reader, caller.party).await?;
    Ok(found.iter().map(|endpoint| body::of(endpoint, owner.as_ref())).collect())
}

/// GetEndpointById, with its secret.
///
/// # Errors
/// [`ServiceError::NotFound`] when the caller has no such endpoint.
pub async fn get(caller: &Caller, ecosystem: &Ecosystem, id: Uuid) -> Result<EndpointBody, ServiceError> {
    let mut reader = ecosystem.store().read().await?;
    let endpoint = own(caller, &mut reader, id).await?;
    let owner = parties::find(&mut reader, caller.party).await?;
    with_secret(ecosystem, &endpoint, owner.as_ref())
}

/// UpdateEndpointById: what is not said stays. An endpoint that was parked is tried again.
///
/// # Errors
/// [`ServiceError::NotFound`] when the caller has no such endpoint, [`ServiceError::Invalid`] with everything that is
/// wrong with the change.
pub async fn put(
    caller: &Caller,
    ecosystem: &Ecosystem,
    id: Uuid,
    request: PutEndpointReq,
) -> Result<EndpointBody, ServiceError> {
    own(caller, &mut ecosystem.store().read().await?, id).await?;
    let mut problems = rules::url(ecosystem, &request.url);
    problems.extend(rules::filters(caller, &request.settings));
    refuse(problems)?;
    let rotated = match request.rotate_secret {
        Some(true) => Some(new_secret(ecosystem, id)?.1),
        _ => None,
    };
    let (request, rotated) = (&request, &rotated);
    let changed = ecosystem.store().run_tx("update endpoint", |tx| {
        Box::pin(async move {
            let mut endpoint = own(caller, tx, id).await?;
            let now = ecosystem.now();
            endpoint.url.clone_from(&request.url);
            if let Some(events) = &request.enabled_events {
                endpoint.enabled_events.clone_from(events);
            }
            change::apply(&mut endpoint, request.settings.clone());
            if let Some(sealed) = rotated {
                let hours = request.secret_overlap_hours.unwrap_or(OVERLAP_HOURS);
                let overlap = SignedDuration::from_hours(i64::try_from(hours).unwrap_or_default());
                let replaced = std::mem::replace(&mut endpoint.secret, sealed.clone());
                let until = now.checked_add(overlap).map_err(ServiceError::internal)?;
                endpoint.previous_secret = (hours > 0).then_some(PreviousSecret { sealed: replaced, until });
            }
            (endpoint.failing_since, endpoint.parked_at) = (None, None);
            endpoint.updated_at = now;
            event_endpoints::update(tx, &endpoint).await?;
            record::note(tx, caller, ecosystem, Operation::UpdateEndpointById, &id.to_string()).await?;
            Ok::<_, ServiceError>((endpoint, parties::find(tx, caller.party).await?))
        })
    });
    let (endpoint, owner) = changed.await?;
    with_secret(ecosystem, &endpoint, owner.as_ref())
}

/// DeleteEndpointById: with all that waits for it, of which eMSPs hear that it was refused where no other endpoint
/// of the OEM is left for it.
///
/// # Errors
/// [`ServiceError::NotFound`] when the caller has no such endpoint.
pub async fn delete(caller: &Caller, ecosystem: &Ecosystem, id: Uuid) -> Result<(), ServiceError> {
    let deleted = ecosystem.store().run_tx("delete endpoint", |tx| {
        Box::pin(async move {
            own(caller, tx, id).await?;
            remove(tx, ecosystem, id).await?;
            record::note(tx, caller, ecosystem, Operation::DeleteEndpointById, &id.to_string()).await
        })
    });
    deleted.await
}

/// The endpoints of a party go with it, each as by [`delete`].
pub(crate) async fn remove_all(tx: &mut Tx<'_>, ecosystem: &Ecosystem, party: Uuid) -> Result<(), ServiceError> {
    for endpoint in event_endpoints::of_party(tx, party).await? {
        remove(tx, ecosystem, endpoint.id).await?;
    }
    Ok(())
}

async fn remove(tx: &mut Tx<'_>, ecosystem: &Ecosystem, id: Uuid) -> Result<(), ServiceError> {
    story::endpoint_goes(tx, ecosystem, id).await?;
    event_endpoints::remove(tx, id).await?;
    Ok(())
}

/// Asks for a delivery to an endpoint, to see whether its receiver works; the id of the event, which goes the way of any
/// other.
///
/// # Errors
/// [`ServiceError::NotFound`] when the caller has no such endpoint, [`ServiceError::Invalid`] when it is disabled.
pub async fn test(caller: &Caller, ecosystem: &Ecosystem, id: Uuid) -> Result<Uuid, ServiceError> {
    let asked = ecosystem.store().run_tx("test endpoint", |tx| {
        Box::pin(async move {
            if !own(caller, tx, id).await?.enabled {
                return Err(ServiceError::invalid("The endpoint is disabled; enable it first."));
            }
            record::note(tx, caller, ecosystem, "TestEndpoint", &id.to_string()).await?;
            let event = Event { kind: EventKind::Test, payload: json!({ "endpointId": id }) };
            record::tell(tx, caller, ecosystem, event).await
        })
    });
    asked.await
}

/// The caller's endpoint with this id; the operator at the machine may have any.
async fn own(caller: &Caller, reader: &mut Reader, id: Uuid) -> Result<Endpoint, ServiceError> {
    let found = event_endpoints::find(reader, id).await?.filter(|endpoint| is_own(caller, endpoint));
    found.ok_or_else(|| ServiceError::NotFound("There is no endpoint with this id.".to_owned()))
}

fn is_own(caller: &Caller, endpoint: &Endpoint) -> bool {
    let is_party = endpoint.party_id == caller.party || caller.party_id().is_none();
    is_party && caller.acting.as_ref().is_none_or(|identity| endpoint.acting.as_ref() == Some(identity))
}

fn with_secret(
    ecosystem: &Ecosystem,
    endpoint: &Endpoint,
    owner: Option<&parties::Party>,
) -> Result<EndpointBody, ServiceError> {
    let now = ecosystem.now();
    let mut body = body::of(endpoint, owner);
    body.secret = Some(secrets(ecosystem, endpoint, now)?.current.to_string());
    body.previous_secret_until = body.previous_secret_until.filter(|until| now < *until);
    Ok(body)
}

fn refuse(problems: Vec<String>) -> Result<(), ServiceError> {
    if problems.is_empty() { Ok(()) } else { Err(ServiceError::Invalid(problems)) }
}
