//! Founding is repeated at each start, and may have been cut off or be that of an earlier version.

use std::collections::BTreeSet;
use std::sync::Arc;

use opnc_messages::IsoVersion;
use opnc_pki::Certificate;
use opnc_pki::key::{Algorithm, KeyStore, MemoryKeyStore};
use opnc_services::ecosystem::Policy;
use opnc_services::{Ecosystem, bootstrap};
use opnc_store::authorities::{self, Authority};
use opnc_store::issued_certificates::{self, Filter};
use opnc_store::{Store, StoreOptions};
use opnc_test_util::TestClock;

struct Ground {
    ecosystem: Ecosystem,
    keys: Arc<MemoryKeyStore>,
}

impl Ground {
    async fn new() -> Self {
        let store = Store::open(&StoreOptions::temporary()).await.unwrap();
        let keys = Arc::new(MemoryKeyStore::new());
        let clock = Arc::new(TestClock::at("2026-06-01T12:00:00Z"));
        let shared: Arc<dyn KeyStore> = Arc::<MemoryKeyStore>::clone(&keys);
        let ecosystem = Ecosystem::new(store, shared, clock, [7; 32], [8; 32], Policy::default());
        Self { ecosystem, keys }
    }

    async fn authorities(&self) -> Vec<Authority> {
        authorities::list(&mut self.ecosystem.store().read().await.unwrap()).await.unwrap()
    }

    async fn issued(&self) -> usize {
        let mut reader = self.ecosystem.store().read().await.unwrap();
        issued_certificates::list(&mut reader, &Filter::default(), None, 100).await.unwrap().len()
    }
}

#[tokio::test]
async fn founding_again_changes_nothing() {
    let ground = Ground::new().await;
    let root = bootstrap::found(&ground.ecosystem, "Test", None).await.unwrap();
    let founded = ground.authorities().await;
    assert_eq!(bootstrap::found(&ground.ecosystem, "Other", None).await.unwrap().der(), root.der());
    bootstrap::complete(&ground.ecosystem).await.unwrap();
    assert_eq!(ground.authorities().await, founded);
    assert_eq!(ground.issued().await, founded.len() - 1, "all but the root were issued by one of ours");
}

#[tokio::test]
async fn each_algorithm_has_a_hierarchy_of_its_own() {
    let ground = Ground::new().await;
    for algorithm in Algorithm::ALL {
        bootstrap::found_for(&ground.ecosystem, algorithm, "Test", None).await.unwrap();
    }
    assert!(bootstrap::is_founded(&ground.ecosystem, IsoVersion::Iso2).await.unwrap());
    assert!(bootstrap::is_founded(&ground.ecosystem, IsoVersion::Iso20).await.unwrap());
    let all = ground.authorities().await;
    let keys: BTreeSet<&str> = all.iter().map(|authority| authority.key_id.as_str()).collect();
    assert_eq!((all.len(), keys.len()), (30, 30));
    for authority in &all {
        let certificate = Certificate::from_der(&authority.certificate.der).unwrap();
        assert_eq!(certificate.public_key().algorithm().as_str(), authority.algorithm);
        assert_eq!(*certificate.public_key(), ground.keys.public_key(&authority.key_id).unwrap());
    }
}

#[tokio::test]
async fn a_founding_that_was_cut_off_is_taken_up() {
    let ground = Ground::new().await;
    ground.keys.generate("v2g-root", Algorithm::Secp256r1).unwrap();
    ground.keys.generate("cpo-sub-ca-1", Algorithm::Secp256r1).unwrap();
    assert!(!bootstrap::is_founded(&ground.ecosystem, IsoVersion::Iso2).await.unwrap());
    bootstrap::found(&ground.ecosystem, "Test", None).await.unwrap();
    assert_eq!(ground.authorities().await.len(), 10);
}

#[tokio::test]
async fn nothing_is_founded_by_a_start() {
    let ground = Ground::new().await;
    bootstrap::complete(&ground.ecosystem).await.unwrap();
    assert_eq!((ground.authorities().await.len(), ground.issued().await), (0, 0));
}
