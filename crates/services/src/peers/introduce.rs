//! Descriptions of other ecosystems come in: checked, and kept for the operator. Nobody is trusted by this.

use opnc_client::outbound::{Outbound, Policy};
use opnc_client::pool::{self, Described, PoolDescription};
use opnc_store::introductions::{self as rows, Introduction};
use opnc_store::peer_descriptions::{self, PeerDescription};
use opnc_store::peers::Peer;
use opnc_store::{Reader, Tx, peers};
use uuid::Uuid;

use super::knowingly::is_same_place;
use super::rules;
use crate::trust::issuer;
use crate::{Caller, Ecosystem, ServiceError, parties, record};

/// How many introductions are kept in all, and how many of them one peer may have told.
const MOST: u64 = 1000;
const MOST_OF_ONE: u64 = 100;

/// What became of a description.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Received {
    /// It waits for the operator.
    Waits,
    /// It says of a peer what is known, and is kept as its latest.
    Known,
    /// It is passed over: an older one than what is here, one that was refused, or one too many.
    PassedOver,
}

/// Fetches a description from where it lies, within what `[outbound]` permits.
///
/// # Errors
/// [`ServiceError::Invalid`] when it cannot be had.
pub async fn fetch_description(ecosystem: &Ecosystem, url: &str) -> Result<Vec<u8>, ServiceError> {
    let refused = |why: String| ServiceError::invalid(format!("The description cannot be fetched: {why}."));
    let outbound = ecosystem.policy().federation.outbound.clone();
    let http = Outbound::new(Policy { most_bytes: pool::LONGEST, ..outbound }).map_err(ServiceError::internal)?;
    let answer = http.get(url).await.map_err(|error| refused(error.to_string()))?;
    if answer.status == 200 { Ok(answer.body) } else { Err(refused(format!("the answer is {}", answer.status))) }
}

/// Keeps a description that the operator has brought, for approval. `fingerprint` is the thumbprint of its key, when the
/// other operator has said it by another way.
///
/// # Errors
/// [`ServiceError::Forbidden`] to anybody but an admin; [`ServiceError::Invalid`]: not genuine, not good now, not with this
/// thumbprint, with URLs that may not be asked, or older than what is here.
pub async fn introduce(
    caller: &Caller,
    ecosystem: &Ecosystem,
    document: &[u8],
    fingerprint: Option<&str>,
) -> Result<(Described, Received), ServiceError> {
    parties::admin_only(caller)?;
    let refused = |why: String| ServiceError::invalid(format!("The description is refused: {why}."));
    let described = check(ecosystem, document).await.map_err(refused)?;
    if let Some(wanted) = fingerprint
        && !is_thumbprint(wanted, &described.key_id)
    {
        return Err(refused(format!("its key has the fingerprint {}, and not {wanted}", described.key_id)));
    }
    let (one, document) = (&described, &text(document));
    let received = ecosystem.store().run_tx("introduce peer", |tx| {
        Box::pin(async move {
            let by = By { told_by: None, confirmed: fingerprint.is_some() };
            receive(tx, caller, ecosystem, one, document, by).await
        })
    });
    match received.await? {
        Received::PassedOver => Err(refused("one that was signed later, or at the same time, is here".to_owned())),
        received => Ok((described, received)),
    }
}

/// Keeps what a peer has told, for approval; how many of it are new here.
pub(super) async fn told(
    caller: &Caller,
    ecosystem: &Ecosystem,
    by: Uuid,
    documents: &[String],
) -> Result<usize, ServiceError> {
    let mut new = 0;
    for document in documents {
        let described = match check(ecosystem, document.as_bytes()).await {
            Ok(described) => described,
            Err(why) => {
                tracing::info!(peer = %by, why, "a peer tells of somebody who cannot be accepted");
                continue;
            }
        };
        let one = &described;
        let received = ecosystem.store().run_tx("hear of a peer", |tx| {
            Box::pin(async move {
                let by = By { told_by: Some(by), confirmed: false };
                receive(tx, caller, ecosystem, one, document.trim(), by).await
            })
        });
        new += usize::from(received.await? == Received::Waits);
    }
    Ok(new)
}

