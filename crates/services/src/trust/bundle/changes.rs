//! What changed in a bundle since a version, for those who keep a trust store of another form.

use opnc_client::trust::{CHANGES_TYPE, Changes};
use opnc_store::trust_versions::{self, MOST_CHANGES};

use super::{Format, Stamp, Wanted, content};
use crate::trust::lists;
use crate::trust::pool::{self, PoolRoot};
use crate::trust::versions;
use crate::{Caller, Ecosystem, ServiceError, signed_document};

/// What to add, to change and to remove where the bundle of version `since` is held, in JSON, or signed. A root that has ended
/// leaves a bundle without a change: its certificate says so.
///
/// # Errors
/// [`ServiceError::Invalid`] when there is no such version, it is too long ago, or the format has no room for changes.
pub async fn changes(
    _: &Caller,
    ecosystem: &Ecosystem,
    wanted: &Wanted,
    since: u64,
    format: Format,
) -> Result<(Vec<u8>, u64), ServiceError> {
    if !matches!(format, Format::Json | Format::Jws) {
        return Err(ServiceError::invalid("since : what changed is told in the formats json and jws only"));
    }
    if wanted.sub_cas {
        return Err(ServiceError::invalid("since : sub CAs come with whole bundles only"));
    }
    let wanted = &wanted.canonical();
    if let Some(list) = &wanted.trust_list {
        lists::check_name(ecosystem, "trustList", list).await?;
    }
    let stamp = Stamp::now(ecosystem).await?;
    if since == 0 || since > stamp.version {
        let text =
            format!("since : there is no version {since}; the present one is {}: take the whole bundle", stamp.version);
        return Err(ServiceError::invalid(text));
    }
    let mut reader = ecosystem.store().read().await?;
    let changes = trust_versions::since(&mut reader, since).await?;
    drop(reader);
    if changes.len() >= usize::try_from(MOST_CHANGES).unwrap_or(usize::MAX) {
        return Err(ServiceError::invalid(format!(
            "since : {MOST_CHANGES} or more changes were made since version {since}: take the whole bundle"
        )));
    }
    let (before, old_policy) = versions::before(&changes);
    let policy_now = &ecosystem.policy().trust;
    let policy_then = old_policy.as_ref().unwrap_or(policy_now);
    let was_held = |state: &versions::State| content::is_wanted(wanted, policy_then, state);
    let (mut added, mut changed, mut removed) = (Vec::new(), Vec::new(), Vec::new());
    let now = content::roots(ecosystem, wanted, stamp.issued).await?;
    for held in now {
        let state = held.state();
        let then = before.get(&held.fingerprint());
        let was = then.map_or_else(|| was_held(state), |then| then.as_ref().is_some_and(was_held));
        let purposes_then = then.and_then(Option::as_ref).unwrap_or(state);
        let same = then.is_none_or(|then| then.as_ref() == Some(state))
            && content::purposes(policy_then, purposes_then) == held.purposes();
        match (was, same) {
            (false, _) => added.push(held.entry()),
            (true, false) => changed.push(held.entry()),
            (true, true) => {}
        }
    }
    let mut reader = ecosystem.store().read().await?;
    let rows = pool::read(&mut reader, policy_now).await?;
    drop(reader);
    for PoolRoot { row, state, .. } in &rows {
        let then = before.get(&row.fingerprint).map_or_else(|| Some(state.clone()), Clone::clone);
        if then.is_some_and(|then| was_held(&then)) && !content::is_wanted(wanted, policy_now, state) {
            removed.push(row.fingerprint);
        }
    }
    let gone = before.iter().filter(|(fingerprint, _)| rows.iter().all(|root| root.row.fingerprint != **fingerprint));
    removed.extend(gone.filter(|(_, then)| then.as_ref().is_some_and(was_held)).map(|(fingerprint, _)| *fingerprint));
    removed.sort_unstable();
    let version = stamp.version;
    let document = Changes {
        issuer: stamp.issuer.clone(),
        since,
        version,
        selection: wanted.selection(),
        issued: stamp.issued,
        expires: stamp.expires,
        keys: content::keys(&stamp),
        added,
        changed,
        removed,
    };
    let payload = serde_json::to_vec(&document).map_err(ServiceError::internal)?;
    match format {
        Format::Jws => Ok((signed_document::sign(ecosystem, CHANGES_TYPE, &payload).await?.into_bytes(), version)),
        _ => Ok((payload, version)),
    }
}
