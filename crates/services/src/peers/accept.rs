//! The operator decides about introductions: an ecosystem becomes a peer, a peer changes, or nothing comes of it.

use opnc_client::pool::{Described, PoolDescription};
use opnc_store::introductions::{self as rows, Introduction};
use opnc_store::peer_descriptions::{self, PeerDescription};
use opnc_store::peers::{self as peer_rows, Peer};
use opnc_store::{Reader, Tx, parties as party_rows, party_identifiers};

use super::introduce::{is_thumbprint, peer_of};
use super::knowingly::{self, Knowingly};
use super::{NewPeer, SERVICES, add, rules};
use crate::caller::Owned;
use crate::parties::{self, Credentials};
use crate::{Caller, Ecosystem, ServiceError, record};

/// A description that waits, or was refused.
#[derive(Debug, Clone)]
pub struct IntroductionView {
    /// It.
    pub row: Introduction,
    /// What it says.
    pub description: PoolDescription,
    /// The name of the peer that told of it.
    pub told_by: Option<String>,
    /// Of whom it is a change, and what it would change, in words; `None` for a peer that is new.
    pub change: Option<(String, Vec<String>)>,
    /// Those of its members that are parties here as well.
    pub members_here: Vec<String>,
    /// The purposes for which its roots would count under the name that it says of itself; of a peer that is new.
    pub trusted_for: Vec<&'static str>,
}

/// Every introduction, the oldest first.
///
/// # Errors
/// [`ServiceError::Forbidden`] to anybody but an admin.
pub async fn introductions(caller: &Caller, ecosystem: &Ecosystem) -> Result<Vec<IntroductionView>, ServiceError> {
    parties::admin_only(caller)?;
    let mut reader = ecosystem.store().read().await?;
    let mut views = Vec::new();
    for row in rows::list(&mut reader).await? {
        views.push(view(&mut reader, ecosystem, row).await?);
    }
    Ok(views)
}

/// The introduction that waits under this name, ecosystem, fingerprint or id; a change, under the name of the peer too.
///
/// # Errors
/// [`ServiceError::NotFound`]; [`ServiceError::Invalid`] when several are called so.
pub async fn find_introduction(
    caller: &Caller,
    ecosystem: &Ecosystem,
    wanted: &str,
) -> Result<IntroductionView, ServiceError> {
    parties::admin_only(caller)?;
    let mut reader = ecosystem.store().read().await?;
    let row = lookup(&mut reader, wanted).await?;
    view(&mut reader, ecosystem, row).await
}

/// Refuses an introduction: peers that tell of it again are not heard.
///
/// # Errors
/// As for [`find_introduction`].
pub async fn refuse(caller: &Caller, ecosystem: &Ecosystem, wanted: &str) -> Result<(), ServiceError> {
    parties::admin_only(caller)?;
    ecosystem
        .store()
        .run_tx("refuse introduction", |tx| {
            Box::pin(async move {
                let row = lookup(tx, wanted).await?;
                record::note(tx, caller, ecosystem, "RefuseIntroduction", &row.ecosystem).await?;
                rows::put(tx, &Introduction { refused: true, ..row }).await?;
                Ok(())
            })
        })
        .await
}

/// Makes an ecosystem a peer that was introduced; `new` with all that the operator adds, made by [`new_peer`], and with
/// credentials of [`super::prepare`]. `fingerprint` as for [`super::introduce`], where it was not said then.
///
/// # Errors
/// As for [`super::add`]; [`ServiceError::Invalid`] when nobody has compared its fingerprint, or its time is over.
pub async fn accept(
    caller: &Caller,
    ecosystem: &Ecosystem,
    introduction: &IntroductionView,
    fingerprint: Option<&str>,
    new: &NewPeer,
    credentials: &Credentials,
) -> Result<(), ServiceError> {
    parties::admin_only(caller)?;
    let id = &introduction.row.key_id;
    ecosystem
        .store()
        .run_tx("accept introduction", |tx| {
            Box::pin(async move {
                let row = waiting(tx, ecosystem, introduction, fingerprint).await?;
                add::put(tx, caller, ecosystem, new, credentials).await?;
                finish(tx, caller, ecosystem, row, credentials.party).await
            })
        })
        .await
        .inspect(|()| tracing::info!(peer = new.name, key = id, "an introduction was accepted"))
}

