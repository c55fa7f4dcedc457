//! The main job in short: a car is published, gets contracts of two eMSPs, installs, and goes.

use opnc_messages::{Role, texts};
use opnc_pki::Clock;
use opnc_test_util::{World, exi_of, session_id};

use super::kinds;

const PCID: &str = "WAA00000000000001";
const OWN_PKI: &str = "DECCC000000001";
const NO_PKI: &str = "DEDDD000000001";

#[tokio::test]
async fn a_car_gets_its_contract() {
    let mut world = World::begin().await;
    let ecosystem_is_new = world.ecosystem.snapshot().await;
    let car = world.car(PCID).await;

    assert_eq!(world.generate(NO_PKI, PCID).await.status, 201);
    let signed = world.sign(OWN_PKI, &car.leaf, Some(PCID)).await;
    assert_eq!(signed.status, 201, "{}", signed.text);

    // Through a station: the first contract, until the OEM chooses the other one.
    assert_eq!(world.installed(&car.vehicle).await, NO_PKI);
    assert_eq!(world.set_default(OWN_PKI, PCID).await.status, 200);
    assert_eq!(world.installed(&car.vehicle).await, OWN_PKI);

    // Through the OEM's backend: the same message as the CPS gave to the eMSP, in the car's session.
    let path = format!("/opnc/v1/ccp/signedcontractdata/{OWN_PKI}/{PCID}?sessionID=0A");
    let provided = world.get(Role::Oem, &path).await;
    let contract = world.accept(&car.vehicle, &provided, "0A").unwrap();
    let by_station = world.install(&car.vehicle, "0A").await;
    assert_eq!(exi_of(&provided), exi_of(&by_station));
    let at_the_emsp = car.vehicle.accept(&exi_of(&signed), &session_id("00"), world.ecosystem.clock.now()).unwrap();
    assert_eq!(at_the_emsp.chain, contract.chain);

    // The car can sign with the key that only it could unwrap.
    let signature = contract.key.sign_raw(b"challenge").unwrap();
    contract.chain[0].public_key().verify_raw(b"challenge", &signature).unwrap();

    // The default goes: the other one follows. Then the car goes, and its contract with it.
    let delete = |emaid: &str| format!("/opnc/v1/ccp/signedcontractdata/{emaid}");
    assert_eq!(world.delete(Role::EmspOwnPki, &delete(OWN_PKI)).await.status, 200);
    assert_eq!(world.installed(&car.vehicle).await, NO_PKI);
    let gone = world.delete(Role::Oem, &format!("/opnc/v1/pcp/provisioningcertificates/{PCID}")).await;
    assert_eq!(gone.status, 200);
    let answer = world.install(&car.vehicle, "00").await;
    assert_eq!((answer.status, answer.messages()), (404, vec![texts::PROVISIONING_CERTIFICATE_NOT_FOUND.to_owned()]));
    let answer = world.delete(Role::EmspNoPki, &delete(NO_PKI)).await;
    assert_eq!((answer.status, answer.messages()), (404, vec![texts::CONTRACT_NOT_FOUND.to_owned()]));

    // Each change has left its line in the audit log and its event; nothing else is left.
    let end = world.ecosystem.snapshot().await;
    assert_eq!(
        kinds(&world.ecosystem).await[ecosystem_is_new.count("outbox")..],
        [
            "contract.created",
            "contract.created",
            "contract.delivered.to.oem",
            "contract.delivered.to.oem",
            "contract.deleted",
            "prov.cert.deleted"
        ]
    );
    // One of them for the certificate of the contract that was made here, which went with the car.
    assert_eq!(end.count("audit") - ecosystem_is_new.count("audit"), 7);
    // The settings count the revocation, so that every replica notices it.
    // What is left of the contracts' certificates says that they are cancelled.
    // The root of the CPS is named in full once, for all contracts that there may be.
    let expected = [
        "audit",
        "audit_ends",
        "cancelled_contracts",
        "certificates",
        "cps_roots",
        "issued_certificates",
        "outbox",
        "settings",
    ];
    let mut changed = ecosystem_is_new.changed(&end);
    changed.retain(|table| !expected.contains(&table.as_str()));
    assert!(changed.is_empty(), "{changed:?}");
}
