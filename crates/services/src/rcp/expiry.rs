//! Roots whose validity has ended: everybody is told, once.

use opnc_messages::event::EventKind;
use opnc_store::roots;

use crate::events::facts;
use crate::record::{self, Event};
use crate::{Caller, Ecosystem, ServiceError};

/// Roots of one transaction.
const BATCH: u32 = 100;

/// Tells of the roots that have ended since the last time; how many.
///
/// # Errors
/// When the store fails.
pub async fn tell_expired(ecosystem: &Ecosystem) -> Result<usize, ServiceError> {
    let program = &Caller::program(ecosystem.new_id());
    let now = ecosystem.now();
    if roots::ended(&mut ecosystem.store().read().await?, now, 1).await?.is_empty() {
        return Ok(0);
    }
    let told = ecosystem.store().run_tx("tell of expired roots", |tx| {
        Box::pin(async move {
            let ended = roots::ended(tx, now, BATCH).await?;
            for root in &ended {
                roots::set_expiry_told(tx, root.id, now).await?;
                record::note(tx, program, ecosystem, "RootExpired", &root.fingerprint.to_string()).await?;
                let event = Event { kind: EventKind::RootExpired, payload: facts::of_root(root) };
                record::tell(tx, program, ecosystem, event).await?;
            }
            Ok::<_, ServiceError>(ended.len())
        })
    });
    told.await
}