/// Lets a peer be what its newer description says: URL, services and members.
///
/// # Errors
/// As for [`accept`]; also when a new member is a party here, unless that is meant.
pub async fn accept_change(
    caller: &Caller,
    ecosystem: &Ecosystem,
    introduction: &IntroductionView,
    fingerprint: Option<&str>,
    knowingly: Knowingly,
) -> Result<(), ServiceError> {
    parties::admin_only(caller)?;
    ecosystem
        .store()
        .run_tx("accept change of a peer", |tx| {
            Box::pin(async move {
                let row = waiting(tx, ecosystem, introduction, fingerprint).await?;
                let Some((peer, kept)) = peer_of(tx, &introduction.description).await? else {
                    return Err(ServiceError::NotFound("the peer is gone".to_owned()));
                };
                let last = kept.map(|kept| described(&kept.document)).transpose()?.map(|last| last.description);
                change(tx, ecosystem, peer.clone(), last.as_ref(), &introduction.description, knowingly).await?;
                record::note(tx, caller, ecosystem, "ChangePeer", &peer.party_id.to_string()).await?;
                finish(tx, caller, ecosystem, row, peer.party_id).await
            })
        })
        .await
}

/// Whether an introduction can be accepted: its key is known to be theirs, and its time is not over.
///
/// # Errors
/// [`ServiceError::Invalid`], with the fingerprint to compare.
pub fn check_introduction(
    ecosystem: &Ecosystem,
    row: &Introduction,
    fingerprint: Option<&str>,
) -> Result<(), ServiceError> {
    if row.expires <= ecosystem.now() {
        let text = format!("The description of {} ended at {}: ask for a new one.", row.name, row.expires);
        return Err(ServiceError::invalid(text));
    }
    match fingerprint {
        Some(said) if !is_thumbprint(said, &row.key_id) => Err(ServiceError::invalid(format!(
            "The key that signed the description of {} has the fingerprint {}, and not {said}: it may be of somebody else.",
            row.name, row.key_id
        ))),
        None if !row.confirmed => Err(ServiceError::invalid(format!(
            "Nobody has compared the fingerprint of {}: ask its operator by another way for that of its key (`opnc trust keys` \
             there), and say it by --fingerprint. The key that signed has {}.",
            row.name, row.key_id
        ))),
        _ => Ok(()),
    }
}

/// A peer as its description has it; what the description does not say is as usual.
///
/// # Errors
/// [`ServiceError::Invalid`] when its members are none.
pub fn new_peer(description: &PoolDescription) -> Result<NewPeer, ServiceError> {
    Ok(NewPeer {
        name: description.name.clone(),
        base_url: description.base_url.clone(),
        own: None,
        certificate: None,
        services: services(description),
        members: rules::of_members(&description.members).map_err(ServiceError::Invalid)?,
        speaks_as: Vec::new(),
        broadcast: true,
        timeout_ms: super::USUAL_TIMEOUT_MS,
        most_calls: super::USUAL_CALLS,
        knowingly: Knowingly::default(),
    })
}

/// What a kept document says.
pub(super) fn described(document: &str) -> Result<Described, ServiceError> {
    PoolDescription::kept(document.as_bytes()).map_err(ServiceError::internal)
}

/// The services that it offers and that can be asked.
fn services(description: &PoolDescription) -> Vec<String> {
    let offered = |name: &&str| description.services.iter().any(|service| service == name);
    SERVICES.into_iter().filter(offered).map(str::to_owned).collect()
}

async fn waiting(
    tx: &mut Tx<'_>,
    ecosystem: &Ecosystem,
    seen: &IntroductionView,
    fingerprint: Option<&str>,
) -> Result<Introduction, ServiceError> {
    let row = rows::find(tx, &seen.row.ecosystem, &seen.row.key_id).await?;
    let row = row.filter(|row| !row.refused && row.document == seen.row.document).ok_or_else(|| {
        ServiceError::invalid("The introduction is gone, or another one now: look at it again before you accept it.")
    })?;
    check_introduction(ecosystem, &row, fingerprint)?;
    Ok(row)
}

async fn change(
    tx: &mut Tx<'_>,
    ecosystem: &Ecosystem,
    peer: Peer,
    last: Option<&PoolDescription>,
    description: &PoolDescription,
    knowingly: Knowingly,
) -> Result<(), ServiceError> {
    let mut problems = rules::of_description_urls(ecosystem, description);
    let there = knowingly::others_at(tx, &description.base_url, Some(peer.party_id)).await?;
    problems.extend(there.iter().map(|other| format!("the peer {other:?} is at {} already", description.base_url)));
    if !problems.is_empty() {
        return Err(ServiceError::Invalid(problems));
    }
    let wanted = parties::identifiers(rules::of_members(&description.members).map_err(ServiceError::Invalid)?);
    let present = party_identifiers::of_party(tx, peer.party_id).await?;
    for gone in present.iter().filter(|one| !wanted.contains(one)) {
        party_identifiers::remove(tx, peer.party_id, gone).await?;
    }
    let new: Vec<_> = wanted.into_iter().filter(|one| !present.contains(one)).collect();
    if let Some(party) = party_rows::find(tx, peer.party_id).await? {
        parties::free(tx, &party, &new, knowingly.sharing()).await?;
    }
    for new in &new {
        party_identifiers::add(tx, peer.party_id, new).await?;
    }
    let mut peer = Peer {
        base_url: description.base_url.clone(),
        services: services(description),
        updated_at: ecosystem.now(),
        ..peer
    };
    if let Some(own) = &mut peer.credentials {
        own.token_url = rules::token_url(own.token_url.as_ref(), last, description);
    }
    peer_rows::update(tx, &peer).await?;
    Ok(())
}

