//! From events to deliveries: who is to hear of what, decided once for each event.

use opnc_store::deliveries::work::{self, Addressed};
use opnc_store::{StoreError, Tx, outbox};

use super::audience;
use crate::{Ecosystem, ServiceError};

/// Events of one transaction.
const BATCH: u32 = 200;

/// Addresses the events that wait, in their order, and marks them as addressed; whether there may be more.
///
/// An event that cannot be read would be in the way of all others: it is marked too, and the log says so.
pub(super) async fn fan_out(tx: &mut Tx<'_>, ecosystem: &Ecosystem) -> Result<bool, ServiceError> {
    let events = outbox::first(tx, BATCH).await?;
    let mut addressed = Vec::new();
    for event in &events {
        match audience::recipients(ecosystem, tx, event).await {
            Ok(recipients) => addressed.extend(recipients.into_iter().map(|recipient| Addressed {
                id: ecosystem.new_id(),
                event_id: event.id,
                endpoint_id: recipient.endpoint.id,
                stream: recipient.stream,
                name: recipient.name,
            })),
            Err(ServiceError::Internal(cause)) if cause.is::<StoreError>() => {
                return Err(ServiceError::Internal(cause));
            }
            Err(error) => tracing::error!(event = %event.id, %error, "an event cannot be read; nobody is told of it"),
        }
    }
    let ids: Vec<_> = events.iter().map(|event| event.id).collect();
    work::add(tx, &addressed, ecosystem.now()).await?;
    outbox::all_done(tx, &ids, ecosystem.now()).await?;
    Ok(ids.len() >= BATCH as usize)
}
