//! New secrets for old: two are valid for a while, so that a party can change over without an interruption.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use opnc_pki::key::sha256;
use opnc_store::Reader;
use opnc_store::credentials::{self, Client};
use opnc_store::parties::Party;
use zeroize::Zeroizing;

use super::new_secret;
use super::view::{admin_only, lookup};
use crate::{Caller, Ecosystem, ServiceError, record};

/// A secret that was made in the place of another.
#[derive(Debug, Clone)]
pub struct Rotation {
    /// Whose it is.
    pub client_id: String,
    /// The new secret: 256 random bits in hex.
    pub client_secret: Zeroizing<String>,
    /// Until when the old one is good too.
    pub old_until: Timestamp,
}

/// Gives a party's client a new secret. The one it had is good for `overlap` still, the one before that no longer.
///
/// # Errors
/// [`ServiceError::Forbidden`] to anybody but an admin, [`ServiceError::NotFound`] without such a party,
/// [`ServiceError::Invalid`] when the party has several clients and `wanted` is none of their ids.
pub async fn rotate_secret(
    caller: &Caller,
    ecosystem: &Ecosystem,
    wanted: &str,
    overlap: Duration,
) -> Result<Rotation, ServiceError> {
    let rotation = prepare_secret(caller, ecosystem, wanted, overlap).await?;
    rotate_prepared(caller, ecosystem, &rotation).await?;
    Ok(rotation)
}

/// A new secret that is good when [`rotate_prepared`] has been called with it: who shows it first does not end a secret for
/// one that nobody has seen.
///
/// # Errors
/// As for [`rotate_secret`].
pub async fn prepare_secret(
    caller: &Caller,
    ecosystem: &Ecosystem,
    wanted: &str,
    overlap: Duration,
) -> Result<Rotation, ServiceError> {
    admin_only(caller)?;
    let (_, client) = client(&mut ecosystem.store().read().await?, wanted).await?;
    let overlap = SignedDuration::try_from(overlap).unwrap_or(SignedDuration::MAX);
    let old_until = ecosystem.now().saturating_add(overlap).unwrap_or(Timestamp::MAX);
    Ok(Rotation { client_id: client.client_id, client_secret: new_secret(ecosystem), old_until })
}

/// Gives the client the secret that was made for it.
///
/// # Errors
/// As for [`rotate_secret`].
pub async fn rotate_prepared(caller: &Caller, ecosystem: &Ecosystem, rotation: &Rotation) -> Result<(), ServiceError> {
    admin_only(caller)?;
    let (now, hash) = (ecosystem.now(), &sha256(rotation.client_secret.as_bytes()));
    ecosystem
        .store()
        .run_tx("rotate secret", |tx| {
            Box::pin(async move {
                let (party, client) = client(tx, &rotation.client_id).await?;
                credentials::rotate_secret(tx, &client.client_id, hash, now, rotation.old_until).await?;
                record::note(tx, caller, ecosystem, "RotateSecret", &party.id.to_string()).await
            })
        })
        .await
}

/// Ends the old secret of a party's client at once; whether there was one.
///
/// # Errors
/// As for [`rotate_secret`].
pub async fn drop_old_secrets(caller: &Caller, ecosystem: &Ecosystem, wanted: &str) -> Result<bool, ServiceError> {
    admin_only(caller)?;
    ecosystem
        .store()
        .run_tx("drop old secrets", |tx| {
            Box::pin(async move {
                let (party, client) = client(tx, wanted).await?;
                let dropped = credentials::drop_previous(tx, &client.client_id).await?;
                if dropped {
                    record::note(tx, caller, ecosystem, "DropOldSecret", &party.id.to_string()).await?;
                }
                Ok(dropped)
            })
        })
        .await
}

/// The client that is meant by a client id, or by the id or name of a party that has one client.
async fn client(reader: &mut Reader, wanted: &str) -> Result<(Party, Client), ServiceError> {
    let party = lookup(reader, wanted).await?;
    let mut clients = credentials::of_party(reader, party.id).await?;
    let ids: Vec<String> = clients.iter().map(|client| client.client_id.clone()).collect();
    clients.retain(|client| ids.len() == 1 || client.client_id == wanted);
    match clients.pop() {
        Some(client) => Ok((party, client)),
        None if ids.is_empty() => Err(ServiceError::invalid(format!("{} has no client", party.name))),
        None => {
            Err(ServiceError::invalid(format!("{} has several clients, say which: {}", party.name, ids.join(", "))))
        }
    }
}
