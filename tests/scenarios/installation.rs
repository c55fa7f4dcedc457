//! A car asks through a station: what it gets, and how it is told when it gets nothing.

use opnc_client::vehicle::VehicleError;
use opnc_exi::iso2::{self, Body, CertificateChain, CertificateUpdateReq, Header, Message, ResponseCode};
use opnc_messages::{Role, RootType, texts};
use opnc_pki::hierarchy::{Domain, Leaf};
use opnc_pki::issue::{Request, Validity};
use opnc_pki::{Clock, profile};
use opnc_services::bootstrap;
use opnc_test_util::calls::Answer;
use opnc_test_util::{Car, TestPki, World, exi_of, session_id, vehicle};

const PCID: &str = "WAA00000000000001";

/// The response code in the message for the car.
fn code(answer: &Answer) -> ResponseCode {
    let message = iso2::decode(&exi_of(answer)).unwrap();
    assert!(message.header.signature.is_none(), "a refusal is not signed");
    match message.body {
        Body::CertificateInstallationRes(response) => response.response_code,
        other => panic!("{other:?}"),
    }
}

/// A refusal in both of its forms: the same status and words, with and without the message for the car (B14).
async fn refused(world: &World, car: &Car, status: u16, code_for_car: ResponseCode) -> String {
    let request = car.vehicle.request_installation(&session_id("A1B2")).unwrap();
    refused_exi(world, &request, status, code_for_car).await
}

async fn refused_exi(world: &World, request: &[u8], status: u16, code_for_car: ResponseCode) -> String {
    let with = world.install_exi(request, None).await;
    assert_eq!(with.status, status, "{}", with.text);
    assert_eq!(code(&with), code_for_car);
    let session = iso2::decode(&exi_of(&with)).unwrap().header.session_id;
    assert_eq!(session, iso2::decode(request).unwrap().header.session_id);
    let without = world.install_exi(request, Some("false")).await;
    assert_eq!((without.status, without.messages()), (status, with.messages()));
    assert!(without.json().get("signedContractDataCollection").is_none());
    assert_eq!(with.messages().len(), 1);
    with.messages().remove(0)
}

#[tokio::test]
async fn the_default_contract_is_a_matter_of_the_oem_alone() {
    let mut world = World::begin().await;
    let car = world.car(PCID).await;
    let delete = |emaid: &str| format!("/opnc/v1/ccp/signedcontractdata/{emaid}");
    // The first is the default; a later one takes nothing over, and neither does a renewal.
    for emaid in ["DEDDD000000001", "DEFFF000000002", "DEDDD000000003", "DEFFF000000002"] {
        assert_eq!(world.generate(emaid, PCID).await.status, 201);
        assert_eq!(world.installed(&car.vehicle).await, "DEDDD000000001", "after {emaid}");
    }
    // When it goes, the oldest follows; when another goes, nothing changes.
    assert_eq!(world.ecosystem.call_named("eMSP D", "DELETE", &delete("DEDDD000000001"), None).await.status, 200);
    assert_eq!(world.installed(&car.vehicle).await, "DEFFF000000002");
    assert_eq!(world.generate("DEDDD000000001", PCID).await.status, 201);
    assert_eq!(world.ecosystem.call_named("eMSP D", "DELETE", &delete("DEDDD000000003"), None).await.status, 200);
    assert_eq!(world.installed(&car.vehicle).await, "DEFFF000000002");
    // A contract of another car, or none at all, cannot be chosen.
    let other = world.car("WAA00000000000002").await;
    assert_eq!(world.generate("DEDDD000000009", "WAA00000000000002").await.status, 201);
    for emaid in ["DEDDD000000009", "DEDDD000000008"] {
        let answer = world.set_default(emaid, PCID).await;
        assert_eq!((answer.status, answer.messages()), (400, vec![texts::CONTRACT_NOT_FOUND.to_owned()]));
    }
    assert_eq!(world.installed(&car.vehicle).await, "DEFFF000000002");
    assert_eq!(world.installed(&other.vehicle).await, "DEDDD000000009");
}