/// A description that is genuine, good now, of another ecosystem, and names URLs that may be asked; else why not.
async fn check(ecosystem: &Ecosystem, document: &[u8]) -> Result<Described, String> {
    let described = PoolDescription::verify(document, ecosystem.now()).map_err(|error| error.to_string())?;
    let description = &described.description;
    if description.ecosystem == issuer::id(ecosystem).await.map_err(|error| error.to_string())? {
        return Err("it describes this ecosystem itself".to_owned());
    }
    let mut problems = rules::of_description_urls(ecosystem, description);
    problems.extend(rules::of_members(&description.members).err().unwrap_or_default());
    if problems.is_empty() { Ok(described) } else { Err(problems.join("; ")) }
}

/// By whom a description came.
#[derive(Clone, Copy)]
struct By {
    told_by: Option<Uuid>,
    confirmed: bool,
}

async fn receive(
    tx: &mut Tx<'_>,
    caller: &Caller,
    ecosystem: &Ecosystem,
    described: &Described,
    document: &str,
    by: By,
) -> Result<Received, ServiceError> {
    let Described { description, key_id } = described;
    let mut confirmed = by.confirmed;
    let peer = peer_of(tx, description).await?;
    if let Some((_, Some(kept))) = &peer {
        let last = super::accept::described(&kept.document)?.description;
        let is_pinned = last.key_set().is_ok_and(|keys| keys.find(key_id).is_some());
        if is_pinned && description.issued <= kept.issued {
            return Ok(Received::PassedOver);
        }
        if is_pinned && description.says_the_same_as(&last) {
            let latest = PeerDescription { document: document.to_owned(), issued: description.issued, ..kept.clone() };
            peer_descriptions::put(tx, &latest).await?;
            return Ok(Received::Known);
        }
        confirmed |= is_pinned;
    }
    let before = rows::find(tx, &description.ecosystem, key_id).await?;
    if let Some(before) = &before {
        let is_older = description.issued <= before.issued;
        let is_again = by.told_by.is_none() && (before.refused || (confirmed && !before.confirmed));
        if (is_older && !is_again) || (before.refused && by.told_by.is_some()) {
            return Ok(Received::PassedOver);
        }
        confirmed |= before.confirmed;
        let is_same = super::accept::described(&before.document)?.description.says_the_same_as(description);
        if is_same && !before.refused && confirmed == before.confirmed {
            // It waits already, and is good for longer now.
            let later = Introduction {
                document: document.to_owned(),
                issued: description.issued,
                expires: description.expires,
                ..before.clone()
            };
            rows::put(tx, &later).await?;
            return Ok(if by.told_by.is_some() { Received::PassedOver } else { Received::Waits });
        }
    } else {
        let is_full = rows::count(tx).await? >= MOST;
        match by.told_by {
            None if is_full => {
                let text =
                    format!("{MOST} introductions wait: accept or refuse some first, and they end by themselves.");
                return Err(ServiceError::invalid(text));
            }
            Some(by) if is_full || rows::told(tx, by).await? >= MOST_OF_ONE => return Ok(Received::PassedOver),
            _ => {}
        }
    }
    let row = Introduction {
        id: before.as_ref().map_or_else(|| ecosystem.new_id(), |before| before.id),
        ecosystem: description.ecosystem.clone(),
        key_id: key_id.clone(),
        name: description.name.clone(),
        document: document.to_owned(),
        issued: description.issued,
        expires: description.expires,
        refused: false,
        confirmed,
        told_by: by.told_by.filter(|_| before.as_ref().is_none_or(|before| before.told_by.is_some())),
        received_at: ecosystem.now(),
    };
    rows::put(tx, &row).await?;
    record::note(tx, caller, ecosystem, "IntroducePeer", &row.ecosystem).await?;
    Ok(Received::Waits)
}

/// The peer that a description is of: the one of that ecosystem, or the one at that URL of which no description is known.
pub(super) async fn peer_of(
    reader: &mut Reader,
    description: &PoolDescription,
) -> Result<Option<(Peer, Option<PeerDescription>)>, ServiceError> {
    if let Some(kept) = peer_descriptions::by_ecosystem(reader, &description.ecosystem).await? {
        return Ok(peers::find(reader, kept.party_id).await?.map(|peer| (peer, Some(kept))));
    }
    for peer in peers::list(reader).await? {
        if is_same_place(&peer.base_url, &description.base_url)
            && peer_descriptions::find(reader, peer.party_id).await?.is_none()
        {
            return Ok(Some((peer, None)));
        }
    }
    Ok(None)
}

/// Whether somebody has written this thumbprint.
pub(super) fn is_thumbprint(said: &str, key_id: &str) -> bool {
    said.trim() == key_id
}

fn text(document: &[u8]) -> String {
    String::from_utf8_lossy(document).trim().to_owned()
}
