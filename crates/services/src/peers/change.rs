//! A peer changes: how it is reached, for whom it may ask, whether it may do anything, and whether it is there at all.

use opnc_messages::Role;
use opnc_store::parties::PartyStatus;
use opnc_store::peers::{self as rows, Peer};

use super::add::{sealed, sealed_certificate};
use super::knowingly::{self, Knowingly};
use super::view::lookup;
use super::{OwnCertificate, OwnCredentials, roots, rules};
use crate::caller::Owned;
use crate::events::endpoints;
use crate::{Caller, Ecosystem, ServiceError, parties, record};

/// What is to change of a peer; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct PeerChange {
    /// What stands before `/opnc/v1` there.
    pub base_url: Option<String>,
    /// What we show there.
    pub own: Option<OwnCredentials>,
    /// The certificate that we show there; `Some(None)`: none any more.
    pub certificate: Option<Option<OwnCertificate>>,
    /// The services that are asked there.
    pub services: Option<Vec<String>>,
    /// The roles it has when it names no member.
    pub speaks_as: Option<Vec<Role>>,
    /// What is sent to it as `broadcast` (F1).
    pub broadcast: Option<bool>,
    /// For how long it may take to answer.
    pub timeout_ms: Option<u32>,
    /// How many questions may be with it at the same time.
    pub most_calls: Option<u32>,
}

impl PeerChange {
    /// Whether everything stays.
    pub fn is_empty(&self) -> bool {
        let Self { base_url, own, certificate, services, speaks_as, broadcast, timeout_ms, most_calls } = self;
        let texts = base_url.is_none() && own.is_none() && certificate.is_none() && services.is_none();
        texts && speaks_as.is_none() && broadcast.is_none() && timeout_ms.is_none() && most_calls.is_none()
    }
}

/// Changes how a peer is asked; the names of other peers at its new URL, who would be asked the same twice.
///
/// # Errors
/// [`ServiceError::Forbidden`] to anybody but an admin, [`ServiceError::NotFound`] without such a peer,
/// [`ServiceError::Invalid`] with everything that is wrong.
pub async fn change(
    caller: &Caller,
    ecosystem: &Ecosystem,
    wanted: &str,
    change: PeerChange,
) -> Result<Vec<String>, ServiceError> {
    parties::admin_only(caller)?;
    let change = &change;
    // Read in the transaction that writes: another change, of a description perhaps, is not written over.
    ecosystem
        .store()
        .run_tx("change peer", |tx| {
            Box::pin(async move {
                let (party, row) = lookup(tx, wanted).await?;
                let row = changed(ecosystem, row, change)?;
                rows::update(tx, &row).await?;
                record::note(tx, caller, ecosystem, "ChangePeer", &party.id.to_string()).await?;
                match change.base_url {
                    Some(_) => knowingly::others_at(tx, &row.base_url, Some(party.id)).await,
                    None => Ok(Vec::new()),
                }
            })
        })
        .await
}

/// The peer as it is to be, or everything that is wrong with it.
fn changed(ecosystem: &Ecosystem, row: Peer, change: &PeerChange) -> Result<Peer, ServiceError> {
    let base_url = change.base_url.clone().unwrap_or(row.base_url);
    let (timeout_ms, most_calls) =
        (change.timeout_ms.unwrap_or(row.timeout_ms), change.most_calls.unwrap_or(row.most_calls));
    let mut problems = Vec::new();
    let certificate = change.certificate.as_ref().and_then(Option::as_ref);
    if change.base_url.is_some() || change.own.is_some() || certificate.is_some() {
        problems.extend(rules::of_access(ecosystem, &base_url, change.own.as_ref(), certificate));
    }
    problems.extend(rules::of_limits(timeout_ms, most_calls));
    problems.extend(rules::of_services(change.services.as_deref().unwrap_or_default()));
    problems.extend(rules::of_roles(change.speaks_as.as_deref().unwrap_or_default()));
    if !problems.is_empty() {
        return Err(ServiceError::Invalid(problems));
    }
    let credentials = change.own.as_ref().map(|own| sealed(ecosystem, row.party_id, own)).transpose()?;
    let certificate = match &change.certificate {
        Some(own) => own.as_ref().map(|own| sealed_certificate(ecosystem, row.party_id, own)).transpose()?,
        None => row.certificate,
    };
    Ok(Peer {
        base_url,
        credentials: credentials.or(row.credentials),
        certificate,
        services: change.services.clone().unwrap_or(row.services),
        speaks_as: change.speaks_as.clone().unwrap_or(row.speaks_as),
        broadcast: change.broadcast.unwrap_or(row.broadcast),
        timeout_ms,
        most_calls,
        updated_at: ecosystem.now(),
        ..row
    })
}

/// Lets a peer ask for these members, and for those no longer.
///
/// # Errors
/// As for [`change`]; what it does not have cannot be taken from it, and a party of this ecosystem is no member unless that
/// is meant.
pub async fn change_members(
    caller: &Caller,
    ecosystem: &Ecosystem,
    wanted: &str,
    add: Owned,
    remove: Owned,
    knowingly: Knowingly,
) -> Result<(), ServiceError> {
    parties::admin_only(caller)?;
    let (add, remove) = (&add, &remove);
    ecosystem
        .store()
        .run_tx("change members of a peer", |tx| {
            Box::pin(async move {
                let (party, _) = lookup(tx, wanted).await?;
                parties::change_in(tx, caller, ecosystem, &party, add, remove, knowingly.sharing()).await
            })
        })
        .await
}

/// Lets a peer ask and be asked, or no longer. Whether that changed anything.
///
/// # Errors
/// As for [`change`].
pub async fn set_status(
    caller: &Caller,
    ecosystem: &Ecosystem,
    wanted: &str,
    status: PartyStatus,
) -> Result<bool, ServiceError> {
    parties::admin_only(caller)?;
    let (party, _) = lookup(&mut ecosystem.store().read().await?, wanted).await?;
    parties::set_status(caller, ecosystem, &party.id.to_string(), status).await
}

/// Forgets a peer, with its credentials, members, webhooks and roots.
///
/// # Errors
/// As for [`change`].
pub async fn remove(caller: &Caller, ecosystem: &Ecosystem, wanted: &str) -> Result<(), ServiceError> {
    parties::admin_only(caller)?;
    ecosystem
        .store()
        .run_tx("remove peer", |tx| {
            Box::pin(async move {
                let (party, _) = lookup(tx, wanted).await?;
                roots::withdraw(tx, caller, ecosystem, party.id).await?;
                endpoints::remove_all(tx, ecosystem, party.id).await?;
                rows::remove(tx, party.id).await?;
                record::note(tx, caller, ecosystem, "RemovePeer", &party.id.to_string()).await
            })
        })
        .await
}
