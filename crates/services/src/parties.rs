//! The parties of an ecosystem: made with their credentials, recognised by them, read again at each request.

mod change;
mod rotate;
mod rules;
mod view;

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use opnc_messages::Role;
use opnc_messages::operation::Service;
use opnc_pki::key::sha256;
use opnc_store::credentials::{self, Client};
use opnc_store::parties::{self as rows, Party, PartyStatus};
use opnc_store::party_identifiers::{self, PartyIdentifier};
use opnc_store::{Tx, peers};
use rand::Rng;
use subtle::ConstantTimeEq;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::caller::{Owned, SpeaksAs};
use crate::federation::Reach;
use crate::{Caller, Ecosystem, ServiceError, access, record};

pub(crate) use change::change_in;
pub use change::{change, set_status};
pub use rotate::{Rotation, drop_old_secrets, prepare_secret, rotate_prepared, rotate_secret};
pub(crate) use rules::{free, words};
pub use view::{ClientView, PartyView, find, list};
pub(crate) use view::{admin_only, lookup};

/// For how long a party's role and prefixes, or whose a certificate is, may be remembered; a disabled party is out after
/// this time. Five seconds are promised, and some of them are needed to ask and to answer.
pub const REMEMBERED: SignedDuration = SignedDuration::from_secs(3);
/// More parties than this are not remembered, but read.
const MOST_REMEMBERED: usize = 10_000;

/// A party that is to be added.
#[derive(Debug, Clone)]
pub struct NewParty {
    /// A name for people.
    pub name: String,
    /// Its role.
    pub role: Role,
    /// What it owns.
    pub owned: Owned,
}

/// Whether a peer may speak for parties of this ecosystem too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sharing {
    /// Members of a peer that are parties here are refused, by name.
    #[default]
    Refused,
    /// The operator knows whose they are, and means it.
    Meant,
}

/// What a party authenticates with. The secret is shown once and kept as a hash.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// The party's id.
    pub party: Uuid,
    /// OAuth2 client id.
    pub client_id: String,
    /// OAuth2 client secret: 256 random bits in hex.
    pub client_secret: Zeroizing<String>,
}

/// A client that has shown its secret.
#[derive(Debug, Clone)]
pub struct Authenticated {
    /// The party behind the client.
    pub party: Uuid,
    /// The services it may ask tokens for.
    pub scopes: Vec<Service>,
}

/// Parties as they were read within the last seconds.
#[derive(Default)]
pub(crate) struct PartyCache {
    known: Mutex<HashMap<Uuid, (Timestamp, Option<Known>)>>,
}

#[derive(Clone)]
struct Known {
    name: String,
    role: Role,
    owned: Owned,
    peer: Option<SpeaksAs>,
}

/// Adds a party and its first client.
///
/// # Errors
/// [`ServiceError::Forbidden`] to anybody but an admin; [`ServiceError::Invalid`] when the name cannot be one, when the
/// role has no use for what the party owns, or when it belongs to another party.
pub async fn add(caller: &Caller, ecosystem: &Ecosystem, new: NewParty) -> Result<Credentials, ServiceError> {
    let credentials = prepare(caller, ecosystem, &new).await?;
    add_prepared(caller, ecosystem, new, &credentials).await?;
    Ok(credentials)
}

/// Credentials for a party that can be added as it is. They are good when [`add_prepared`] has been called with them: who
/// shows the secret first does not make a party whose secret nobody has seen.
///
/// # Errors
/// As for [`add`].
pub async fn prepare(caller: &Caller, ecosystem: &Ecosystem, new: &NewParty) -> Result<Credentials, ServiceError> {
    prepare_sharing(caller, ecosystem, new, Sharing::Refused).await
}

/// The same for a peer, that may speak for parties of this ecosystem too.
pub(crate) async fn prepare_sharing(
    caller: &Caller,
    ecosystem: &Ecosystem,
    new: &NewParty,
    sharing: Sharing,
) -> Result<Credentials, ServiceError> {
    admin_only(caller)?;
    rules::check(new)?;
    let row = row(new, ecosystem.new_id(), ecosystem.now());
    rules::free(&mut ecosystem.store().read().await?, &row, &identifiers(new.owned.clone()), sharing).await?;
    Ok(Credentials { party: row.id, client_id: client_id(&new.name, row.id), client_secret: new_secret(ecosystem) })
}

