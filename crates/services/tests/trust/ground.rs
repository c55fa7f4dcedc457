//! Replicas of one ecosystem: several over the same database and keys.

use std::sync::Arc;

use opnc_pki::key::{KeyStore, MemoryKeyStore};
use opnc_services::ecosystem::Policy;
use opnc_services::{Caller, Ecosystem};
use opnc_store::{Store, StoreOptions};
use opnc_test_util::{TestClock, TestDb};

pub(crate) struct Ground {
    pub(crate) clock: TestClock,
    pub(crate) keys: Arc<MemoryKeyStore>,
    database: TestDb,
}

impl Ground {
    pub(crate) async fn new() -> Self {
        let clock = TestClock::at("2026-06-01T12:00:00Z");
        Self { clock, keys: Arc::new(MemoryKeyStore::new()), database: TestDb::new().await }
    }

    /// Another process on the same database.
    pub(crate) async fn replica(&self) -> Ecosystem {
        self.replica_with(Arc::<MemoryKeyStore>::clone(&self.keys), Policy::default()).await
    }

    pub(crate) async fn replica_with(&self, keys: Arc<dyn KeyStore>, policy: Policy) -> Ecosystem {
        let store =
            Store::open(&StoreOptions { location: self.database.location(), ..StoreOptions::temporary() }).await;
        let clock = Arc::new(self.clock.clone());
        Ecosystem::new(store.unwrap(), keys, clock, rand::random(), [8; 32], policy)
    }
}

pub(crate) fn admin(ecosystem: &Ecosystem) -> Caller {
    Caller::operator("test", ecosystem.new_id())
}
