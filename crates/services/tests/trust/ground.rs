//! Replicas of one ecosystem: several over the same database and keys.

use std::sync::Arc;

use opnc_messages::RootType;
use opnc_messages::ids::RootId;
use opnc_messages::rcp::{Ctl, RootCertificate, RootTypes};
use opnc_pki::hierarchy::Domain;
use opnc_pki::key::{KeyStore, MemoryKeyStore};
use opnc_pki::{Certificate, Clock};
use opnc_services::ecosystem::Policy;
use opnc_services::{Caller, Ecosystem, rcp};
use opnc_store::{Store, StoreOptions};
use opnc_test_util::{TestClock, TestDb, TestPki};

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

/// A root of a new PKI.
pub(crate) fn root(domain: Domain, name: &str) -> Certificate {
    TestPki::new(domain, name, TestClock::at("2026-06-01T12:00:00Z").now()).root().clone()
}

/// Puts a root into the pool, or changes it.
pub(crate) async fn put(ecosystem: &Ecosystem, root: &Certificate, types: &[RootType], lists: &[Ctl]) {
    let types = RootTypes::new(types.iter().copied()).unwrap();
    let mut body = RootCertificate::new(root.der().to_vec().into(), types);
    body.fingerprint = Some(root.fingerprint());
    body.root_ctl_list = lists.to_vec();
    rcp::put(&admin(ecosystem), ecosystem, body).await.unwrap();
}

/// Takes a root out of the pool.
pub(crate) async fn remove(ecosystem: &Ecosystem, root: &Certificate) {
    rcp::delete(&admin(ecosystem), ecosystem, &RootId::Fingerprint(root.fingerprint())).await.unwrap();
}
