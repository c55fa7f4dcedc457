//! Messages of ISO 15118-2 that are cut, extended or damaged.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use opnc_messages::{Role, texts};
use opnc_test_util::calls::Answer;
use opnc_test_util::{ISO2, World, exi_of, session_id, shared};
use serde_json::json;

use super::{refused, unchanged};

const PCID: &str = "WAA00000000000001";
const EMAID: &str = "DECCC000000001";
/// EXI header, start of the message, and a session of one byte.
const BEHIND_THE_SESSION: usize = 5;

/// A world with a car, the request of that car, and a contract for it that nobody has put into the pool.
async fn world() -> (World, Vec<u8>, Vec<u8>) {
    let mut world = World::begin().await;
    let car = world.car(PCID).await;
    let signed = world.sign(EMAID, &car.leaf, None).await;
    let request = car.vehicle.request_installation(&session_id("00")).unwrap();
    (world, request, exi_of(&signed))
}

async fn sent(world: &World, role: Role, exi: &[u8]) -> Answer {
    let text = BASE64_STANDARD.encode(exi);
    let (method, body) = match role {
        Role::Cpo => ("POST", json!({"certificateInstallationReq": text, "xsdMsgDefNamespace": ISO2})),
        _ => (
            "PUT",
            json!({"certificateInstallationRes": text, "emaid": EMAID, "pcid": PCID, "xsdMsgDefNamespace": ISO2}),
        ),
    };
    world.ecosystem.call(role, method, "/opnc/v1/ccp/signedcontractdata", Some(&body)).await
}

/// A message that is cut anywhere, or goes on behind its end, is no message.
#[tokio::test]
async fn cut_at_every_byte() {
    let (world, request, response) = world().await;
    let before = world.ecosystem.snapshot().await;
    for (role, message) in [(Role::Cpo, &request), (Role::EmspOwnPki, &response)] {
        for length in 0..message.len() {
            let answer = sent(&world, role, &message[..length]).await;
            let said = refused(&answer, &format!("{role} {length}"));
            assert_eq!((answer.status, said[0].as_str()), (400, texts::EXI_INVALID), "{role} {length}");
            assert!(answer.json().get("signedContractDataCollection").is_none(), "{role} {length}");
        }
        for behind in [&[0][..], &[0xff], &message.clone()] {
            let answer = sent(&world, role, &[message, behind].concat()).await;
            assert_eq!(answer.status, 400, "{role} and {} bytes: {}", behind.len(), answer.text);
        }
    }
    unchanged(&world, &before).await;
    // Whole, they are taken.
    assert_eq!(sent(&world, Role::EmspOwnPki, &response).await.status, 201);
    assert_eq!(sent(&world, Role::Cpo, &request).await.status, 200);
}

/// A bit that is turned in what was signed is noticed, wherever it is; the header's session is not signed, and neither
/// are the sub CAs of the CPS, which only have to lead to the root.
#[tokio::test]
async fn damaged_at_many_bits() {
    let (world, request, response) = world().await;
    let before = world.ecosystem.snapshot().await;
    for (role, message) in [(Role::Cpo, &request), (Role::EmspOwnPki, &response)] {
        for at in (BEHIND_THE_SESSION..message.len()).step_by(11) {
            let mut damaged = message.clone();
            damaged[at] ^= 1 << (at % 8);
            let answer = sent(&world, role, &damaged).await;
            refused(&answer, &format!("{role} byte {at}"));
        }
    }
    unchanged(&world, &before).await;
}

#[tokio::test]
async fn messages_of_another_kind() {
    let (world, request, response) = world().await;
    let before = world.ecosystem.snapshot().await;
    for (role, message, says) in [
        (Role::Cpo, &response, "is not a CertificateInstallationReq"),
        (Role::EmspOwnPki, &request, "is not a CertificateInstallationRes"),
    ] {
        let answer = sent(&world, role, message).await;
        let said = refused(&answer, says);
        assert!(said.len() == 1 && said[0].contains(says), "{said:?}");
    }
    unchanged(&world, &before).await;
}

/// The real message, cut: found in the field, and not of our making.
#[tokio::test]
async fn a_real_message_cut() {
    let Some(file) = shared("a_real_message_cut", "data/hubject-qa/certificate-installation-res.iso2.exi") else {
        return;
    };
    let real = std::fs::read(file).unwrap();
    let (world, _, _) = world().await;
    let before = world.ecosystem.snapshot().await;
    for length in (0..real.len()).step_by(7) {
        let answer = sent(&world, Role::EmspOwnPki, &real[..length]).await;
        assert_eq!((answer.status, answer.messages()[0].as_str()), (400, texts::EXI_INVALID), "{length}");
    }
    unchanged(&world, &before).await;
}
