//! Applying a list: in one transaction, by the hand of an admin.

use opnc_store::trust_lists::{self, AppliedRow};

use super::kept::{Kept, Touched};
use super::{Consent, Plan, find, plan, who};
use crate::approvals::{self, Asked, ChangeKind};
use crate::audit::admins_only;
use crate::{Caller, Ecosystem, ServiceError, record};

/// What was done.
#[derive(Debug, Clone)]
pub struct Applied {
    /// What was planned at that moment.
    pub plan: Plan,
    /// How many changes wait for another admin.
    pub waiting: usize,
}

/// Applies a list. Where nothing changes, nothing is recorded.
///
/// # Errors
/// [`ServiceError::NotFound`] when there is no such list, [`ServiceError::Invalid`] when its time is over, or another change of
/// one of the roots waits for approval.
pub async fn apply(
    caller: &Caller,
    ecosystem: &Ecosystem,
    name: &str,
    consent: Consent,
) -> Result<Applied, ServiceError> {
    admins_only(caller)?;
    ecosystem
        .store()
        .run_tx("apply trust list", |tx| {
            Box::pin(async move {
                let imported = find(tx, name).await?;
                let plan = plan::make(tx, ecosystem, &imported, consent).await?;
                let (mut touched, mut waiting) = (Vec::new(), 0);
                for step in plan.steps.iter().filter(|step| step.action.changes()) {
                    let asked = match (&step.before, &step.after) {
                        (_, Some(after)) => approvals::ask(tx, caller, ecosystem, ChangeKind::Put, after).await?,
                        (Some(before), None) => {
                            approvals::ask(tx, caller, ecosystem, ChangeKind::Delete, before).await?
                        }
                        (None, None) => continue,
                    };
                    waiting += usize::from(matches!(asked, Asked::Waits(_)));
                    let (before, after) = (step.before.as_ref().map(Kept::from), step.after.as_ref().map(Kept::from));
                    touched.push(Touched { fingerprint: step.fingerprint, before, after });
                }
                if !touched.is_empty() {
                    let row = AppliedRow {
                        id: ecosystem.new_id(),
                        name: plan.name.clone(),
                        version: plan.version,
                        touched: serde_json::to_string(&touched).map_err(ServiceError::internal)?,
                        applied_at: ecosystem.now(),
                        applied_by: who(caller),
                        reverted_at: None,
                    };
                    trust_lists::applied(tx, &row).await?;
                    record::note(tx, caller, ecosystem, "ApplyTrustList", &plan.name).await?;
                }
                Ok(Applied { plan, waiting })
            })
        })
        .await
}