/// A8: an expired default is an error for the car, never a silent change of payer.
#[tokio::test]
async fn an_expired_default_is_said_and_not_replaced() {
    let mut world = World::begin().await;
    let car = world.car(PCID).await;
    let short = opnc_test_util::generate_body("DEDDD000000001", PCID, "2026-06-01T12:00:00Z", "2026-07-01T00:00:00Z");
    let path = "/opnc/v1/cps/contractData/generateandsign";
    assert_eq!(world.put(Role::EmspNoPki, path, &short).await.status, 201);
    assert_eq!(world.generate("DEFFF000000002", PCID).await.status, 201);
    // The last second of a certificate is one of its seconds (RFC 5280, 4.1.2.5).
    world.ecosystem.set_clock("2026-07-01T00:00:00Z");
    assert_eq!(world.installed(&car.vehicle).await, "DEDDD000000001");
    world.ecosystem.set_clock("2026-07-01T00:00:01Z");
    let message = refused(&world, &car, 400, ResponseCode::FailedCertificateExpired).await;
    assert_eq!(message, "The contract certificate expired on 2026-07-01T00:00:00Z.");
    // The OEM may choose the other one; and the eMSP may renew.
    assert_eq!(world.set_default("DEFFF000000002", PCID).await.status, 200);
    assert_eq!(world.installed(&car.vehicle).await, "DEFFF000000002");
    assert_eq!(world.set_default("DEDDD000000001", PCID).await.status, 200);
    refused(&world, &car, 400, ResponseCode::FailedCertificateExpired).await;
    assert_eq!(world.generate("DEDDD000000001", PCID).await.status, 201);
    assert_eq!(world.installed(&car.vehicle).await, "DEDDD000000001");
}

/// A contract that begins later is no reason to leave a car without a default.
#[tokio::test]
async fn a_contract_that_begins_later_follows_too() {
    let mut world = World::begin().await;
    let car = world.car(PCID).await;
    assert_eq!(world.generate("DEDDD000000001", PCID).await.status, 201);
    let later = opnc_test_util::generate_body("DEDDD000000002", PCID, "2026-07-01T00:00:00Z", "2027-07-01T00:00:00Z");
    assert_eq!(world.put(Role::EmspNoPki, "/opnc/v1/cps/contractData/generateandsign", &later).await.status, 201);
    let path = "/opnc/v1/ccp/signedcontractdata/DEDDD000000001";
    assert_eq!(world.delete(Role::EmspNoPki, path).await.status, 200);
    let message = refused(&world, &car, 404, ResponseCode::FailedNoCertificateAvailable).await;
    assert_eq!(message, "The contract certificate is not valid before 2026-07-01T00:00:00Z.");
    world.ecosystem.set_clock("2026-07-01T00:00:00Z");
    assert_eq!(world.installed(&car.vehicle).await, "DEDDD000000002");
}

#[tokio::test]
async fn nothing_that_the_car_could_check_is_no_answer() {
    let mut world = World::begin().await;
    let mut car = world.car(PCID).await;
    let message = refused(&world, &car, 404, ResponseCode::FailedNoCertificateAvailable).await;
    assert_eq!(message, texts::CONTRACT_NOT_FOUND);
    assert_eq!(world.generate("DEDDD000000001", PCID).await.status, 201);
    // Roots of others, then also the right one among many.
    let now = world.ecosystem.clock.now();
    let others: Vec<_> =
        (0..3).map(|number| TestPki::new(Domain::Cpo, &format!("Other {number}"), now).root().clone()).collect();
    car.vehicle.v2g_roots.clone_from(&others);
    let message = refused(&world, &car, 404, ResponseCode::FailedNoCertificateAvailable).await;
    assert_eq!(message, "The car's contract is signed under a V2G root that is not among those the car lists.");
    car.vehicle.v2g_roots = [others, vec![world.v2g_root.clone()]].concat();
    assert_eq!(world.installed(&car.vehicle).await, "DEDDD000000001");
    // A root that leaves the pool vouches for nothing any more.
    let root = format!("/opnc/v1/rcp/rootcertificates/{}", world.v2g_root.fingerprint());
    assert_eq!(world.delete(Role::Admin, &root).await.status, 200);
    refused(&world, &car, 404, ResponseCode::FailedNoCertificateAvailable).await;
}

