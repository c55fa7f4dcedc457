//! Recording what was signed before it is handed out, many at a time.
//!
//! A commit waits for the disk, and a disk does few of them in a second. Who comes while one is being written joins the
//! next one: the rate of enrolment is then that of signing, and each certificate is durable before anybody has it.

use std::sync::{Mutex, PoisonError};

use opnc_store::issued_certificates::{self, IssuedCertificate};
use tokio::sync::{Mutex as AsyncMutex, oneshot};

use super::enroll::{KEY_USED, OPERATION};
use crate::{Caller, Ecosystem, ServiceError, record};

/// The most certificates that one transaction records.
const MOST: usize = 256;

/// A certificate that waits to be recorded.
#[derive(Clone)]
pub(super) struct Entry {
    pub(super) caller: Caller,
    pub(super) row: IssuedCertificate,
    pub(super) key_hash: [u8; 32],
}

struct Waiting {
    entry: Entry,
    done: oneshot::Sender<Outcome>,
}

#[derive(Clone, Copy)]
enum Outcome {
    Recorded,
    KeyUsed,
    Failed,
}

/// What waits, and the right to write it.
#[derive(Default)]
pub(crate) struct Journal {
    waiting: Mutex<Vec<Waiting>>,
    writing: AsyncMutex<()>,
}

impl Journal {
    /// Records a certificate; when this returns, it is on the disk.
    pub(super) async fn write(&self, ecosystem: &Ecosystem, entry: Entry) -> Result<(), ServiceError> {
        let (done, mut outcome) = oneshot::channel();
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).push(Waiting { entry, done });
        // Somebody who wrote meanwhile may have taken this entry along.
        let failure = {
            let _right = self.writing.lock().await;
            match outcome.try_recv() {
                Ok(outcome) => return outcome.result(None),
                Err(_) => self.write_waiting(ecosystem).await.err(),
            }
        };
        match outcome.try_recv() {
            Ok(outcome) => outcome.result(failure),
            // More came before this one than one transaction takes.
            Err(_) => Box::pin(self.write_rest(ecosystem, outcome)).await,
        }
    }

    async fn write_rest(
        &self,
        ecosystem: &Ecosystem,
        mut outcome: oneshot::Receiver<Outcome>,
    ) -> Result<(), ServiceError> {
        loop {
            let _right = self.writing.lock().await;
            if let Ok(outcome) = outcome.try_recv() {
                return outcome.result(None);
            }
            self.write_waiting(ecosystem).await?;
        }
    }

    /// Writes up to [`MOST`] of those that wait, and tells each what became of it.
    async fn write_waiting(&self, ecosystem: &Ecosystem) -> Result<(), ServiceError> {
        let batch = {
            let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            let taken = waiting.len().min(MOST);
            waiting.drain(..taken).collect::<Vec<_>>()
        };
        let (entries, senders): (Vec<Entry>, Vec<_>) = batch.into_iter().map(|one| (one.entry, one.done)).unzip();
        let entries = &entries;
        let written: Result<Vec<Outcome>, ServiceError> = ecosystem
            .store()
            .run_tx("record certificates", |tx| {
                Box::pin(async move {
                    let mut outcomes = Vec::with_capacity(entries.len());
                    for entry in entries {
                        if issued_certificates::key_was_used(tx, &entry.key_hash).await? {
                            outcomes.push(Outcome::KeyUsed);
                            continue;
                        }
                        issued_certificates::add(tx, &entry.row).await?;
                        record::note(tx, &entry.caller, ecosystem, OPERATION, &entry.row.subject_key).await?;
                        outcomes.push(Outcome::Recorded);
                    }
                    Ok(outcomes)
                })
            })
            .await;
        let outcomes = written.as_ref().map_or_else(|_| vec![Outcome::Failed; senders.len()], Clone::clone);
        for (sender, outcome) in senders.into_iter().zip(outcomes) {
            // Who no longer waits has gone away; the certificate is recorded and nobody has it.
            let _ = sender.send(outcome);
        }
        written.map(drop)
    }
}

impl Outcome {
    fn result(self, failure: Option<ServiceError>) -> Result<(), ServiceError> {
        match self {
            Self::Recorded => Ok(()),
            Self::KeyUsed => Err(ServiceError::invalid(KEY_USED)),
            Self::Failed => {
                Err(failure.unwrap_or_else(|| ServiceError::internal("the record of the certificate was not written")))
            }
        }
    }
}
