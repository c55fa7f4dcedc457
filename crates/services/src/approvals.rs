//! Four eyes: a change of the root pool that one admin asks for is made when another one approves it.
//!
//! With `Policy::root_approvals` of 1 a change is made at once. With 2 it waits, and nothing of it is to be seen in the
//! pool. Asking for the very same as somebody else is an approval: so two admins can do it with the operations of OPNC
//! alone.

use jiff::Timestamp;
use opnc_messages::Operation;
use opnc_messages::texts;
use opnc_pki::certificate::Certificate;
use opnc_pki::chain;
use opnc_store::Tx;
use opnc_store::audit::Outcome;
use opnc_store::root_changes as table;
pub use opnc_store::root_changes::{ChangeKind, ChangeStatus, RootChange};
use opnc_store::roots::{self, Root};
use uuid::Uuid;

use crate::audit::admins_only;
use crate::{Caller, Ecosystem, ServiceError, rcp, record};

/// What became of a wish.
pub(crate) enum Asked {
    /// It is done; the root as it stands, or stood, in the pool.
    Done(Root),
    /// It waits.
    Waits(RootChange),
}

/// A change that waits, as those see it who asked for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pending {
    /// The id by which it is approved or rejected.
    pub change: Uuid,
    /// When it ends without a decision.
    pub expires_at: Timestamp,
}

impl From<&RootChange> for Pending {
    fn from(change: &RootChange) -> Self {
        Self { change: change.root.id, expires_at: change.expires_at }
    }
}

/// Every change that is kept, the oldest first.
///
/// # Errors
/// [`ServiceError::Forbidden`] for everybody but admins.
pub async fn list(caller: &Caller, ecosystem: &Ecosystem) -> Result<Vec<RootChange>, ServiceError> {
    admins_only(caller)?;
    expire(ecosystem).await?;
    Ok(table::list(&mut ecosystem.store().read().await?).await?)
}

/// Makes a change that another admin asked for; the root as it stands, or stood, in the pool.
///
/// # Errors
/// [`ServiceError::Forbidden`] for who asked for it, [`ServiceError::NotFound`] when no such change waits,
/// [`ServiceError::Invalid`] when the root cannot be trusted any more.
pub async fn approve(caller: &Caller, ecosystem: &Ecosystem, change: Uuid) -> Result<RootChange, ServiceError> {
    admins_only(caller)?;
    expire(ecosystem).await?;
    let approved = ecosystem.store().run_tx("approve root change", |tx| {
        Box::pin(async move {
            let change = waiting(tx, change).await?;
            if change.requested_by == who(caller) {
                record::note_outcome(tx, caller, ecosystem, "ApproveRootChange", &print(&change.root), Outcome::Denied);
                return Ok(Err(own()));
            }
            make(tx, caller, ecosystem, &change).await?;
            Ok::<_, ServiceError>(Ok(change))
        })
    });
    approved.await?
}

/// Drops a change: another admin's, or one's own.
///
/// # Errors
/// [`ServiceError::NotFound`] when no such change waits.
pub async fn reject(caller: &Caller, ecosystem: &Ecosystem, change: Uuid) -> Result<RootChange, ServiceError> {
    admins_only(caller)?;
    let rejected = ecosystem.store().run_tx("reject root change", |tx| {
        Box::pin(async move {
            let change = waiting(tx, change).await?;
            decide(tx, caller, ecosystem, &change, ChangeStatus::Rejected).await?;
            Ok(change)
        })
    });
    rejected.await
}

/// Ends the changes that nobody decided about in time; how many.
///
/// # Errors
/// When the store fails.
pub async fn expire(ecosystem: &Ecosystem) -> Result<usize, ServiceError> {
    let (program, now) = (&Caller::program(ecosystem.new_id()), ecosystem.now());
    let due = table::list(&mut ecosystem.store().read().await?).await?;
    if !due.iter().any(|change| change.status == ChangeStatus::Pending && change.expires_at <= now) {
        return Ok(0);
    }
    let expired = ecosystem.store().run_tx("expire root changes", |tx| {
        Box::pin(async move {
            let expired = table::expire(tx, now).await?;
            for change in &expired {
                record::note(tx, program, ecosystem, "ExpireRootChange", &print(&change.root)).await?;
            }
            Ok::<_, ServiceError>(expired.len())
        })
    });
    expired.await
}

