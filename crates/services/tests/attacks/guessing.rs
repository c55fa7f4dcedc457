//! Who guesses identifiers is stopped, whichever way it guesses.

use opnc_pki::hierarchy::Domain;
use opnc_services::ServiceError;
use opnc_services::ecosystem::Policy;
use opnc_test_util::TestPki;

use crate::world::{PCID, World};

/// Anybody can make a certificate with any PCID: a station's backend could ask which cars exist, and get another answer for
/// those that do.
#[tokio::test]
async fn made_up_certificates_are_guesses() {
    let policy = Policy { require_fingerprint: false, misses_per_minute: Some(3), ..Policy::default() };
    let world = World::with(policy).await;
    let mut own = TestPki::new(Domain::Oem, "Nobody", "2026-06-01T12:00:00Z".parse().unwrap());
    let mut refused = Vec::new();
    for _ in 0..4 {
        refused.push(world.install(&own.leaf(PCID), std::slice::from_ref(&world.v2g_root)).await.unwrap_err());
    }
    assert!(matches!(refused[0], ServiceError::Installation { .. }), "{:?}", refused[0]);
    assert!(matches!(refused[3], ServiceError::TooManyMisses { .. }), "{:?}", refused[3]);
}
