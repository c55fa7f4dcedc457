//! Reading what peers say of themselves: the roots of their pools, and whom they tell of.
//!
//! A peer is read as a stranger: sizes and numbers have bounds, each certificate must be a root by itself and have the
//! fingerprint that it is said to have. Nothing is trusted by being read; that the policy of trust lists says.

use jiff::Timestamp;
use opnc_client::Client;
use opnc_messages::rcp::RootCertificate;
use opnc_pki::{Certificate, chain};
use opnc_store::parties::{self as party_rows, Party, PartyStatus};
use opnc_store::peer_syncs::{self, PeerSync};
use opnc_store::peers::{self as rows, Peer};
use opnc_store::{Tx, introductions, peer_roots};

use super::roots::{self, Difference, Found};
use super::view::lookup;
use super::{access, introduce};
use crate::{Caller, Ecosystem, ServiceError, parties};

/// The most roots that are taken from a peer.
const MOST_ROOTS: usize = 500;
/// The most ecosystems that a peer may tell of at a time.
const MOST_TOLD: usize = 100;
/// The most problems that are kept of one time, and the longest.
const MOST_PROBLEMS: usize = 20;
const LONGEST_PROBLEM: usize = 300;

/// How reading a peer went.
#[derive(Debug, Clone, Default)]
pub struct Synced {
    /// Its name.
    pub peer: String,
    /// How many roots it has that are kept here.
    pub roots: usize,
    /// How many are new.
    pub added: usize,
    /// How many are for something else than before.
    pub changed: usize,
    /// How many it has no longer.
    pub removed: usize,
    /// How many ecosystems it has told of that wait for approval now, its own newer description among them.
    pub introduced: usize,
    /// Why it could not be read, or what was refused.
    pub problems: Vec<String>,
    /// Whether it could be read at all.
    pub is_read: bool,
}

/// Reads a peer, or all that can be read.
///
/// # Errors
/// [`ServiceError::Forbidden`] to anybody but an admin, [`ServiceError::NotFound`] without such a peer,
/// [`ServiceError::Invalid`] when the one that is named cannot be read as it is configured.
pub async fn sync(caller: &Caller, ecosystem: &Ecosystem, wanted: Option<&str>) -> Result<Vec<Synced>, ServiceError> {
    parties::admin_only(caller)?;
    if let Some(wanted) = wanted {
        let (party, peer) = lookup(&mut ecosystem.store().read().await?, wanted).await?;
        if let Some(why) = why_not(&party, &peer) {
            return Err(ServiceError::invalid(format!("{} is not read: {why}", party.name)));
        }
        return Ok(vec![one(caller, ecosystem, &party, &peer).await?]);
    }
    let mut synced = Vec::new();
    for (party, peer) in all(ecosystem).await? {
        if why_not(&party, &peer).is_none() {
            synced.push(one(caller, ecosystem, &party, &peer).await?);
        }
    }
    Ok(synced)
}

/// Reads the peers whose time has come, and takes away roots of those that count no more: disabled, no longer asked for
/// roots, or silent for too long.
///
/// # Errors
/// When the store fails. That a peer fails stands in its record.
pub async fn sync_due(ecosystem: &Ecosystem) -> Result<(), ServiceError> {
    let (program, now) = (&Caller::program(ecosystem.new_id()), ecosystem.now());
    let policy = &ecosystem.policy().peers;
    forget_ended(ecosystem).await?;
    for (party, peer) in all(ecosystem).await? {
        let last = peer_syncs::find(&mut ecosystem.store().read().await?, party.id).await?;
        let since = |at: Timestamp| now.duration_since(at).abs();
        let is_due =
            policy.sync_every.is_some_and(|every| last.as_ref().is_none_or(|last| since(last.tried_at) >= every));
        let is_read = why_not(&party, &peer).is_none();
        let mut last_read = last.and_then(|last| last.read_at);
        if is_read && is_due {
            let synced = one(program, ecosystem, &party, &peer).await?;
            if !synced.is_read {
                tracing::warn!(
                    peer = synced.peer,
                    problems = synced.problems.join("; "),
                    "the roots of a peer cannot be read"
                );
            }
            last_read = if synced.is_read { Some(now) } else { last_read };
        }
        if !is_read || last_read.is_some_and(|at| since(at) >= policy.roots_kept) {
            withdraw(program, ecosystem, &party).await?;
        }
    }
    Ok(())
}

