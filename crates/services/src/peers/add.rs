//! A peer comes in: a party with what makes it a peer.

use opnc_messages::Role;
use opnc_store::peers::{self as rows, Peer, PeerCredentials};
use zeroize::Zeroizing;

use super::{rules, seal};
use crate::caller::Owned;
use crate::parties::{self, Credentials, NewParty};
use crate::{Caller, Ecosystem, ServiceError, record};

/// A peer that is to be added.
#[derive(Debug, Clone)]
pub struct NewPeer {
    /// A name for people.
    pub name: String,
    /// What stands before `/opnc/v1` there.
    pub base_url: String,
    /// What we show there; without it, it is not asked.
    pub own: Option<OwnCredentials>,
    /// The services that are asked there.
    pub services: Vec<String>,
    /// The members that it may ask for.
    pub members: Owned,
    /// The roles it has when it names no member.
    pub speaks_as: Vec<Role>,
    /// What is sent to it as `broadcast` (F1).
    pub broadcast: bool,
    /// For how long it may take to answer.
    pub timeout_ms: u32,
    /// How many questions may be with it at the same time.
    pub most_calls: u32,
}

/// What we authenticate with at a peer.
#[derive(Debug, Clone)]
pub struct OwnCredentials {
    /// Our OAuth2 client id there.
    pub client_id: String,
    /// Our client secret there.
    pub client_secret: Zeroizing<String>,
    /// Where it issues tokens; `/oauth2/token` below its base URL when it is not said.
    pub token_url: Option<String>,
}

/// Adds a peer; what its operator is to be given, so that it can ask us.
///
/// # Errors
/// [`ServiceError::Forbidden`] to anybody but an admin, [`ServiceError::Invalid`] with everything that is wrong with it.
pub async fn add(caller: &Caller, ecosystem: &Ecosystem, new: NewPeer) -> Result<Credentials, ServiceError> {
    parties::admin_only(caller)?;
    let mut problems = rules::of_limits(new.timeout_ms, new.most_calls);
    problems.extend(rules::of_services(&new.services));
    problems.extend(rules::of_roles(&new.speaks_as));
    problems.extend(rules::of_urls(ecosystem, &new.base_url, new.own.as_ref()));
    if !problems.is_empty() {
        return Err(ServiceError::Invalid(problems));
    }
    let party = NewParty { name: new.name, role: Role::Peer, owned: new.members };
    let credentials = parties::prepare(caller, ecosystem, &party).await?;
    let id = credentials.party;
    let now = ecosystem.now();
    let row = Peer {
        party_id: id,
        base_url: new.base_url,
        credentials: new.own.map(|own| sealed(ecosystem, id, own)).transpose()?,
        services: new.services,
        speaks_as: new.speaks_as,
        broadcast: new.broadcast,
        timeout_ms: new.timeout_ms,
        most_calls: new.most_calls,
        created_at: now,
        updated_at: now,
    };
    let (row, party, given) = (&row, &party, &credentials);
    ecosystem
        .store()
        .run_tx("add peer", |tx| {
            Box::pin(async move {
                parties::put(tx, party, given, now).await?;
                rows::add(tx, row).await?;
                record::note(tx, caller, ecosystem, "AddPeer", &id.to_string()).await
            })
        })
        .await?;
    Ok(credentials)
}

pub(super) fn sealed(
    ecosystem: &Ecosystem,
    peer: uuid::Uuid,
    own: OwnCredentials,
) -> Result<PeerCredentials, ServiceError> {
    let sealed_secret = seal(ecosystem, peer, &own.client_secret)?;
    Ok(PeerCredentials { client_id: own.client_id, sealed_secret, token_url: own.token_url })
}
