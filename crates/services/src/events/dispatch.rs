//! From events to deliveries: who is to hear of what, decided once for each event.
//!
//! What its endpoint has room for is held from the start, and sent without being read again.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use opnc_messages::event::EventKind;
use opnc_store::deliveries::work::{self, Addressed, Lease, Taken};
use opnc_store::event_endpoints::Endpoint;
use opnc_store::outbox::OutboxEvent;
use opnc_store::{Tx, outbox};
use uuid::Uuid;

use super::attempt::Job;
use super::audience::{About, Listeners};
use super::facts::Facts;
use super::story::Told;
use crate::{Ecosystem, ServiceError};

/// Events of one transaction: no fewer, so that what waits for slow endpoints is no hindrance to others.
pub(super) const FEWEST: u32 = 20;
/// And no more.
pub(super) const MOST: u32 = 500;

/// Deliveries of one transaction, with the endpoint that they go to.
pub(super) type ByEndpoint = Vec<(Arc<Endpoint>, Vec<Job>)>;

/// What a transaction is to address.
pub(super) struct Batch {
    /// Events that follow from what the transaction has written down, the newest of all; not in the outbox yet.
    pub(super) told: Vec<Told>,
    /// What events are about that were read before.
    pub(super) known: HashMap<Uuid, Arc<Facts>>,
    /// How many events of the outbox are addressed beside them.
    pub(super) limit: u32,
    /// Under which deliveries are held that can be sent at once.
    pub(super) lease: Lease,
    pub(super) now: Timestamp,
}

/// Addresses the events that wait, in their order, and marks them as addressed: what can be sent at once, and whether
/// there may be more. `room` takes the place of one more delivery to an endpoint, where there is one.
///
/// An event that cannot be read would be in the way of all others: it is marked too, and the log says so.
pub(super) async fn fan_out(
    tx: &mut Tx<'_>,
    ecosystem: &Ecosystem,
    batch: Batch,
    mut room: impl FnMut(&Endpoint) -> bool + Send,
) -> Result<(ByEndpoint, bool), ServiceError> {
    let Batch { told, known, limit, lease, now } = batch;
    let waiting = outbox::first(tx, limit).await?;
    let mut more = waiting.events.len() >= limit as usize;
    let new = waiting.events.iter().filter_map(|event| read(event, None));
    let about: Vec<About> = new.chain(told.iter().filter_map(|told| read(&told.event, known.get(&told.of)))).collect();
    let listeners = Listeners::of(tx, &about).await?;
    let mut recipients: HashMap<Uuid, _> =
        about.iter().map(|event| (event.event, listeners.recipients(ecosystem, event))).collect();
    // Of what became of a message nothing is kept that nobody hears.
    let is_heard = |told: &Told| recipients.get(&told.event.id).is_some_and(|recipients| !recipients.is_empty());
    let heard: Vec<OutboxEvent> = told.into_iter().filter(is_heard).map(|told| told.event).collect();
    // Who is told something must have heard before of what is older: where not all of that is addressed now, it waits.
    let (later, addressed_now) = if more { (heard, Vec::new()) } else { (Vec::new(), heard) };
    outbox::append_all(tx, &later).await?;
    outbox::append_addressed(tx, &addressed_now).await?;
    outbox::all_addressed(tx, &waiting, now).await?;

    let facts: HashMap<Uuid, Arc<Facts>> = about.into_iter().map(|event| (event.event, event.facts)).collect();
    let (mut addressed, mut jobs) = (Vec::new(), Vec::new());
    for event in waiting.events.into_iter().chain(addressed_now).map(Arc::new) {
        let recipients = recipients.remove(&event.id).unwrap_or_default();
        let is_alone = recipients.len() == 1;
        for recipient in recipients {
            // One that fails may be left alone for a while: the next turn asks.
            let is_failing = recipient.endpoint.failing_since.is_some();
            more |= is_failing;
            let one = Addressed {
                id: ecosystem.new_id(),
                event_id: event.id,
                endpoint_id: recipient.endpoint.id,
                stream: recipient.stream,
                name: recipient.name,
                at_once: !is_failing && room(&recipient.endpoint),
            };
            if one.at_once {
                let taken = Taken::added(&one, Arc::clone(&event), lease, now);
                let facts = facts.get(&event.id).cloned();
                jobs.push((recipient.endpoint, Job { taken, facts, is_alone }));
            }
            addressed.push(one);
        }
    }
    let held = work::add(tx, &addressed, lease, now).await?;
    let mut by_endpoint: HashMap<Uuid, (Arc<Endpoint>, Vec<Job>)> = HashMap::new();
    for (endpoint, job) in jobs {
        if held.contains(&job.taken.delivery.id) {
            by_endpoint.entry(endpoint.id).or_insert_with(|| (endpoint, Vec::new())).1.push(job);
        }
    }
    Ok((by_endpoint.into_values().collect(), more))
}

fn read(event: &OutboxEvent, known: Option<&Arc<Facts>>) -> Option<About> {
    let read = match known.zip(EventKind::parse(&event.kind)) {
        Some((facts, kind)) => Ok((kind, Arc::clone(facts))),
        None => Facts::of(event).map(|(kind, facts)| (kind, Arc::new(facts))),
    };
    match read {
        Ok((kind, facts)) => Some(About { event: event.id, kind, facts }),
        Err(error) => {
            tracing::error!(event = %event.id, %error, "an event cannot be read; nobody is told of it");
            None
        }
    }
}
