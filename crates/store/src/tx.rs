//! A transaction: what is written in one is there as a whole or not at all.

use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::pin::Pin;

use uuid::Uuid;

use crate::StoreError;
use crate::audit::{self, AuditEntry};
use crate::reader::Reader;
use crate::wake::Waker;

/// A transaction that [`Store::run_tx`](crate::Store::run_tx) commits or rolls back. Reads like a [`Reader`].
///
/// The lifetime is that of what the work borrows from its surroundings; functions write `&mut Tx<'_>`.
pub struct Tx<'env> {
    reader: Reader,
    /// What the audit log is to say of this transaction, written right before the commit.
    noted: Vec<AuditEntry>,
    /// Whether it appended events.
    events: bool,
    /// Whether it changed what [`Store::changes`](crate::Store::changes) counts.
    changed: bool,
    /// The last event there is, once that was asked for.
    last_event: Option<Uuid>,
    env: PhantomData<&'env ()>,
}

/// What the work of a transaction returns: `Box::pin(async move { … })`.
pub type TxFuture<'t, T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send + 't>>;

impl Tx<'_> {
    pub(crate) fn new(reader: Reader) -> Self {
        Self { reader, noted: Vec::new(), events: false, changed: false, last_event: None, env: PhantomData }
    }

    pub(crate) fn note(&mut self, entry: AuditEntry) {
        self.noted.push(entry);
    }

    pub(crate) fn tell_of_events(&mut self) {
        self.events = true;
    }

    pub(crate) fn last_event(&self) -> Option<Uuid> {
        self.last_event
    }

    pub(crate) fn remember_event(&mut self, last: Uuid) {
        self.last_event = Some(last);
    }

    pub(crate) fn has_events(&self) -> bool {
        self.events
    }

    pub(crate) fn tell_of_change(&mut self) {
        self.changed = true;
    }

    pub(crate) fn has_changed(&self) -> bool {
        self.changed
    }

    /// Writes what was noted, and has the engine tell others of events: the last statements before the commit.
    pub(crate) async fn finish(&mut self, waker: &Waker) -> Result<(), StoreError> {
        audit::write(&mut self.reader, std::mem::take(&mut self.noted)).await?;
        if self.events { self.reader.notify(waker).await } else { Ok(()) }
    }

    pub(crate) fn into_reader(self) -> Reader {
        self.reader
    }
}

impl Deref for Tx<'_> {
    type Target = Reader;

    fn deref(&self) -> &Reader {
        &self.reader
    }
}

impl DerefMut for Tx<'_> {
    fn deref_mut(&mut self) -> &mut Reader {
        &mut self.reader
    }
}