async fn withdraw(program: &Caller, ecosystem: &Ecosystem, party: &Party) -> Result<(), ServiceError> {
    if peer_roots::of_peer(&mut ecosystem.store().read().await?, party.id).await?.is_empty() {
        return Ok(());
    }
    let gone = ecosystem.store().run_tx("withdraw roots of a peer", |tx| {
        Box::pin(async move { roots::withdraw(tx, program, ecosystem, party.id).await })
    });
    let gone = gone.await?;
    tracing::warn!(peer = party.name, gone, "the roots of a peer count no more");
    Ok(())
}

/// Forgets introductions whose time is over.
async fn forget_ended(ecosystem: &Ecosystem) -> Result<(), ServiceError> {
    let now = ecosystem.now();
    if introductions::ended(&mut ecosystem.store().read().await?, now).await? > 0 {
        let forget = ecosystem.store().run_tx("forget introductions", |tx| {
            Box::pin(async move { Ok::<_, ServiceError>(introductions::remove_ended(tx, now).await?) })
        });
        forget.await?;
    }
    Ok(())
}

async fn all(ecosystem: &Ecosystem) -> Result<Vec<(Party, Peer)>, ServiceError> {
    let mut reader = ecosystem.store().read().await?;
    let mut all = Vec::new();
    for peer in rows::list(&mut reader).await? {
        if let Some(party) = party_rows::find(&mut reader, peer.party_id).await? {
            all.push((party, peer));
        }
    }
    Ok(all)
}

/// Why a peer is not read.
fn why_not(party: &Party, peer: &Peer) -> Option<&'static str> {
    if party.status != PartyStatus::Active {
        Some("it is disabled")
    } else if !peer.is_asked() {
        Some("nothing is known that we could show there; `opnc peer change` sets it")
    } else {
        None
    }
}

/// What a peer answered.
enum Read {
    /// That nothing has changed.
    Same,
    /// Its roots.
    Roots { found: Vec<Found>, refused: Vec<String>, tag: Option<String> },
}

async fn one(caller: &Caller, ecosystem: &Ecosystem, party: &Party, peer: &Peer) -> Result<Synced, ServiceError> {
    let mut reader = ecosystem.store().read().await?;
    let last = peer_syncs::find(&mut reader, party.id).await?;
    // Where none are kept, they were withdrawn perhaps: then the whole list is wanted.
    let is_kept = !peer_roots::of_peer(&mut reader, party.id).await?.is_empty();
    drop(reader);
    let tag = last.as_ref().and_then(|last| last.tag.as_deref()).filter(|_| is_kept);
    let client = &client(ecosystem, peer);
    let read = &match client {
        Ok(client) => read(client, peer, tag, ecosystem.now()).await,
        Err(why) => Err(why.clone()),
    };
    let last = &last;
    let synced = ecosystem.store().run_tx("sync a peer", |tx| {
        Box::pin(async move { keep(tx, caller, ecosystem, party, last.as_ref(), read).await })
    });
    let synced = synced.await?;
    match client {
        Ok(client) if synced.is_read => {
            let introduced = introduce::told(caller, ecosystem, party.id, &told(client).await).await?;
            Ok(Synced { introduced, ..synced })
        }
        _ => Ok(synced),
    }
}

/// A client of the peer; else why there is none, in words.
fn client(ecosystem: &Ecosystem, peer: &Peer) -> Result<Client, String> {
    access::client(ecosystem, peer).map_err(|error| match error {
        ServiceError::Internal(cause) => cause.to_string(),
        other => other.to_string(),
    })
}

