//! From events to deliveries: who is to hear of what, decided once for each event.

use opnc_store::deliveries::work::{self, Addressed};
use opnc_store::{Tx, outbox};

use super::audience::{About, Listeners};
use super::facts::Facts;
use crate::{Ecosystem, ServiceError};

/// Events of one transaction.
const BATCH: u32 = 500;

/// Addresses the events that wait, in their order, and marks them as addressed; whether there may be more.
///
/// An event that cannot be read would be in the way of all others: it is marked too, and the log says so.
pub(super) async fn fan_out(tx: &mut Tx<'_>, ecosystem: &Ecosystem) -> Result<bool, ServiceError> {
    let events = outbox::first(tx, BATCH).await?;
    let mut about = Vec::with_capacity(events.len());
    for event in &events {
        match Facts::of(event) {
            Ok((kind, facts)) => about.push(About { event: event.id, kind, facts }),
            Err(error) => tracing::error!(event = %event.id, %error, "an event cannot be read; nobody is told of it"),
        }
    }
    let listeners = Listeners::of(tx, &about).await?;
    let mut addressed = Vec::new();
    for event in &about {
        addressed.extend(listeners.recipients(ecosystem, event).into_iter().map(|recipient| Addressed {
            id: ecosystem.new_id(),
            event_id: event.event,
            endpoint_id: recipient.endpoint.id,
            stream: recipient.stream,
            name: recipient.name,
        }));
    }
    let ids: Vec<_> = events.iter().map(|event| event.id).collect();
    work::add(tx, &addressed, ecosystem.now()).await?;
    outbox::all_done(tx, &ids, ecosystem.now()).await?;
    Ok(ids.len() >= BATCH as usize)
}
