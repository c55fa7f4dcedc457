//! What an operator sees of deliveries, and what can be done when they do not arrive.

use opnc_store::deliveries::log;
use opnc_store::event_endpoints::{self, Endpoint, health};
use opnc_store::outbox::{self, OutboxEvent};
use opnc_store::parties;
use uuid::Uuid;

pub use opnc_store::deliveries::log::{DeliveryFilter, Logged};
pub use opnc_store::deliveries::{Delivery, DeliveryState};

use crate::audit::admins_only;
use crate::{Caller, Ecosystem, ServiceError, record};

/// An endpoint with the name of its party.
#[derive(Debug, Clone)]
pub struct OwnedEndpoint {
    /// The endpoint. Its secret is sealed.
    pub endpoint: Endpoint,
    /// The name of the party.
    pub party: String,
}

/// Up to `limit` deliveries that the filter lets through, the newest first; those older than the delivery `before`, when
/// it is given.
///
/// # Errors
/// [`ServiceError::Forbidden`] for everybody but admins.
pub async fn list(
    caller: &Caller,
    ecosystem: &Ecosystem,
    filter: &DeliveryFilter,
    before: Option<Uuid>,
    limit: u32,
) -> Result<Vec<Logged>, ServiceError> {
    admins_only(caller)?;
    let mut reader = ecosystem.store().read().await?;
    Ok(log::list(&mut reader, filter, before, limit).await?)
}

/// An event and its deliveries.
///
/// # Errors
/// [`ServiceError::NotFound`] when there is none, [`ServiceError::Forbidden`] for everybody but admins.
pub async fn show(
    caller: &Caller,
    ecosystem: &Ecosystem,
    event: Uuid,
) -> Result<(OutboxEvent, Vec<Logged>), ServiceError> {
    admins_only(caller)?;
    let mut reader = ecosystem.store().read().await?;
    let found = outbox::find(&mut reader, event).await?.ok_or_else(|| nothing("event"))?;
    let filter = DeliveryFilter { event_id: Some(event), ..DeliveryFilter::default() };
    Ok((found, log::list(&mut reader, &filter, None, u32::MAX).await?))
}

/// All endpoints, the oldest first.
///
/// # Errors
/// [`ServiceError::Forbidden`] for everybody but admins.
pub async fn endpoints(caller: &Caller, ecosystem: &Ecosystem) -> Result<Vec<OwnedEndpoint>, ServiceError> {
    admins_only(caller)?;
    let mut reader = ecosystem.store().read().await?;
    let parties = parties::list(&mut reader).await?;
    let name = |id| parties.iter().find(|party| party.id == id).map(|party| party.name.clone()).unwrap_or_default();
    let endpoints = event_endpoints::list(&mut reader).await?;
    Ok(endpoints.into_iter().map(|endpoint| OwnedEndpoint { party: name(endpoint.party_id), endpoint }).collect())
}

/// Has deliveries made once more, under the ids that their events have, in order; those that wait for another attempt
/// are tried at once. How many.
///
/// # Errors
/// [`ServiceError::Invalid`] when the filter names neither an event nor an endpoint nor a party nor a time,
/// [`ServiceError::NotFound`] when it names an event or endpoint that is not there, [`ServiceError::Forbidden`] for
/// everybody but admins.
pub async fn replay(caller: &Caller, ecosystem: &Ecosystem, filter: &DeliveryFilter) -> Result<u64, ServiceError> {
    admins_only(caller)?;
    let chosen = filter.event_id.or(filter.endpoint_id).or(filter.party_id);
    if chosen.is_none() && filter.since.is_none() {
        return Err(ServiceError::invalid(
            "Say which deliveries: of an event (--event), to an endpoint (--endpoint) or party (--party), or since a time \
             (--since).",
        ));
    }
    let replayed = ecosystem.store().run_tx("replay events", |tx| {
        Box::pin(async move {
            if let Some(event) = filter.event_id {
                outbox::find(tx, event).await?.ok_or_else(|| nothing("event"))?;
            }
            if let Some(endpoint) = filter.endpoint_id {
                event_endpoints::find(tx, endpoint).await?.ok_or_else(|| nothing("endpoint"))?;
            }
            let subject = chosen.map_or_else(|| "all".to_owned(), |id| id.to_string());
            record::note(tx, caller, ecosystem, "ReplayEvents", &subject).await?;
            Ok::<_, ServiceError>(log::again(tx, filter, ecosystem.now()).await?)
        })
    });
    replayed.await
}

/// What became of an endpoint that was to be resumed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resumed {
    /// Whether it was parked, failing or left alone for a while.
    pub was_held_up: bool,
    /// Deliveries that wait for it; they are tried at once.
    pub waiting: u64,
}

/// Ends the parking of an endpoint, or its pause: what waits for it is tried at once.
///
/// # Errors
/// [`ServiceError::NotFound`] when there is no such endpoint, [`ServiceError::Invalid`] when it is disabled,
/// [`ServiceError::Forbidden`] for everybody but admins.
pub async fn resume(caller: &Caller, ecosystem: &Ecosystem, endpoint: Uuid) -> Result<Resumed, ServiceError> {
    admins_only(caller)?;
    let resumed = ecosystem.store().run_tx("resume endpoint", |tx| {
        Box::pin(async move {
            if !event_endpoints::find(tx, endpoint).await?.ok_or_else(|| nothing("endpoint"))?.enabled {
                return Err(ServiceError::invalid("The endpoint is disabled; its owner has to enable it first."));
            }
            let was_held_up = health::well(tx, endpoint).await?;
            record::note(tx, caller, ecosystem, "ResumeEventEndpoint", &endpoint.to_string()).await?;
            let waiting = log::sooner(tx, endpoint, ecosystem.now()).await?;
            Ok::<_, ServiceError>(Resumed { was_held_up, waiting })
        })
    });
    resumed.await
}

fn nothing(what: &str) -> ServiceError {
    ServiceError::NotFound(format!("There is no {what} with this id."))
}