#[tokio::test]
async fn an_unknown_car() {
    let mut world = World::begin().await;
    let unknown = world.new_car(PCID);
    let message = refused(&world, &unknown, 404, ResponseCode::FailedNoCertificateAvailable).await;
    assert_eq!(message, texts::PROVISIONING_CERTIFICATE_NOT_FOUND);
}

#[tokio::test]
async fn an_expired_cps() {
    let world = opnc_test_util::TestEcosystem::start().await;
    let v2g_root = bootstrap::found(&world.ecosystem, "Test", Some(10)).await.unwrap();
    world.trust(&v2g_root, RootType::V2g).await;
    let mut oem = TestPki::new(Domain::Oem, "OEM A", world.clock.now());
    let emsp = TestPki::new(Domain::Emsp, "eMSP C", world.clock.now());
    world.trust(oem.root(), RootType::Oem).await;
    world.trust(emsp.root(), RootType::Emsp).await;
    let leaf = oem.leaf(PCID);
    let mut world = World { ecosystem: world, v2g_root, oem, emsp };
    assert_eq!(world.publish(&leaf).await.status, 200);
    let car = Car { vehicle: vehicle(&leaf, std::slice::from_ref(&world.v2g_root)), leaf };
    assert_eq!(world.generate("DEDDD000000001", PCID).await.status, 201);
    assert_eq!(world.installed(&car.vehicle).await, "DEDDD000000001");
    world.ecosystem.set_clock("2026-06-12T00:00:00Z");
    let message = refused(&world, &car, 400, ResponseCode::FailedCertificateExpired).await;
    assert_eq!(message, "The certificate of the CPS that signed expired on 2026-06-11T12:00:00Z.");
    // Nothing new is signed with it either; that is no fault of the caller.
    let answer = world.sign("DECCC000000001", &car.leaf, None).await;
    assert_eq!(answer.status, 503, "{}", answer.text);
}

#[tokio::test]
async fn a_renewed_certificate_and_one_of_another_key() {
    let mut world = World::begin().await;
    let car = world.car(PCID).await;
    assert_eq!(world.generate("DEDDD000000001", PCID).await.status, 201);

    // Renewed with the same key: the published one need not be the one in the car.
    let request = Request {
        profile: &profile::PROVISIONING,
        subject: car.leaf.certificate.subject().clone(),
        public_key: car.leaf.key.public_key().clone(),
        validity: Validity::days(world.ecosystem.clock.now(), 30),
    };
    let certificate = world.oem.hierarchy.sub_ca_2.issue(request, &mut rand::rng()).unwrap();
    assert_ne!(certificate, car.leaf.certificate);
    let renewed = Leaf { certificate, ..car.leaf.clone() };
    let renewed = Car { vehicle: vehicle(&renewed, std::slice::from_ref(&world.v2g_root)), leaf: renewed };
    assert_eq!(world.installed(&renewed.vehicle).await, "DEDDD000000001");
    // Published, it changes nothing for the contracts either.
    assert_eq!(world.publish(&renewed.leaf).await.status, 200);
    assert_eq!(world.installed(&car.vehicle).await, "DEDDD000000001");
    // The car's certificate ends, the published one does not.
    let days_later = "2026-07-15T00:00:00Z";
    world.ecosystem.set_clock(days_later);
    let message = refused(&world, &renewed, 400, ResponseCode::FailedCertificateExpired).await;
    assert!(message.contains("expired on 2026-07-01T12:00:00Z"), "{message}");
    assert_eq!(world.installed(&car.vehicle).await, "DEDDD000000001");

    // The same name with another key, of the same CA or of nobody known.
    let other_key = world.new_car(PCID);
    let message = refused(&world, &other_key, 400, ResponseCode::FailedCertChainError).await;
    assert!(message.contains("has another key"), "{message}");
    let mut stranger = TestPki::new(Domain::Oem, "OEM A", world.ecosystem.clock.now());
    let leaf = stranger.leaf(PCID);
    let stranger = Car { vehicle: vehicle(&leaf, std::slice::from_ref(&world.v2g_root)), leaf };
    refused(&world, &stranger, 400, ResponseCode::FailedCertChainError).await;

    // A new key is published: the old contract is of no use any more, for either certificate.
    assert_eq!(world.publish(&other_key.leaf).await.status, 200);
    let message = refused(&world, &other_key, 404, ResponseCode::FailedNoCertificateAvailable).await;
    assert_eq!(message, texts::CONTRACT_NOT_FOUND);
    refused(&world, &car, 400, ResponseCode::FailedCertChainError).await;
}

