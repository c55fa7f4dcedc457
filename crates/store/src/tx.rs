//! A transaction: what is written in one is there as a whole or not at all.

use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::pin::Pin;

use crate::StoreError;
use crate::audit::{self, AuditEntry};
use crate::reader::Reader;

/// A transaction that [`Store::run_tx`](crate::Store::run_tx) commits or rolls back. Reads like a [`Reader`].
///
/// The lifetime is that of what the work borrows from its surroundings; functions write `&mut Tx<'_>`.
pub struct Tx<'env> {
    reader: Reader,
    /// What the audit log is to say of this transaction, written right before the commit.
    noted: Vec<AuditEntry>,
    env: PhantomData<&'env ()>,
}

/// What the work of a transaction returns: `Box::pin(async move { … })`.
pub type TxFuture<'t, T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send + 't>>;

impl Tx<'_> {
    pub(crate) fn new(reader: Reader) -> Self {
        Self { reader, noted: Vec::new(), env: PhantomData }
    }

    pub(crate) fn note(&mut self, entry: AuditEntry) {
        self.noted.push(entry);
    }

    /// Writes what was noted: the last statements before the commit.
    pub(crate) async fn write_audit(&mut self) -> Result<(), StoreError> {
        audit::write(&mut self.reader, std::mem::take(&mut self.noted)).await
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