/// Adds a party with credentials that were made for it.
///
/// # Errors
/// As for [`add`]: another party may have been added meanwhile.
pub async fn add_prepared(
    caller: &Caller,
    ecosystem: &Ecosystem,
    new: NewParty,
    credentials: &Credentials,
) -> Result<(), ServiceError> {
    admin_only(caller)?;
    rules::check(&new)?;
    let (new, now) = (&new, ecosystem.now());
    ecosystem
        .store()
        .run_tx("add party", |tx| {
            Box::pin(async move {
                put(tx, new, credentials, Sharing::Refused, now).await?;
                record::note(tx, caller, ecosystem, "AddParty", &credentials.party.to_string()).await
            })
        })
        .await
}

fn row(new: &NewParty, id: Uuid, created_at: Timestamp) -> Party {
    Party { id, name: new.name.clone(), role: new.role, status: PartyStatus::Active, created_at }
}

/// Writes a party and its first client, unless another party has its name or what it owns.
pub(crate) async fn put(
    tx: &mut Tx<'_>,
    new: &NewParty,
    credentials: &Credentials,
    sharing: Sharing,
    now: Timestamp,
) -> Result<(), ServiceError> {
    let (row, identifiers) = (row(new, credentials.party, now), identifiers(new.owned.clone()));
    rules::free(tx, &row, &identifiers, sharing).await?;
    rows::add(tx, &row).await?;
    for identifier in &identifiers {
        party_identifiers::add(tx, row.id, identifier).await?;
    }
    let client = Client { client_id: credentials.client_id.clone(), party_id: row.id, scopes: None };
    credentials::put(tx, &client).await?;
    let hash = sha256(credentials.client_secret.as_bytes());
    credentials::rotate_secret(tx, &client.client_id, &hash, now, now).await?;
    Ok(())
}

/// 256 random bits in hex.
fn new_secret(ecosystem: &Ecosystem) -> Zeroizing<String> {
    let mut random = Zeroizing::new([0; 32]);
    ecosystem.rng().fill_bytes(random.as_mut_slice());
    Zeroizing::new(hex::encode(*random))
}

/// A client id that people can tell apart: the name in plain letters, and the end of the party's id.
fn client_id(name: &str, party: Uuid) -> String {
    let letters: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).take(40).collect();
    let id = party.simple().to_string();
    // A name without such letters, and ids that a program could take for an option.
    let letters = match letters.trim_matches('-') {
        "" => "party",
        letters => letters,
    };
    format!("{letters}-{}", id.get(24..).unwrap_or_default())
}

/// The party behind a client id and secret; `None` when either is wrong or the party is disabled.
///
/// # Errors
/// When the store fails.
pub async fn authenticate(
    ecosystem: &Ecosystem,
    client_id: &str,
    client_secret: &str,
) -> Result<Option<Authenticated>, ServiceError> {
    let shown = sha256(client_secret.as_bytes());
    let mut reader = ecosystem.store().read().await?;
    let kept = credentials::secrets(&mut reader, client_id, ecosystem.now()).await?;
    let mut right = subtle::Choice::from(0);
    for hash in &kept {
        right |= hash.ct_eq(&shown);
    }
    let Some(client) = credentials::find(&mut reader, client_id).await?.filter(|_| bool::from(right)) else {
        return Ok(None);
    };
    let party = rows::find(&mut reader, client.party_id).await?;
    let Some(party) = party.filter(|party| party.status == PartyStatus::Active) else { return Ok(None) };
    let mut scopes = scopes_of(party.role);
    if let Some(limited) = client.scopes {
        scopes.retain(|scope| limited.iter().any(|name| name == scope.as_str()));
    }
    Ok(Some(Authenticated { party: party.id, scopes }))
}

