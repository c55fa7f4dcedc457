//! A peer changes: how it is reached, for whom it may ask, whether it may do anything, and whether it is there at all.

use opnc_messages::Role;
use opnc_store::parties::PartyStatus;
use opnc_store::peers as rows;

use super::add::{sealed, sealed_certificate};
use super::view::lookup;
use super::{OwnCertificate, OwnCredentials, roots, rules};
use crate::caller::Owned;
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

/// Changes how a peer is asked.
///
/// # Errors
/// [`ServiceError::Forbidden`] to anybody but an admin, [`ServiceError::NotFound`] without such a peer,
/// [`ServiceError::Invalid`] with everything that is wrong.
pub async fn change(
    caller: &Caller,
    ecosystem: &Ecosystem,
    wanted: &str,
    change: PeerChange,
) -> Result<(), ServiceError> {
    parties::admin_only(caller)?;
    let (party, mut row) = lookup(&mut ecosystem.store().read().await?, wanted).await?;
    let base_url = change.base_url.as_deref().unwrap_or(&row.base_url);
    let mut problems = Vec::new();
    let certificate = change.certificate.as_ref().and_then(Option::as_ref);
    if change.base_url.is_some() || change.own.is_some() || certificate.is_some() {
        problems.extend(rules::of_access(ecosystem, base_url, change.own.as_ref(), certificate));
    }
    row.timeout_ms = change.timeout_ms.unwrap_or(row.timeout_ms);
    row.most_calls = change.most_calls.unwrap_or(row.most_calls);
    problems.extend(rules::of_limits(row.timeout_ms, row.most_calls));
    problems.extend(rules::of_services(change.services.as_deref().unwrap_or_default()));
    problems.extend(rules::of_roles(change.speaks_as.as_deref().unwrap_or_default()));
    if !problems.is_empty() {
        return Err(ServiceError::Invalid(problems));
    }
    row.base_url = change.base_url.unwrap_or(row.base_url);
    if let Some(own) = change.own {
        row.credentials = Some(sealed(ecosystem, party.id, &own)?);
    }
    if let Some(own) = change.certificate {
        row.certificate = own.map(|own| sealed_certificate(ecosystem, party.id, &own)).transpose()?;
    }
    row.services = change.services.unwrap_or(row.services);
    row.speaks_as = change.speaks_as.unwrap_or(row.speaks_as);
    row.broadcast = change.broadcast.unwrap_or(row.broadcast);
    row.updated_at = ecosystem.now();
    let row = &row;
    ecosystem
        .store()
        .run_tx("change peer", |tx| {
            Box::pin(async move {
                if !rows::update(tx, row).await? {
                    return Err(ServiceError::NotFound("the peer is gone".to_owned()));
                }
                record::note(tx, caller, ecosystem, "ChangePeer", &row.party_id.to_string()).await
            })
        })
        .await
}

/// Lets a peer ask for these members, and for those no longer.
///
/// # Errors
/// As for [`change`]; what it does not have cannot be taken from it.
pub async fn change_members(
    caller: &Caller,
    ecosystem: &Ecosystem,
    wanted: &str,
    add: Owned,
    remove: Owned,
) -> Result<(), ServiceError> {
    parties::admin_only(caller)?;
    let (party, _) = lookup(&mut ecosystem.store().read().await?, wanted).await?;
    parties::change(caller, ecosystem, &party.id.to_string(), add, remove).await
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
                rows::remove(tx, party.id).await?;
                record::note(tx, caller, ecosystem, "RemovePeer", &party.id.to_string()).await
            })
        })
        .await
}
