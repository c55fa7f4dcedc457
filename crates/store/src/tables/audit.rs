//! Who changed what, when: a chain of rows, appended in the transaction of the change, and never changed.
//!
//! [`append`] only notes an entry; the transaction writes what it has noted as its last statements, because from then
//! on until the commit it holds the head of the chain, for which every other writer waits. Rows leave only at the beginning
//! ([`trim`]); the anchor keeps sequence number and hash of the last one that left.

mod chain;
mod ends;
mod entry;
mod list;

pub use chain::{Fault, chain_hash};
pub use ends::{End, Ends, ends, ends_if_there, trim};
pub use entry::{AuditEntry, AuditRow, Outcome};
pub use list::{AuditFilter, latest, list, of_subject};

pub(crate) use chain::write;

use crate::Tx;
use crate::statement::Statement;

/// Notes an entry: it is written when the transaction commits, and not when it does not.
pub fn append(tx: &mut Tx<'_>, entry: AuditEntry) {
    tx.note(entry);
}

/// Every statement of the chain and its ends.
pub(crate) fn all() -> impl Iterator<Item = &'static Statement> {
    [chain::ALL, ends::ALL, list::ALL].into_iter().flatten().copied()
}
