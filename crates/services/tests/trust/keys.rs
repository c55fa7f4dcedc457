//! The keys of signed documents: one for all replicas, and its successor.

use std::sync::Arc;

use opnc_client::signed::{SignedError, verify};
use opnc_messages::Role;
use opnc_pki::key::MemoryKeyStore;
use opnc_services::ecosystem::Policy;
use opnc_services::signed_document::{announce, keys, sign, switch};
use opnc_services::{Caller, ServiceError};

use crate::ground::{Ground, admin};

const TYPE: &str = "opnc-test+jws";

#[tokio::test]
async fn replicas_that_sign_first_at_once_have_one_key() {
    let ground = Ground::new().await;
    let (one, two) = (ground.replica().await, ground.replica().await);
    let (a, b) = tokio::join!(sign(&one, TYPE, b"a"), sign(&two, TYPE, b"b"));
    let set = keys(&one).await.unwrap();
    assert_eq!(set.iter().count(), 1);
    assert_eq!(keys(&two).await.unwrap(), set);
    for (text, payload) in [(a, b"a"), (b, b"b")] {
        assert_eq!(verify(text.unwrap().as_bytes(), TYPE, &set, 1000).unwrap().payload, payload);
    }
}

#[tokio::test]
async fn the_next_key_is_announced_before_it_signs() {
    let ground = Ground::new().await;
    let ecosystem = ground.replica().await;
    let caller = &admin(&ecosystem);
    let pinned = keys(&ecosystem).await.unwrap();
    assert!(matches!(switch(caller, &ecosystem).await, Err(ServiceError::Invalid(_))), "nobody would follow");
    let announced = announce(caller, &ecosystem).await.unwrap();
    assert_eq!(announced.iter().count(), 2);
    assert_eq!(announce(caller, &ecosystem).await.unwrap(), announced, "once is enough");
    let text = sign(&ecosystem, TYPE, b"old").await.unwrap();
    assert!(verify(text.as_bytes(), TYPE, &pinned, 1000).is_ok(), "the old key still signs");

    let left = switch(caller, &ground.replica().await).await.unwrap();
    assert_eq!(left.iter().collect::<Vec<_>>(), announced.iter().skip(1).collect::<Vec<_>>());
    let text = sign(&ecosystem, TYPE, b"new").await.unwrap();
    assert!(verify(text.as_bytes(), TYPE, &announced, 1000).is_ok(), "who saw the announcement follows");
    assert!(matches!(verify(text.as_bytes(), TYPE, &pinned, 1000), Err(SignedError::UnknownKey { .. })));
}

#[tokio::test]
async fn only_admins_change_keys() {
    let ecosystem = Ground::new().await.replica().await;
    let caller = Caller { role: Role::Cpo, ..admin(&ecosystem) };
    assert!(matches!(announce(&caller, &ecosystem).await, Err(ServiceError::Forbidden(_))));
    assert!(matches!(switch(&caller, &ecosystem).await, Err(ServiceError::Forbidden(_))));
}

/// A replica with a key folder of its own would sign with a key that nobody has pinned.
#[tokio::test]
async fn a_replica_without_the_key_signs_nothing() {
    let ground = Ground::new().await;
    sign(&ground.replica().await, TYPE, b"").await.unwrap();
    let other = ground.replica_with(Arc::new(MemoryKeyStore::new()), Policy::default()).await;
    assert!(matches!(sign(&other, TYPE, b"").await, Err(ServiceError::Unavailable(_))));
    assert!(matches!(keys(&other).await, Err(ServiceError::Unavailable(_))));
}
