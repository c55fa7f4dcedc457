//! The id of this ecosystem in what it signs: made once, and kept.

use opnc_store::settings;

use crate::{Ecosystem, ServiceError};

const SETTING: &str = "ecosystem.id";

/// The id, a UUID.
pub(crate) async fn id(ecosystem: &Ecosystem) -> Result<String, ServiceError> {
    let mut reader = ecosystem.store().read().await?;
    let known = settings::get(&mut reader, SETTING).await?;
    drop(reader);
    if let Some(known) = known {
        return Ok(known);
    }
    let id = &ecosystem.new_id().to_string();
    ecosystem
        .store()
        .run_tx("name the ecosystem", |tx| {
            Box::pin(async move {
                if let Some(known) = settings::get(tx, SETTING).await? {
                    return Ok(known);
                }
                settings::put(tx, SETTING, id).await?;
                Ok(id.clone())
            })
        })
        .await
}
