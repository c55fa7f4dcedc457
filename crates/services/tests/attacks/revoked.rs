//! What follows from a revocation, and what does not.

use opnc_messages::Role;
use opnc_messages::ids::Emaid;
use opnc_messages::pki::{RevocationReason, RevokeCertificateReq};
use opnc_services::{Caller, ca, ccp, pcp, revocation};
use opnc_store::issued_certificates::{Filter, IssuedCertificate};
use opnc_store::outbox;
use uuid::Uuid;

use crate::world::{EMAID, PCID, World, caller, pcid};

const OTHER: &str = "DEDDD000000002";

fn operator() -> Caller {
    Caller::operator("test", Uuid::nil())
}

async fn issued(world: &World, subject: &str) -> Vec<IssuedCertificate> {
    let filter = Filter { subject_key: Some(ca::subject_key(subject)), ..Filter::default() };
    ca::issued(&operator(), &world.ecosystem, &filter, None, 10).await.unwrap()
}

async fn is_revoked(world: &World, subject: &str) -> bool {
    issued(world, subject).await.iter().all(|one| one.revocation.is_some())
}

async fn events(world: &World) -> Vec<String> {
    let mut reader = world.ecosystem.store().read().await.unwrap();
    outbox::waiting(&mut reader).await.unwrap().into_iter().map(|event| event.kind).collect()
}

#[tokio::test]
async fn a_contract_leaves_the_pool_with_its_certificate() {
    let world = World::new().await;
    world.generate(EMAID, PCID).await.unwrap();
    world.generate(OTHER, PCID).await.unwrap();
    let before = events(&world).await.len();
    let leaf = issued(&world, EMAID).await.remove(0);
    let request = RevokeCertificateReq {
        certificate: leaf.der.as_slice().into(),
        revocation_reason: RevocationReason::Superseded,
    };
    for _ in 0..2 {
        revocation::revoke_certificate(&caller(Role::EmspNoPki), &world.ecosystem, &request).await.unwrap();
    }
    assert!(world.contracts(EMAID).await.is_empty());
    assert_eq!(world.contracts(OTHER).await.len(), 1);
    assert!(!is_revoked(&world, OTHER).await);
    assert_eq!(events(&world).await[before..], ["contract.deleted"], "once");
    // Nobody else may do it, and it says nothing of who issued it to whom.
    assert!(revocation::revoke_certificate(&caller(Role::Oem), &world.ecosystem, &request).await.is_err());
}

#[tokio::test]
async fn a_replaced_certificate_takes_nothing_with_it() {
    let world = World::new().await;
    world.generate(EMAID, PCID).await.unwrap();
    let old = issued(&world, EMAID).await.remove(0);
    world.generate(EMAID, PCID).await.unwrap();
    assert!(
        revocation::revoke_by_operator(&operator(), &world.ecosystem, &old, RevocationReason::Superseded)
            .await
            .unwrap()
    );
    assert_eq!(world.contracts(EMAID).await.len(), 1, "the newer one stays");
}

#[tokio::test]
async fn deleting_revokes_unless_it_is_told_not_to() {
    let world = World::new().await;
    for (emaid, skip) in [(EMAID, true), (OTHER, false)] {
        world.generate(emaid, PCID).await.unwrap();
        ccp::delete(&caller(Role::EmspNoPki), &world.ecosystem, &Emaid::parse(emaid).unwrap(), skip).await.unwrap();
        assert_eq!(is_revoked(&world, emaid).await, !skip, "{emaid}");
    }
    world.generate("DEDDD000000003", PCID).await.unwrap();
    pcp::delete(&caller(Role::Oem), &world.ecosystem, &pcid(PCID), None, false).await.unwrap();
    assert!(is_revoked(&world, "DEDDD000000003").await);
}

#[tokio::test]
async fn a_ca_that_is_revoked_signs_no_longer() {
    let world = World::new().await;
    let all = ca::all(&operator(), &world.ecosystem).await.unwrap();
    let sub_ca_1 = all.iter().find(|one| one.kind.as_str() == "emspSubCa1").unwrap();
    let issued = ca::find(&operator(), &world.ecosystem, &sub_ca_1.certificate.fingerprint).await.unwrap();
    let reason = RevocationReason::CaCompromise;
    assert!(revocation::revoke_by_operator(&caller(Role::Oem), &world.ecosystem, &issued, reason).await.is_err());
    assert!(revocation::revoke_by_operator(&operator(), &world.ecosystem, &issued, reason).await.unwrap());
    assert!(world.generate(EMAID, PCID).await.is_err(), "the CA below it is out too");
    let after = ca::all(&operator(), &world.ecosystem).await.unwrap();
    let active = |kind: &str| after.iter().filter(|one| one.kind.as_str() == kind && one.active).count();
    assert_eq!((active("emspSubCa1"), active("emspIssuing"), active("cpsSigner")), (0, 0, 1));
    opnc_services::bootstrap::complete(&world.ecosystem).await.unwrap();
    assert!(world.generate(EMAID, PCID).await.is_err(), "nor does a start make a new one in its place");
}