/// Asks for a change: it is made at once, waits, or is the approval of what another admin asked for.
pub(crate) async fn ask(
    tx: &mut Tx<'_>,
    caller: &Caller,
    ecosystem: &Ecosystem,
    kind: ChangeKind,
    root: &Root,
) -> Result<Asked, ServiceError> {
    let now = ecosystem.now();
    if ecosystem.policy().root_approvals < 2 {
        return apply(tx, caller, ecosystem, kind, root).await.map(Asked::Done);
    }
    if let Some(waiting) = table::pending_of(tx, root).await? {
        let same = waiting.kind == kind && (kind == ChangeKind::Delete || same_content(&waiting.root, root));
        let own = waiting.requested_by == who(caller);
        match (same, own) {
            _ if waiting.expires_at <= now => decide(tx, caller, ecosystem, &waiting, ChangeStatus::Expired).await?,
            (true, true) => return Ok(Asked::Waits(waiting)),
            (true, false) => return make(tx, caller, ecosystem, &waiting).await.map(Asked::Done),
            // Who asked for something else before has thought again.
            (false, true) => decide(tx, caller, ecosystem, &waiting, ChangeStatus::Rejected).await?,
            (false, false) => {
                return Err(ServiceError::invalid(format!(
                    "Another change of this root waits for approval: approve or reject {} first.",
                    waiting.root.id
                )));
            }
        }
    }
    // As when two admins have done it and a third one sends the same: there is nothing to be approved.
    if kind == ChangeKind::Put
        && let Some(there) = roots::by_fingerprint(tx, &root.fingerprint).await?
        && same_content(&there, root)
    {
        return Ok(Asked::Done(there));
    }
    let change = RootChange {
        root: Root { id: ecosystem.new_id(), created_at: now, ..root.clone() },
        kind,
        status: ChangeStatus::Pending,
        requested_by: who(caller),
        expires_at: now.saturating_add(ecosystem.policy().root_approval_lifetime).map_err(ServiceError::internal)?,
        decided_by: None,
        decided_at: None,
    };
    table::add(tx, &change).await?;
    record::note_outcome(tx, caller, ecosystem, operation(kind), &print(root), Outcome::Pending);
    Ok(Asked::Waits(change))
}

/// Makes a change that waits, and remembers who approved it.
async fn make(
    tx: &mut Tx<'_>,
    caller: &Caller,
    ecosystem: &Ecosystem,
    change: &RootChange,
) -> Result<Root, ServiceError> {
    let mut root = change.root.clone();
    match change.kind {
        ChangeKind::Put => {
            let certificate = Certificate::from_der(&root.der).map_err(ServiceError::internal)?;
            chain::check_root(&certificate, ecosystem.now()).map_err(|errors| {
                ServiceError::Invalid(errors.iter().map(|error| format!("caCertificate : {error}")).collect())
            })?;
            root.created_at = ecosystem.now();
        }
        ChangeKind::Delete => {
            let in_pool = roots::by_fingerprint(tx, &root.fingerprint).await?;
            root = in_pool.ok_or_else(|| ServiceError::NotFound(texts::ROOT_NOT_FOUND.to_owned()))?;
        }
    }
    decide(tx, caller, ecosystem, change, ChangeStatus::Approved).await?;
    apply(tx, caller, ecosystem, change.kind, &root).await
}

async fn apply(
    tx: &mut Tx<'_>,
    caller: &Caller,
    ecosystem: &Ecosystem,
    kind: ChangeKind,
    root: &Root,
) -> Result<Root, ServiceError> {
    match kind {
        ChangeKind::Put => rcp::apply_put(tx, caller, ecosystem, root).await,
        ChangeKind::Delete => rcp::apply_delete(tx, caller, ecosystem, root).await.map(|()| root.clone()),
    }
}

async fn decide(
    tx: &mut Tx<'_>,
    caller: &Caller,
    ecosystem: &Ecosystem,
    change: &RootChange,
    status: ChangeStatus,
) -> Result<(), ServiceError> {
    table::decide(tx, change.root.id, status, &who(caller), ecosystem.now()).await?;
    let action = match status {
        ChangeStatus::Approved => "ApproveRootChange",
        ChangeStatus::Expired => "ExpireRootChange",
        ChangeStatus::Rejected | ChangeStatus::Pending => "RejectRootChange",
    };
    record::note(tx, caller, ecosystem, action, &print(&change.root)).await
}

async fn waiting(tx: &mut Tx<'_>, change: Uuid) -> Result<RootChange, ServiceError> {
    let change = table::by_id(tx, change).await?.filter(|change| change.status == ChangeStatus::Pending);
    change.ok_or_else(|| ServiceError::NotFound("No change with this id waits for approval.".to_owned()))
}

fn same_content(one: &Root, other: &Root) -> bool {
    let mut types = (one.types.clone(), other.types.clone());
    types.0.sort_unstable();
    types.1.sort_unstable();
    let lists = |root: &Root| {
        let Root { ctl_list, certificate_revocation_list, cross_certificate_pair, labeled_uri, .. } = root.clone();
        (ctl_list, certificate_revocation_list, cross_certificate_pair, labeled_uri)
    };
    types.0 == types.1 && lists(one) == lists(other)
}

/// Who asks or decides: a party of the ecosystem, or a user of the machine.
fn who(caller: &Caller) -> String {
    match &caller.operator {
        Some(name) => format!("operator {name}"),
        None => format!("party {}", caller.party),
    }
}

fn operation(kind: ChangeKind) -> Operation {
    match kind {
        ChangeKind::Put => Operation::PutRootCertificate,
        ChangeKind::Delete => Operation::DeleteRootCertificate,
    }
}

fn print(root: &Root) -> String {
    root.fingerprint.to_string()
}

fn own() -> ServiceError {
    ServiceError::Forbidden("A change is approved by another admin than the one who asked for it.".to_owned())
}
