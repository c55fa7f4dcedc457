//! Trust lists: the roots that somebody else recognises, under a name.
//!
//! Importing a list keeps it and changes nothing. Applying it writes its name to the roots of the pool that are on it, and takes
//! it from those that are not; by the policy of the operator that decides what a root is trusted for. New roots enter, and old
//! ones leave, only when the operator says so as well. Everything goes the way of any change of a root: audit log, events, and
//! the second admin where two are needed.

mod apply;
mod export;
mod format;
mod import;
mod kept;
mod plan;
mod revert;

use std::collections::BTreeSet;

use opnc_client::trust::TrustList;
use opnc_messages::rcp::Ctl;
use opnc_store::trust_lists::{self, TrustListRow};
use opnc_store::{Reader, Tx, roots};

use super::policy::canonical;
use crate::audit::admins_only;
use crate::{Caller, Ecosystem, ServiceError};

pub use apply::{Applied, apply};
pub use export::{Exported, export};
pub use import::import;
pub use plan::{Action, Plan, Step};
pub use revert::revert;

/// What else applying a list may do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Consent {
    /// Roots of the list that the pool lacks enter it.
    pub add: bool,
    /// Roots of the pool that were on this list alone, and are no more, leave it.
    pub remove: bool,
}

/// An imported list, and what it says.
#[derive(Debug, Clone)]
pub struct Imported {
    /// As it is kept.
    pub row: TrustListRow,
    /// What it says.
    pub list: TrustList,
    /// How many roots of the pool it has marked.
    pub marks: usize,
}

impl Imported {
    /// Whether its time is over and it counts for something. What it has marked goes on counting: the operator has applied it, and a successor that does
    /// not come must not end all that hangs below its roots.
    pub fn counts_after_its_end(&self, at: jiff::Timestamp) -> bool {
        at >= self.row.expires && self.marks > 0
    }
}

/// Every list that was imported.
///
/// # Errors
/// [`ServiceError::Forbidden`] for everybody but admins.
pub async fn all(caller: &Caller, ecosystem: &Ecosystem) -> Result<Vec<Imported>, ServiceError> {
    admins_only(caller)?;
    let mut reader = ecosystem.store().read().await?;
    let rows = trust_lists::list(&mut reader).await?;
    let pool = roots::list(&mut reader, None, None).await?;
    let marks = |name: &String| pool.iter().filter(|root| root.ctl_list.contains(name)).count();
    rows.into_iter().map(|row| Ok(Imported { list: format::kept(&row)?, marks: marks(&row.name), row })).collect()
}

/// What applying this list would do now.
///
/// # Errors
/// [`ServiceError::NotFound`] when there is no such list, [`ServiceError::Invalid`] when its time is over.
pub async fn plan(caller: &Caller, ecosystem: &Ecosystem, name: &str, consent: Consent) -> Result<Plan, ServiceError> {
    admins_only(caller)?;
    let mut reader = ecosystem.store().read().await?;
    let imported = find(&mut reader, name).await?;
    plan::make(&mut reader, ecosystem, &imported, consent).await
}

/// Refuses a trust list that nobody knows: a slip in its name must not end in an empty list, or in an empty trust store.
pub(crate) async fn check_name(ecosystem: &Ecosystem, parameter: &str, name: &str) -> Result<(), ServiceError> {
    let mut reader = ecosystem.store().read().await?;
    let imported = trust_lists::list(&mut reader).await?.into_iter().map(|list| list.name);
    let named = roots::list(&mut reader, None, None).await?.into_iter().flat_map(|root| root.ctl_list);
    let known: BTreeSet<String> =
        Ctl::ALL.iter().map(|ctl| ctl.as_str().to_owned()).chain(imported).chain(named).collect();
    if known.contains(name) {
        return Ok(());
    }
    let known: Vec<String> = known.into_iter().collect();
    Err(ServiceError::invalid(format!("{parameter} : there is no such list; known are {}", known.join(", "))))
}

async fn find(reader: &mut Reader, name: &str) -> Result<Imported, ServiceError> {
    let row = trust_lists::get(reader, &canonical(name)).await?;
    let row = row.ok_or_else(|| ServiceError::NotFound(format!("No trust list {name:?} was imported.")))?;
    Ok(Imported { list: format::kept(&row)?, marks: marks(reader, &row.name).await?, row })
}

/// How many roots of the pool have this name among their lists.
async fn marks(reader: &mut Reader, name: &String) -> Result<usize, ServiceError> {
    Ok(roots::list(reader, None, None).await?.iter().filter(|root| root.ctl_list.contains(name)).count())
}

/// Whose hand it was, as the list's record has it.
fn who(caller: &Caller) -> String {
    caller.operator.clone().unwrap_or_else(|| caller.party.to_string())
}

/// A name of a list that the official file cannot express, and that a PUT of a root therefore leaves as it is.
pub(crate) async fn keep_foreign_names(tx: &mut Tx<'_>, root: &mut roots::Root) -> Result<(), ServiceError> {
    let there = roots::by_fingerprint(tx, &root.fingerprint).await?;
    let foreign = |name: &String| Ctl::parse(name).is_none();
    root.ctl_list.extend(there.into_iter().flat_map(|root| root.ctl_list).filter(foreign));
    Ok(())
}