#[tokio::test]
async fn a_request_that_the_car_did_not_make() {
    let mut world = World::begin().await;
    let car = world.car(PCID).await;
    assert_eq!(world.generate("DEDDD000000001", PCID).await.status, 201);
    let request = car.vehicle.request_installation(&session_id("A1B2")).unwrap();
    let edited = |edit: &dyn Fn(&mut Message)| {
        let mut message = iso2::decode(&request).unwrap();
        edit(&mut message);
        iso2::encode(&message).unwrap()
    };
    let unsigned = edited(&|message| message.header.signature = None);
    let message = refused_exi(&world, &unsigned, 400, ResponseCode::FailedSignatureError).await;
    assert_eq!(message, "certificateInstallationReq : the request is not signed");
    let other_value = edited(&|message| {
        if let Some(signature) = &mut message.header.signature {
            signature.signature_value[5] ^= 1;
        }
    });
    refused_exi(&world, &other_value, 400, ResponseCode::FailedSignatureError).await;
    let other_roots = edited(&|message| {
        if let Body::CertificateInstallationReq(request) = &mut message.body {
            request.list_of_root_certificate_ids[0].issuer_name.push('x');
        }
    });
    let message = refused_exi(&world, &other_roots, 400, ResponseCode::FailedSignatureError).await;
    assert!(message.contains("its digest differs"), "{message}");
    let no_certificate = edited(&|message| {
        if let Body::CertificateInstallationReq(request) = &mut message.body {
            request.oem_provisioning_cert = vec![0x30, 0];
        }
    });
    refused_exi(&world, &no_certificate, 400, ResponseCode::FailedCertChainError).await;
    // The session is not signed: a station may open another one.
    let other_session = edited(&|message| message.header.session_id = vec![9; 8]);
    let answer = world.install_exi(&other_session, None).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(world.accept(&car.vehicle, &answer, "0909090909090909").is_ok());
    assert!(matches!(world.accept(&car.vehicle, &answer, "A1B2").unwrap_err(), VehicleError::OtherSession));
}

#[tokio::test]
async fn sessions_of_every_length_come_back() {
    let mut world = World::begin().await;
    let car = world.car(PCID).await;
    assert_eq!(world.generate("DEDDD000000001", PCID).await.status, 201);
    for session in ["00", "FF", "0102", "01020304050607", "0102030405060708"] {
        let answer = world.install(&car.vehicle, session).await;
        world.accept(&car.vehicle, &answer, session).unwrap();
        let path = format!("/opnc/v1/ccp/signedcontractdata/DEDDD000000001/{PCID}?sessionID={session}");
        let provided = world.get(Role::Oem, &path).await;
        assert_eq!(exi_of(&provided), exi_of(&answer), "{session}");
    }
}

