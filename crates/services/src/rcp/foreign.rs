//! Roots of peers beside those of our pool.

use opnc_messages::RootType;
use opnc_messages::rcp::RootCertificate;
use opnc_pki::chain::Purpose;
use opnc_store::Reader;

use super::body;
use crate::audit::admins_only;
use crate::trust::pool::{self, PoolRoot};
use crate::trust::{canonical, lists};
use crate::{Caller, Ecosystem, ServiceError};

/// A root as the operator sees it.
#[derive(Debug, Clone)]
pub struct Listed {
    /// It. Of one that only peers have and that counts for nothing, the types are those that the peers name.
    pub root: RootCertificate,
    /// The peers that have it; none of them for one of our own pool.
    pub origin: Vec<String>,
    /// The trust lists that know it, those that OPNC has no name for among them.
    pub trust_lists: Vec<String>,
    /// What it is trusted for.
    pub trusted_for: Vec<&'static str>,
}

/// Every root of our pool and of every peer, whether it counts or not; those of one type, or on one trust list.
///
/// # Errors
/// [`ServiceError::Forbidden`] for everybody but admins, [`ServiceError::Invalid`] when there is no such trust list.
pub async fn everything(
    caller: &Caller,
    ecosystem: &Ecosystem,
    root_type: Option<RootType>,
    trust_list: Option<&str>,
) -> Result<Vec<Listed>, ServiceError> {
    admins_only(caller)?;
    let trust_list = trust_list.map(canonical);
    if let Some(name) = &trust_list {
        lists::check_name(ecosystem, "rootCtlList", name).await?;
    }
    let policy = &ecosystem.policy().trust;
    let all = pool::read(&mut ecosystem.store().read().await?, policy).await?;
    let listed = all.into_iter().map(|PoolRoot { mut row, state, .. }| {
        let counts = Purpose::ALL.into_iter().filter(|purpose| policy.counts(*purpose, &state));
        let trusted_for = counts.map(Purpose::as_str).collect();
        if row.types.is_empty() {
            row.types = state.peers.iter().flat_map(|claim| claim.types.clone()).collect();
        }
        let origin = if state.is_own { Vec::new() } else { state.peers.into_iter().map(|claim| claim.peer).collect() };
        Ok(Listed { root: body(&row)?, origin, trust_lists: row.ctl_list, trusted_for })
    });
    let is_wanted = |listed: &Listed| {
        root_type.is_none_or(|wanted| listed.root.root_types.contains(wanted))
            && trust_list.as_ref().is_none_or(|name| listed.trust_lists.contains(name))
    };
    listed.filter(|one| one.as_ref().map_or(true, is_wanted)).collect()
}

/// Those that our policy accepts for something and our own pool lacks, as callers see them. For a peer none: it would take
/// them for ours.
pub(super) async fn accepted(
    reader: &mut Reader,
    caller: &Caller,
    ecosystem: &Ecosystem,
) -> Result<Vec<RootCertificate>, ServiceError> {
    let policy = &ecosystem.policy().trust;
    if caller.peer.is_some() || !policy.names_peers() {
        return Ok(Vec::new());
    }
    let all = pool::read(reader, policy).await?;
    let foreign = all.iter().filter(|root| !root.state.is_own && policy.counts_at_all(&root.state));
    let shown = foreign.map(|PoolRoot { row, state, .. }| {
        let by =
            state.peers.iter().filter(|claim| Purpose::ALL.into_iter().any(|one| policy.accepts(one, &claim.peer)));
        let origin = by.map(|claim| claim.peer.as_str()).collect::<Vec<_>>().join(", ");
        Ok(RootCertificate { origin: Some(origin), ..body(row)? })
    });
    shown.collect()
}
