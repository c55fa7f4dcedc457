//! Which ecosystem a database holds: whether there is one at all, whether it was founded to the end, and whether it is
//! the one that this configuration is about.
//!
//! Founding ends with a mark that only who has the pseudonym key can make. So a database that was emptied, one that belongs
//! to another configuration, and a pseudonym key that was lost and made anew are all noticed before anything is answered.

use opnc_store::{authorities, parties, settings};

use crate::{Caller, Ecosystem, ServiceError, record};

const MARK: &str = "ecosystem.mark";
const TOKEN_KEY: &str = "oauth.key";

/// What a database holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// Nothing: it is new, or was emptied.
    Nothing,
    /// Authorities, and nobody who may do anything: founding was cut off.
    Beginnings,
    /// An ecosystem without a mark, of an earlier version of this program.
    Unmarked,
    /// The ecosystem of this configuration.
    Ours,
    /// An ecosystem with another pseudonym key.
    Another,
}

impl Held {
    /// Whether it can be served with this configuration.
    pub fn can_be_served(self) -> bool {
        matches!(self, Self::Ours | Self::Unmarked)
    }
}

/// What the database holds.
///
/// # Errors
/// When the store fails.
pub async fn held(ecosystem: &Ecosystem) -> Result<Held, ServiceError> {
    let mut reader = ecosystem.store().read().await?;
    let mark = settings::get(&mut reader, MARK).await?;
    if mark.as_ref().is_some_and(|mark| *mark != ecosystem.pseudonyms().mark()) {
        return Ok(Held::Another);
    }
    if parties::is_empty(&mut reader).await? {
        let founded = !authorities::list(&mut reader).await?.is_empty();
        return Ok(if founded { Held::Beginnings } else { Held::Nothing });
    }
    Ok(if mark.is_some() { Held::Ours } else { Held::Unmarked })
}

/// Marks the database as that of this ecosystem: the last step of founding one.
///
/// # Errors
/// When the store fails.
pub async fn mark(ecosystem: &Ecosystem) -> Result<(), ServiceError> {
    let mark = &ecosystem.pseudonyms().mark();
    let marked = ecosystem.store().run_tx("mark ecosystem", |tx| {
        Box::pin(async move { settings::put(tx, MARK, mark).await.map_err(ServiceError::from) })
    });
    marked.await
}

/// Writes down by which key access tokens are signed; the one before, if it was another. A change is a row of the audit log.
///
/// # Errors
/// When the store fails.
pub async fn token_key(ecosystem: &Ecosystem, key_id: &str) -> Result<Option<String>, ServiceError> {
    let known = settings::get(&mut ecosystem.store().read().await?, TOKEN_KEY).await?;
    if known.as_deref() == Some(key_id) {
        return Ok(None);
    }
    let (program, is_other) = (&Caller::program(ecosystem.new_id()), known.is_some());
    ecosystem
        .store()
        .run_tx("remember token key", |tx| {
            Box::pin(async move {
                settings::put(tx, TOKEN_KEY, key_id).await?;
                if is_other {
                    record::note(tx, program, ecosystem, "ReplaceTokenKey", key_id).await?;
                }
                Ok::<_, ServiceError>(())
            })
        })
        .await?;
    Ok(known)
}

/// By which key access tokens were signed at the last start.
///
/// # Errors
/// When the store fails.
pub async fn last_token_key(ecosystem: &Ecosystem) -> Result<Option<String>, ServiceError> {
    Ok(settings::get(&mut ecosystem.store().read().await?, TOKEN_KEY).await?)
}

/// Refuses a database that cannot be served.
///
/// # Errors
/// When the store fails, or it holds something else than the ecosystem of this configuration.
pub(crate) async fn check(ecosystem: &Ecosystem) -> Result<(), ServiceError> {
    match held(ecosystem).await? {
        held if held.can_be_served() => Ok(()),
        held => Err(ServiceError::internal(format!("the database does not hold this ecosystem: {held:?}"))),
    }
}
