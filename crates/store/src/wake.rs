//! What wakes whoever delivers events: a transaction that appended one was committed, here or in another process.
//!
//! Looking at the outbox now and then is what makes sure that every event is found. This is speed alone, and may miss some.

use std::sync::Arc;
use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::PgListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// The channel of PostgreSQL's NOTIFY. Each database has its own.
const CHANNEL: &str = "opnc_events";
/// The pause before a lost connection is made again.
const PAUSE: Duration = Duration::from_secs(1);

/// Tells of new events. Ends with the value; holds, on PostgreSQL, a connection beside those of the store.
#[derive(Debug)]
pub struct Wake {
    appended: watch::Receiver<()>,
    _listener: JoinSet<()>,
}

impl Wake {
    /// Returns when events were appended since it returned last, or may have been. What comes in between is one waking.
    ///
    /// It can be dropped while it waits, and nothing is missed by that. Without an event it waits for ever: callers set a
    /// time after which they look anyway.
    pub async fn next(&mut self) {
        if self.appended.changed().await.is_err() {
            std::future::pending().await
        }
    }
}

/// The waking side, which a store has.
#[derive(Debug, Clone)]
pub(crate) struct Waker {
    appended: watch::Sender<()>,
    /// What tells the notifications of this process from those of others: it has been woken already.
    id: Arc<str>,
}

impl Default for Waker {
    fn default() -> Self {
        Self { appended: watch::Sender::new(()), id: format!("{:032x}", rand::random::<u128>()).into() }
    }
}

impl Waker {
    /// Wakes all that wait in this process.
    pub(crate) fn wake(&self) {
        self.appended.send_replace(());
    }

    /// The statement that wakes other processes when its transaction is committed.
    pub(crate) fn notify(&self) -> String {
        format!("NOTIFY {CHANNEL}, '{}'", self.id)
    }

    /// Waits for this process alone, or for all that share a database.
    pub(crate) fn waiting(&self, shared: Option<PgPool>) -> Wake {
        let mut listener = JoinSet::new();
        if let Some(pool) = shared {
            listener.spawn(self.clone().listen(pool));
        }
        Wake { appended: self.appended.subscribe(), _listener: listener }
    }

    /// Hands on what other processes notify, until it is dropped.
    async fn listen(self, pool: PgPool) {
        loop {
            if let Err(error) = self.hear(&pool).await {
                tracing::debug!(%error, "not told of events by other processes until the connection is back");
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn hear(&self, pool: &PgPool) -> Result<(), sqlx::Error> {
        let mut listener = PgListener::connect_with(pool).await?;
        listener.eager_reconnect(false);
        listener.listen(CHANNEL).await?;
        // Whatever was appended before cannot be heard of any more.
        self.wake();
        while let Some(notification) = listener.try_recv().await? {
            if notification.payload() != &*self.id {
                self.wake();
            }
        }
        Ok(())
    }
}
