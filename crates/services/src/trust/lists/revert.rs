//! Taking back what applying a list has changed last: the pool is what it was before.

use opnc_messages::ids::Fingerprint;
use opnc_store::roots;
use opnc_store::trust_lists::{self, AppliedRow};

use super::kept::Touched;
use super::{canonical, who};
use crate::approvals::{self, ChangeKind};
use crate::audit::admins_only;
use crate::{Caller, Ecosystem, ServiceError, record};

/// Takes it back; the roots that were touched. A change that never took effect, because the second admin did not approve, is
/// passed over.
///
/// # Errors
/// [`ServiceError::NotFound`] when the list was not applied; [`ServiceError::Invalid`] naming the roots that somebody has changed
/// since: what they were is not known to be wanted.
pub async fn revert(caller: &Caller, ecosystem: &Ecosystem, name: &str) -> Result<Vec<Fingerprint>, ServiceError> {
    admins_only(caller)?;
    let name = &canonical(name);
    ecosystem
        .store()
        .run_tx("revert trust list", |tx| {
            Box::pin(async move {
                let Some(AppliedRow { id, touched, .. }) = trust_lists::latest(tx, name).await? else {
                    return Err(ServiceError::NotFound(format!(
                        "No application of the trust list {name:?} is left to revert."
                    )));
                };
                let touched: Vec<Touched> = serde_json::from_str(&touched).map_err(ServiceError::internal)?;
                let (mut reverted, mut conflicts) = (Vec::new(), Vec::new());
                for Touched { fingerprint, before, after } in touched.into_iter().rev() {
                    let now = roots::by_fingerprint(tx, &fingerprint).await?;
                    let is = |kept: &Option<super::kept::Kept>| match (kept, &now) {
                        (Some(kept), Some(now)) => kept.is(now),
                        (None, None) => true,
                        _ => false,
                    };
                    if is(&before) {
                        continue;
                    }
                    if !is(&after) {
                        conflicts.push(format!("The root {fingerprint} was changed since the list was applied."));
                        continue;
                    }
                    match (before, now) {
                        (Some(before), _) => {
                            approvals::ask(tx, caller, ecosystem, ChangeKind::Put, &before.root()?).await?;
                        }
                        (None, Some(now)) => {
                            approvals::ask(tx, caller, ecosystem, ChangeKind::Delete, &now).await?;
                        }
                        (None, None) => {}
                    }
                    reverted.push(fingerprint);
                }
                if !conflicts.is_empty() {
                    return Err(ServiceError::Invalid(conflicts));
                }
                trust_lists::reverted(tx, id, ecosystem.now(), &who(caller)).await?;
                record::note(tx, caller, ecosystem, "RevertTrustList", name).await?;
                Ok(reverted)
            })
        })
        .await
}
