//! The parties as their operator sees them.

use jiff::Timestamp;
use opnc_messages::Role;
use opnc_store::credentials;
use opnc_store::parties::{self as rows, Party};
use opnc_store::{Reader, party_identifiers};

use super::owned;
use crate::caller::Owned;
use crate::{Caller, Ecosystem, ServiceError};

/// A party with all that belongs to it, but for secrets, which nobody has.
#[derive(Debug, Clone)]
pub struct PartyView {
    /// Name, role, status.
    pub party: Party,
    /// What it owns.
    pub owned: Owned,
    /// Its clients, and how long each of their secrets is good.
    pub clients: Vec<ClientView>,
}

/// A client of a party.
#[derive(Debug, Clone)]
pub struct ClientView {
    /// OAuth2 client id.
    pub client_id: String,
    /// When each of its secrets was made, and when it ends; the newest first.
    pub secrets: Vec<(Timestamp, Option<Timestamp>)>,
}

/// All parties, the oldest first.
///
/// # Errors
/// [`ServiceError::Forbidden`] to anybody but an admin.
pub async fn list(caller: &Caller, ecosystem: &Ecosystem) -> Result<Vec<PartyView>, ServiceError> {
    admin_only(caller)?;
    let mut reader = ecosystem.store().read().await?;
    let mut views = Vec::new();
    for party in rows::list(&mut reader).await? {
        views.push(view(&mut reader, ecosystem, party).await?);
    }
    Ok(views)
}

/// The party with this id, client id or name.
///
/// # Errors
/// [`ServiceError::NotFound`]; [`ServiceError::Invalid`] when several have this name.
pub async fn find(caller: &Caller, ecosystem: &Ecosystem, wanted: &str) -> Result<PartyView, ServiceError> {
    admin_only(caller)?;
    let mut reader = ecosystem.store().read().await?;
    let party = lookup(&mut reader, wanted).await?;
    view(&mut reader, ecosystem, party).await
}

/// The party with this id, client id or name.
pub(crate) async fn lookup(reader: &mut Reader, wanted: &str) -> Result<Party, ServiceError> {
    if let Ok(id) = wanted.parse()
        && let Some(party) = rows::find(reader, id).await?
    {
        return Ok(party);
    }
    if let Some(client) = credentials::find(reader, wanted).await?
        && let Some(party) = rows::find(reader, client.party_id).await?
    {
        return Ok(party);
    }
    let mut named = rows::list(reader).await?;
    named.retain(|party| party.name == wanted);
    let several = named.iter().map(|party| party.id.to_string()).collect::<Vec<_>>().join(", ");
    match (named.pop(), named.is_empty()) {
        (Some(party), true) => Ok(party),
        (Some(_), false) => Err(ServiceError::invalid(format!("several parties are called {wanted:?}: {several}"))),
        (None, _) => {
            Err(ServiceError::NotFound(format!("there is no party with the id, client id or name {wanted:?}")))
        }
    }
}

async fn view(reader: &mut Reader, ecosystem: &Ecosystem, party: Party) -> Result<PartyView, ServiceError> {
    let owned = owned(party_identifiers::of_party(reader, party.id).await?);
    let mut clients = Vec::new();
    for client in credentials::of_party(reader, party.id).await? {
        let secrets = credentials::validity(reader, &client.client_id, ecosystem.now()).await?;
        clients.push(ClientView { client_id: client.client_id, secrets });
    }
    Ok(PartyView { party, owned, clients })
}

pub(crate) fn admin_only(caller: &Caller) -> Result<(), ServiceError> {
    if caller.role == Role::Admin {
        return Ok(());
    }
    Err(ServiceError::Forbidden(format!("The role {} may not see or change parties.", caller.role)))
}