/// The services in which a role can call anything at all.
pub fn scopes_of(role: Role) -> Vec<Service> {
    let mut scopes = Vec::new();
    let may =
        |row: &&access::Row| row.roles.contains(&role) || role == Role::Peer && access::is_for_peers(row.operation);
    for row in access::ROWS.iter().filter(may) {
        let service = row.operation.info().service;
        if !scopes.contains(&service) {
            scopes.push(service);
        }
    }
    scopes
}

/// The caller behind a valid token, as its party stands now (at most three seconds old).
///
/// `None` when the party is gone or disabled.
///
/// # Errors
/// When the store fails.
pub async fn caller(
    ecosystem: &Ecosystem,
    party: Uuid,
    scopes: Vec<Service>,
    trace: Uuid,
) -> Result<Option<Caller>, ServiceError> {
    let known = known(ecosystem, party).await?;
    Ok(known.map(|Known { role, owned, peer, .. }| {
        let reach = Reach::default();
        Caller { party, role, owned, acting: None, scopes, trace, operator: None, peer, reach }
    }))
}

/// The name of a party that may act, at most five seconds old.
pub(crate) async fn name(ecosystem: &Ecosystem, party: Uuid) -> Result<Option<String>, ServiceError> {
    Ok(known(ecosystem, party).await?.map(|known| known.name))
}

async fn known(ecosystem: &Ecosystem, party: Uuid) -> Result<Option<Known>, ServiceError> {
    let now = ecosystem.now();
    match ecosystem.parties().fresh(party, now) {
        Some(known) => Ok(known),
        None => {
            let known = read(ecosystem, party).await?;
            ecosystem.parties().remember(party, known.clone(), now);
            Ok(known)
        }
    }
}

async fn read(ecosystem: &Ecosystem, party: Uuid) -> Result<Option<Known>, ServiceError> {
    let mut reader = ecosystem.store().read().await?;
    let row = rows::find(&mut reader, party).await?.filter(|row| row.status == PartyStatus::Active);
    let Some(row) = row else { return Ok(None) };
    let owned = owned(party_identifiers::of_party(&mut reader, party).await?);
    let peer = match row.role {
        Role::Peer => {
            let peer = peers::find(&mut reader, party).await?;
            Some(SpeaksAs(peer.map(|peer| peer.speaks_as).unwrap_or_default()))
        }
        _ => None,
    };
    Ok(Some(Known { name: row.name, role: row.role, owned, peer }))
}

impl PartyCache {
    fn fresh(&self, party: Uuid, now: Timestamp) -> Option<Option<Known>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let (read_at, known) = known.get(&party)?;
        (now.duration_since(*read_at).abs() < REMEMBERED).then(|| known.clone())
    }

    fn remember(&self, party: Uuid, row: Option<Known>, now: Timestamp) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST_REMEMBERED {
            known.clear();
        }
        known.insert(party, (now, row));
    }
}

pub(crate) fn identifiers(owned: Owned) -> Vec<PartyIdentifier> {
    let Owned { wmis, providers, operators, roots, cps_names } = owned;
    let mut identifiers: Vec<_> = wmis.into_iter().map(PartyIdentifier::Wmi).collect();
    identifiers.extend(providers.into_iter().map(PartyIdentifier::Provider));
    identifiers.extend(operators.into_iter().map(PartyIdentifier::Operator));
    identifiers.extend(roots.into_iter().map(PartyIdentifier::Root));
    identifiers.extend(cps_names.into_iter().map(PartyIdentifier::CpsName));
    identifiers
}

pub(crate) fn owned(identifiers: Vec<PartyIdentifier>) -> Owned {
    let mut owned = Owned::default();
    for identifier in identifiers {
        match identifier {
            PartyIdentifier::Wmi(wmi) => owned.wmis.push(wmi),
            PartyIdentifier::Provider(provider) => owned.providers.push(provider),
            PartyIdentifier::Operator(operator) => owned.operators.push(operator),
            PartyIdentifier::Root(root) => owned.roots.push(root),
            PartyIdentifier::CpsName(name) => owned.cps_names.push(name),
        }
    }
    owned
}