#[tokio::test]
async fn other_messages_are_told_what_they_are() {
    let mut world = World::begin().await;
    let car = world.car(PCID).await;
    let chain = CertificateChain {
        id: Some("id1".to_owned()),
        certificate: car.leaf.certificate.der().to_vec(),
        sub_certificates: Vec::new(),
    };
    let request = iso2::decode(&car.vehicle.request_installation(&session_id("00")).unwrap()).unwrap();
    let Body::CertificateInstallationReq(asked) = request.body else { panic!("a request") };
    let update = Message {
        header: Header { session_id: vec![1], notification: None, signature: None },
        body: Body::CertificateUpdateReq(CertificateUpdateReq {
            id: "id2".to_owned(),
            contract_signature_cert_chain: chain,
            emaid: "DEDDD000000001".to_owned(),
            list_of_root_certificate_ids: asked.list_of_root_certificate_ids,
        }),
    };
    let answer = world.install_exi(&iso2::encode(&update).unwrap(), None).await;
    assert_eq!(answer.status, 400);
    assert!(answer.messages()[0].starts_with("A CertificateUpdateReq cannot be answered:"), "{}", answer.text);
    assert!(answer.json().get("signedContractDataCollection").is_none(), "there is no such answer to it");

    assert_eq!(world.generate("DEDDD000000001", PCID).await.status, 201);
    let response = exi_of(&world.install(&car.vehicle, "00").await);
    let answer = world.install_exi(&response, None).await;
    let expected = "certificateInstallationReq : the message is not a CertificateInstallationReq";
    assert_eq!((answer.status, answer.messages()), (400, vec![expected.to_owned()]));
}

/// I3: one car known under 17 or 18 characters, and two cars that share 17.
#[tokio::test]
async fn twins() {
    let mut world = World::begin().await;
    let long = "WAA00000000000001X";
    let car = world.car(long).await;
    // The short form means the one car that fits, everywhere; the certificate's own form is kept.
    assert_eq!(world.generate("DEDDD000000001", PCID).await.status, 201);
    assert_eq!(world.installed(&car.vehicle).await, "DEDDD000000001");
    let path = format!("/opnc/v1/ccp/contractData/pcid/{}", PCID.to_lowercase());
    let shown = world.get(Role::Oem, &path).await.json();
    assert_eq!(shown["contractDataCollection"][0]["pcid"], long);
    for path in
        [format!("/opnc/v1/pcp/lookupvehicle/{PCID}"), format!("/opnc/v1/ccp/signedcontractdata/DEDDD000000001/{PCID}")]
    {
        assert_eq!(world.get(Role::Oem, &path).await.status, 200, "{path}");
    }

    // A second car of exactly these 17 characters: from now on each has its own, and nothing of the other.
    let twin = world.car(PCID).await;
    refused(&world, &twin, 404, ResponseCode::FailedNoCertificateAvailable).await;
    let path = format!("/opnc/v1/ccp/contractData/pcid/{PCID}");
    assert_eq!(world.get(Role::Oem, &path).await.status, 404);
    assert_eq!(world.set_default("DEDDD000000001", PCID).await.status, 400);
    let answer = world.generate("DEDDD000000001", PCID).await;
    assert_eq!((answer.status, answer.messages()), (400, vec![texts::EMAID_USED_BY_OTHER_PCID.to_owned()]));
    // Its key changes, and it goes: the other car's contract stays.
    let other_key = world.oem.leaf(PCID);
    assert_eq!(world.publish(&other_key).await.status, 200);
    assert_eq!(world.installed(&car.vehicle).await, "DEDDD000000001");
    let path = format!("/opnc/v1/pcp/provisioningcertificates/{PCID}");
    assert_eq!(world.delete(Role::Oem, &path).await.status, 200);
    assert_eq!(world.installed(&car.vehicle).await, "DEDDD000000001");
    // Two cars of 18 characters: the 17 mean neither.
    world.car("WAA00000000000001Y").await;
    let answer = world.generate("DEDDD000000002", PCID).await;
    assert_eq!(
        (answer.status, answer.messages()),
        (400, vec![texts::PROVISIONING_CERTIFICATE_NOT_AVAILABLE.to_owned()])
    );
}