async fn finish(
    tx: &mut Tx<'_>,
    caller: &Caller,
    ecosystem: &Ecosystem,
    row: Introduction,
    party: uuid::Uuid,
) -> Result<(), ServiceError> {
    record::note(tx, caller, ecosystem, "AcceptIntroduction", &row.ecosystem).await?;
    rows::remove(tx, row.id).await?;
    let Introduction { ecosystem: theirs, document, issued, .. } = row;
    peer_descriptions::put(tx, &PeerDescription { party_id: party, ecosystem: theirs, document, issued }).await?;
    Ok(())
}

async fn lookup(reader: &mut Reader, wanted: &str) -> Result<Introduction, ServiceError> {
    let all = rows::list(reader).await?;
    let is_it = |row: &Introduction| {
        row.id.to_string() == wanted || row.ecosystem == wanted || row.key_id == wanted || row.name == wanted
    };
    let waiting: Vec<Introduction> = all.into_iter().filter(|row| !row.refused).collect();
    let mut found: Vec<Introduction> = waiting.iter().filter(|row| is_it(row)).cloned().collect();
    if found.is_empty() {
        // A change is asked for by the name that the peer has here.
        for row in waiting {
            let peer = peer_of(reader, &described(&row.document)?.description).await?;
            let party = match peer {
                Some((peer, _)) => party_rows::find(reader, peer.party_id).await?,
                None => None,
            };
            if party.is_some_and(|party| party.name == wanted) {
                found.push(row);
            }
        }
    }
    let several = found.iter().map(|row| row.key_id.as_str()).collect::<Vec<_>>().join(", ");
    match (found.pop(), found.is_empty()) {
        (Some(row), true) => Ok(row),
        (Some(_), false) => Err(ServiceError::invalid(format!(
            "Several introductions are called {wanted:?}: say the fingerprint of the one that is meant: {several}."
        ))),
        (None, _) => Err(ServiceError::NotFound(format!("No introduction waits under the name {wanted:?}."))),
    }
}

async fn view(reader: &mut Reader, ecosystem: &Ecosystem, row: Introduction) -> Result<IntroductionView, ServiceError> {
    let Described { description, .. } = described(&row.document)?;
    let told_by = match row.told_by {
        Some(id) => Some(party_rows::find(reader, id).await?.map_or_else(|| id.to_string(), |party| party.name)),
        None => None,
    };
    let change = match peer_of(reader, &description).await? {
        None => None,
        Some((peer, kept)) => {
            let name = party_rows::find(reader, peer.party_id).await?.map(|party| party.name).unwrap_or_default();
            let present = parties::owned(party_identifiers::of_party(reader, peer.party_id).await?);
            let last = kept.map(|kept| described(&kept.document)).transpose()?.map(|last| last.description);
            let mut words = rules::differences(&peer, &present, last.as_ref(), &description, &services(&description))?;
            match (&last, row.confirmed) {
                (None, _) => words.push("its key becomes known here".to_owned()),
                (Some(_), false) => words.push("signed with another key than those it has named".to_owned()),
                (Some(_), true) => {}
            }
            Some((name, words))
        }
    };
    let mut members_here = Vec::new();
    for identifier in parties::identifiers(rules::of_members(&description.members).map_err(ServiceError::Invalid)?) {
        for holder in party_identifiers::holders(reader, &identifier).await? {
            let party = party_rows::find(reader, holder).await?;
            if let Some(party) = party.filter(|party| party.role != opnc_messages::Role::Peer) {
                members_here.push(format!("{} ({})", parties::words(&identifier), party.name));
            }
        }
    }
    let trusted_for = match change {
        None => knowingly::trusted_for(reader, ecosystem, &description.name).await?,
        Some(_) => Vec::new(),
    };
    Ok(IntroductionView { row, description, told_by, change, members_here, trusted_for })
}

/// Members in words, as `opnc peer` writes them.
pub fn member_words(owned: &Owned) -> Vec<String> {
    let mut words: Vec<String> = owned.wmis.iter().map(|id| format!("oem={id}")).collect();
    words.extend(owned.providers.iter().map(|id| format!("emsp={id}")));
    words.extend(owned.operators.iter().map(|id| format!("cpo={id}")));
    words.extend(owned.roots.iter().map(|id| format!("cps={id}")));
    words
}