/// Whom the peer tells of. Not every server does, and one that fails here says nothing.
async fn told(client: &Client) -> Vec<String> {
    match client.get_peers().await {
        Ok(told) => told.descriptions.into_iter().take(MOST_TOLD).collect(),
        Err(error) => {
            tracing::debug!(%error, "a peer tells of nobody");
            Vec::new()
        }
    }
}

/// Asks the peer. Why it could not be read, in words, as the error.
async fn read(client: &Client, peer: &Peer, tag: Option<&str>, at: Timestamp) -> Result<Read, String> {
    if !peer.services.iter().any(|service| service == "rcp") {
        return Ok(Read::Roots { found: Vec::new(), refused: Vec::new(), tag: None });
    }
    let Some(answer) = client.get_root_certificates_unless(tag).await.map_err(|error| error.to_string())? else {
        return Ok(Read::Same);
    };
    let said = answer.roots.root_certificate_collection;
    if said.len() > MOST_ROOTS {
        return Err(format!("it has {} roots, and at most {MOST_ROOTS} are taken", said.len()));
    }
    let (mut found, mut refused) = (Vec::<Found>::new(), Vec::new());
    for root in said {
        match check(&root, at) {
            Ok(root) if found.iter().any(|one| one.certificate.fingerprint() == root.certificate.fingerprint()) => {
                refused.push(format!("{} is there twice", root.certificate.fingerprint()));
            }
            Ok(root) => found.push(root),
            Err(why) => refused.push(why),
        }
    }
    // What was refused may be good the next time.
    let tag = answer.tag.filter(|_| refused.is_empty());
    Ok(Read::Roots { found, refused, tag })
}

/// A root that is one, with the fingerprint that it is said to have.
fn check(root: &RootCertificate, at: Timestamp) -> Result<Found, String> {
    let certificate = Certificate::from_der(root.ca_certificate.as_bytes()).map_err(|error| error.to_string())?;
    let name = format!("{:?} ({})", certificate.common_name().unwrap_or_default(), certificate.fingerprint());
    if let Some(said) = root.fingerprint
        && said != certificate.fingerprint()
    {
        return Err(format!("{name} is said to have the fingerprint {said}"));
    }
    chain::check_root(&certificate, at).map_err(|errors| {
        let why: Vec<String> = errors.iter().map(ToString::to_string).collect();
        format!("{name}: {}", why.join("; "))
    })?;
    let mut types: Vec<_> = root.root_types.iter().collect();
    types.sort_unstable();
    types.dedup();
    Ok(Found { certificate, types })
}

async fn keep(
    tx: &mut Tx<'_>,
    caller: &Caller,
    ecosystem: &Ecosystem,
    party: &Party,
    last: Option<&PeerSync>,
    read: &Result<Read, String>,
) -> Result<Synced, ServiceError> {
    let now = ecosystem.now();
    let (mut difference, mut problems) = (Difference::default(), Vec::new());
    let mut sync = PeerSync {
        party_id: party.id,
        tried_at: now,
        read_at: Some(now),
        tag: last.and_then(|last| last.tag.clone()),
        problems: Vec::new(),
    };
    match read {
        Ok(Read::Same) => {}
        Ok(Read::Roots { found, refused, tag }) => {
            difference = roots::replace(tx, caller, ecosystem, party, found).await?;
            sync.tag.clone_from(tag);
            problems.clone_from(refused);
        }
        Err(why) => {
            sync.read_at = last.and_then(|last| last.read_at);
            problems.push(why.clone());
        }
    }
    sync.problems =
        problems.iter().take(MOST_PROBLEMS).map(|text| text.chars().take(LONGEST_PROBLEM).collect()).collect();
    peer_syncs::put(tx, &sync).await?;
    Ok(Synced {
        peer: party.name.clone(),
        roots: peer_roots::of_peer(tx, party.id).await?.len(),
        added: difference.added,
        changed: difference.changed,
        removed: difference.removed,
        introduced: 0,
        problems: sync.problems,
        is_read: read.is_ok(),
    })
}
