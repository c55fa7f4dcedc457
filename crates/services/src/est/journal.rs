//! Recording what was signed before it is handed out, many at a time.
//!
//! A commit waits for the disk, and a disk does few of them in a second. Who comes while one is being written is in the
//! next one: the rate of enrolment is then that of signing, and each certificate is durable before anybody has it. The
//! writing is a task of its own, so that no request waits for those behind it, or takes them along when its caller goes.

use std::mem;
use std::sync::{Arc, Mutex, PoisonError};

use opnc_store::issued_certificates::{self, IssuedCertificate};
use tokio::sync::oneshot;

use super::enroll::{KEY_USED, OPERATION};
use crate::{Caller, Ecosystem, ServiceError, record};

/// The most certificates that one transaction records.
const MOST: usize = 256;

/// A certificate that waits to be recorded.
pub(super) struct Entry {
    pub(super) caller: Caller,
    pub(super) row: IssuedCertificate,
}

struct Waiting {
    entry: Entry,
    done: oneshot::Sender<Outcome>,
}

#[derive(Clone)]
enum Outcome {
    Recorded,
    KeyUsed,
    Failed(Arc<ServiceError>),
}

/// What waits, and whether somebody writes.
#[derive(Default)]
pub(crate) struct Journal(Mutex<Queue>);

#[derive(Default)]
struct Queue {
    waiting: Vec<Waiting>,
    is_written: bool,
}

impl Journal {
    /// Records a certificate; when this returns, it is on the disk.
    pub(super) async fn write(&self, ecosystem: &Ecosystem, entry: Entry) -> Result<(), ServiceError> {
        let (done, outcome) = oneshot::channel();
        let somebody_writes = {
            let mut queue = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            queue.waiting.push(Waiting { entry, done });
            mem::replace(&mut queue.is_written, true)
        };
        if !somebody_writes {
            tokio::spawn(write_all(ecosystem.clone()));
        }
        match outcome.await.map_err(ServiceError::internal)? {
            Outcome::Recorded => Ok(()),
            Outcome::KeyUsed => Err(ServiceError::invalid(KEY_USED)),
            Outcome::Failed(error) => Err(ServiceError::internal(error)),
        }
    }

    /// The next ones to be written; none: nobody writes any longer.
    fn next(&self) -> Vec<Waiting> {
        let mut queue = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = queue.waiting.len().min(MOST);
        queue.is_written = taken > 0;
        queue.waiting.drain(..taken).collect()
    }
}

/// The right to write. Should it be lost before its time, by a panic or the end of the process, nobody waits for nothing.
struct Right {
    ecosystem: Ecosystem,
    is_over: bool,
}

impl Drop for Right {
    fn drop(&mut self) {
        if !self.is_over {
            *self.ecosystem.journal().0.lock().unwrap_or_else(PoisonError::into_inner) = Queue::default();
        }
    }
}

/// Writes what waits, and what comes meanwhile, and tells each what became of it.
async fn write_all(ecosystem: Ecosystem) {
    let mut right = Right { ecosystem: ecosystem.clone(), is_over: false };
    loop {
        let batch = ecosystem.journal().next();
        if batch.is_empty() {
            right.is_over = true;
            return;
        }
        let (entries, senders): (Vec<_>, Vec<_>) = batch.into_iter().map(|one| (one.entry, one.done)).unzip();
        let outcomes = write(&ecosystem, &entries).await.unwrap_or_else(|error| {
            let error = Arc::new(error);
            entries.iter().map(|_| Outcome::Failed(Arc::clone(&error))).collect()
        });
        for (sender, outcome) in senders.into_iter().zip(outcomes) {
            // Who no longer waits has gone away; the certificate is recorded and nobody has it.
            let _ = sender.send(outcome);
        }
    }
}

/// One transaction.
async fn write(ecosystem: &Ecosystem, entries: &[Entry]) -> Result<Vec<Outcome>, ServiceError> {
    ecosystem
        .store()
        .run_tx("record certificates", |tx| {
            Box::pin(async move {
                let hashes: Vec<_> = entries.iter().filter_map(|entry| entry.row.public_key_hash).collect();
                let mut used = issued_certificates::keys_used(tx, &hashes).await?;
                let (mut rows, mut outcomes) = (Vec::new(), Vec::with_capacity(entries.len()));
                for entry in entries {
                    // Two of this transaction may have the same key.
                    if entry.row.public_key_hash.is_some_and(|hash| !used.insert(hash)) {
                        outcomes.push(Outcome::KeyUsed);
                        continue;
                    }
                    rows.push(&entry.row);
                    record::note(tx, &entry.caller, ecosystem, OPERATION, &entry.row.subject_key).await?;
                    outcomes.push(Outcome::Recorded);
                }
                issued_certificates::add_all(tx, &rows).await?;
                Ok(outcomes)
            })
        })
        .await
}
