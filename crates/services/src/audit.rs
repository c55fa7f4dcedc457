//! The audit log, for those who run the ecosystem: read it, and see whether it was tampered with.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use opnc_messages::{Operation, Role};
pub use opnc_store::audit::{AuditEntry, AuditFilter, AuditRow, End, Fault, Outcome};
use opnc_store::{Reader, audit as table};

use uuid::Uuid;

use crate::{Caller, Ecosystem, ServiceError, access, record};

/// Rows that are read at a time.
const PAGE: u32 = 1000;
/// How often the chain is walked when rows leave at its beginning meanwhile.
const WALKS: u32 = 3;

/// What a walk along the chain found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// Where the chain begins: behind this row, the last that retention has removed.
    pub anchor: End,
    /// Where it ends, as far as it holds.
    pub last: End,
    /// The first thing that is wrong.
    pub fault: Option<Fault>,
    /// Whether the place that the caller had written down earlier is one of this chain; `None` when it cannot be told,
    /// because that row has left since.
    pub expected: Option<bool>,
}

/// The keyed hash under which an identifier stands in the log. `identifier` is in normal form.
pub fn subject(ecosystem: &Ecosystem, identifier: &str) -> String {
    ecosystem.pseudonyms().of(identifier)
}

/// Up to `limit` rows that the filter lets through, in order, from the one behind number `after`.
///
/// # Errors
/// [`ServiceError::Forbidden`] for everybody but admins.
pub async fn list(
    caller: &Caller,
    ecosystem: &Ecosystem,
    filter: &AuditFilter,
    after: u64,
    limit: u32,
) -> Result<Vec<AuditRow>, ServiceError> {
    admins_only(caller)?;
    let mut reader = ecosystem.store().read().await?;
    Ok(table::list(&mut reader, filter, after, limit).await?)
}

/// Up to `limit` rows that the filter lets through, the newest first, from the one before number `before` (or the last).
///
/// # Errors
/// [`ServiceError::Forbidden`] for everybody but admins.
pub async fn latest(
    caller: &Caller,
    ecosystem: &Ecosystem,
    filter: &AuditFilter,
    before: Option<u64>,
    limit: u32,
) -> Result<Vec<AuditRow>, ServiceError> {
    admins_only(caller)?;
    let mut reader = ecosystem.store().read().await?;
    Ok(table::latest(&mut reader, filter, before.unwrap_or(u64::MAX), limit).await?)
}

/// Where the chain begins and ends now: anchor and head.
///
/// # Errors
/// [`ServiceError::Forbidden`] for everybody but admins.
pub async fn ends(caller: &Caller, ecosystem: &Ecosystem) -> Result<(End, End), ServiceError> {
    admins_only(caller)?;
    let ends = table::ends(&mut ecosystem.store().read().await?).await?;
    Ok((ends.anchor, ends.head))
}

/// Walks the chain from its anchor to its head. `expected` is a place that was written down earlier, outside this
/// database: with one, even a chain that was made anew from its beginning is noticed.
///
/// # Errors
/// [`ServiceError::Forbidden`] for everybody but admins.
pub async fn verify(caller: &Caller, ecosystem: &Ecosystem, expected: Option<End>) -> Result<Verified, ServiceError> {
    admins_only(caller)?;
    let mut reader = ecosystem.store().read().await?;
    let mut verified = walk(&mut reader, expected).await?;
    for _ in 1..WALKS {
        let anchor = table::ends_if_there(&mut reader).await?.map(|ends| ends.anchor);
        if verified.fault.is_none() || anchor.is_none_or(|anchor| anchor == verified.anchor) {
            break;
        }
        verified = walk(&mut reader, expected).await?;
    }
    Ok(verified)
}

async fn walk(reader: &mut Reader, expected: Option<End>) -> Result<Verified, ServiceError> {
    let Some(ends) = table::ends_if_there(reader).await? else {
        let nowhere = End { seq: 0, hash: [0; 32] };
        return Ok(Verified { anchor: nowhere, last: nowhere, fault: Some(Fault::Ends), expected: None });
    };
    let found = |end: &End| expected.filter(|expected| expected.seq == end.seq).map(|expected| expected == *end);
    let mut verified = Verified { anchor: ends.anchor, last: ends.anchor, fault: None, expected: found(&ends.anchor) };
    while verified.last.seq < ends.head.seq {
        let rows = table::list(reader, &AuditFilter::default(), verified.last.seq, PAGE).await?;
        if rows.is_empty() {
            verified.fault = Some(Fault::Cut { head: ends.head.seq, last: verified.last.seq });
            return Ok(verified);
        }
        for row in rows.iter().take_while(|row| row.seq <= ends.head.seq) {
            if let Err(fault) = row.follows(&verified.last) {
                verified.fault = Some(fault);
                return Ok(verified);
            }
            verified.last = row.end();
            verified.expected = verified.expected.or(found(&verified.last));
        }
    }
    if verified.last != ends.head {
        verified.fault = Some(Fault::Head { seq: verified.last.seq });
    }
    if expected.is_some_and(|expected| expected.seq > verified.last.seq) {
        verified.expected = Some(false);
    }
    Ok(verified)
}

/// Who was refused what, so that it is not written down again and again.
#[derive(Default)]
pub(crate) struct Refusals {
    last: Mutex<HashMap<(Uuid, Operation), Timestamp>>,
}

impl Refusals {
    /// Whether this refusal is worth a row: at most one a minute for each party and operation.
    fn is_news(&self, caller: &Caller, operation: Operation, now: Timestamp) -> bool {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.retain(|_, at| now.duration_since(*at).abs() < SignedDuration::from_mins(1));
        match last.entry((caller.party, operation)) {
            Entry::Occupied(_) => false,
            Entry::Vacant(entry) => {
                entry.insert(now);
                true
            }
        }
    }
}

/// Writes down that a caller who is no admin tried what only admins may; other refusals are in the log of the process
/// alone. A party that goes on trying has one row a minute.
///
/// # Errors
/// When the store fails.
pub async fn refused(caller: &Caller, ecosystem: &Ecosystem, operation: Operation) -> Result<(), ServiceError> {
    let admins_only = access::row_of(operation).is_some_and(|row| row.roles == [Role::Admin]);
    if !admins_only || caller.role == Role::Admin || !ecosystem.refusals().is_news(caller, operation, ecosystem.now()) {
        return Ok(());
    }
    let noted = ecosystem.store().run_tx("note refusal", |tx| {
        Box::pin(async move {
            record::note_outcome(tx, caller, ecosystem, operation, "", Outcome::Denied);
            Ok(())
        })
    });
    noted.await
}

/// Refuses everybody but admins.
pub(crate) fn admins_only(caller: &Caller) -> Result<(), ServiceError> {
    if caller.role == Role::Admin {
        Ok(())
    } else {
        Err(ServiceError::Forbidden("Only admins may do this.".to_owned()))
    }
}
