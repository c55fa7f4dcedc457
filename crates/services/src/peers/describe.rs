//! How this ecosystem describes itself to others, and of whom it tells its peers.

use opnc_client::pool::{DESCRIPTION_TYPE, Described, Members, PoolDescription};
use opnc_client::signed::VerifyingKey;
use opnc_messages::Role;
use opnc_messages::federation::GetPeersRes;
use opnc_store::parties::{self as party_rows, PartyStatus};
use opnc_store::{party_identifiers, peer_descriptions};

use super::SERVICES;
use crate::trust::issuer;
use crate::{Caller, Ecosystem, ServiceError, parties, signed_document};

/// The most descriptions that a peer is told at once.
const MOST_TOLD: usize = 200;

/// Our own description, signed.
#[derive(Debug, Clone)]
pub struct OwnDescription {
    /// The document: a compact JSON Web Signature.
    pub document: String,
    /// What it says, and the thumbprint that others compare.
    pub described: Described,
}

/// Signs how this ecosystem describes itself: where it is, what it offers, and for whom it speaks.
///
/// # Errors
/// [`ServiceError::Forbidden`] to anybody but an admin, [`ServiceError::Invalid`] when nothing says where it is reached, or
/// nobody could accept what it would say.
pub async fn describe(caller: &Caller, ecosystem: &Ecosystem) -> Result<OwnDescription, ServiceError> {
    parties::admin_only(caller)?;
    own(ecosystem).await?.ok_or_else(|| {
        ServiceError::invalid(
            "Nothing says where others reach this ecosystem: set server.base_url in the configuration.",
        )
    })
}

/// GetPeers: our own description, and those of peers that let us tell of them; not the caller's own, which it knows.
///
/// # Errors
/// When store or key store fail.
pub async fn tell(caller: &Caller, ecosystem: &Ecosystem) -> Result<GetPeersRes, ServiceError> {
    let mut descriptions: Vec<String> = own(ecosystem).await?.map(|own| own.document).into_iter().collect();
    let now = ecosystem.now();
    let mut reader = ecosystem.store().read().await?;
    let kept = peer_descriptions::list(&mut reader).await?;
    for row in kept.into_iter().filter(|row| row.party_id != caller.party) {
        if descriptions.len() == MOST_TOLD {
            break;
        }
        let party = party_rows::find(&mut reader, row.party_id).await?;
        let is_active = party.is_some_and(|party| party.status == PartyStatus::Active);
        let described = PoolDescription::verify(row.document.as_bytes(), now);
        if is_active && described.is_ok_and(|one| one.description.may_be_told) {
            descriptions.push(row.document);
        }
    }
    Ok(GetPeersRes { descriptions })
}

async fn own(ecosystem: &Ecosystem) -> Result<Option<OwnDescription>, ServiceError> {
    let policy = &ecosystem.policy().peers;
    let Some(base_url) = policy.base_url.clone() else { return Ok(None) };
    let name = own_name(ecosystem).unwrap_or_default();
    let issued = ecosystem.now();
    let expires = issued.saturating_add(ecosystem.policy().trust.lifetime).map_err(ServiceError::internal)?;
    let description = PoolDescription {
        ecosystem: issuer::id(ecosystem).await?,
        name,
        base_url,
        token_url: None,
        services: SERVICES.map(str::to_owned).to_vec(),
        members: members(ecosystem).await?,
        may_be_told: policy.may_be_told,
        keys: signed_document::keys(ecosystem).await?.iter().map(VerifyingKey::to_jwk).collect(),
        issued,
        expires,
    };
    let payload = serde_json::to_vec(&description).map_err(ServiceError::internal)?;
    let document = signed_document::sign(ecosystem, DESCRIPTION_TYPE, &payload).await?;
    // What nobody could accept is not given away.
    let described = PoolDescription::verify(document.as_bytes(), issued)
        .map_err(|error| ServiceError::invalid(format!("The description cannot be used: {error}.")))?;
    Ok(Some(OwnDescription { document, described }))
}

/// What this ecosystem calls itself to others: its name, else its host; `None` when neither is configured.
pub fn own_name(ecosystem: &Ecosystem) -> Option<String> {
    let policy = &ecosystem.policy().peers;
    policy.own_name.clone().or_else(|| policy.base_url.as_deref().map(|url| host(url).to_owned()))
}

/// The identifiers of our active parties.
async fn members(ecosystem: &Ecosystem) -> Result<Members, ServiceError> {
    let mut reader = ecosystem.store().read().await?;
    let mut members = Members::default();
    for party in party_rows::list(&mut reader).await? {
        if party.status != PartyStatus::Active || matches!(party.role, Role::Peer | Role::Admin) {
            continue;
        }
        let owned = parties::owned(party_identifiers::of_party(&mut reader, party.id).await?);
        members.oem.extend(owned.wmis.iter().map(ToString::to_string));
        members.emsp.extend(owned.providers.iter().map(ToString::to_string));
        members.cpo.extend(owned.operators.iter().map(ToString::to_string));
        if party.role == Role::Cps {
            members.cps.extend(owned.roots.iter().map(ToString::to_string));
        }
    }
    for list in [&mut members.oem, &mut members.emsp, &mut members.cpo, &mut members.cps] {
        list.sort_unstable();
        list.dedup();
    }
    Ok(members)
}

/// The host of a URL.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or(rest)
}
