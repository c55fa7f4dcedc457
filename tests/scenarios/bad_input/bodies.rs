//! JSON bodies in which each member in turn is of each wrong kind, missing, or out of its range.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use opnc_messages::{Role, RootType};
use opnc_test_util::{ISO2, World, generate_body, provisioning_body, root_body, sign_body};
use serde_json::{Value, json};

use super::{refused, unchanged};

const PCID: &str = "WAA00000000000001";

/// A body that would be taken, who sends it where, and the members that must be there.
struct Door {
    role: Role,
    method: &'static str,
    path: &'static str,
    body: Value,
    required: &'static [&'static str],
}

async fn doors(world: &mut World) -> Vec<Door> {
    let car = world.car(PCID).await;
    let signed = world.sign("DECCC000000001", &car.leaf, None).await;
    let message = BASE64_STANDARD.encode(opnc_test_util::exi_of(&signed));
    let request = car.vehicle.request_installation(&opnc_test_util::session_id("00")).unwrap();
    let contract = world.emsp.leaf("DECCC000000001");
    let door = |role, method, path, body, required| Door { role, method, path, body, required };
    let mut sign = json!(sign_body("DECCC000000001", &contract, &car.leaf, Some(PCID)));
    sign["cpsV2GRootCertificateFingerprint"] = json!(world.v2g_root.fingerprint().to_string());
    let mut generate = json!(generate_body("DEDDD000000001", PCID, "2026-06-01T12:00:00Z", "2027-06-01T12:00:00Z"));
    for (name, value) in [
        ("metaData", json!("m")),
        ("subscriptionUrl", json!("https://example.com/")),
        ("cpsV2GRootCertificateFingerprint", json!(world.v2g_root.fingerprint().to_string())),
        ("moRootCertificateFingerprint", json!(world.v2g_root.fingerprint().to_string())),
    ] {
        generate[name] = value;
    }
    let mut provisioning = json!(provisioning_body(&car.leaf));
    for (name, value) in [
        ("v2gRootAuthorityKeyIdentifiers", json!(["01:02"])),
        ("rootAuthorityKeyIdentifier", json!("01:02")),
        ("rootIssuerSerialNumber", json!("01")),
        ("previousPcid", json!(PCID)),
        ("fingerprint", json!("00".repeat(32))),
    ] {
        provisioning[name] = value;
    }
    vec![
        door(
            Role::Admin,
            "PUT",
            "/opnc/v1/rcp/rootcertificates",
            json!(root_body(world.oem.root(), RootType::Oem)),
            &["/caCertificate"],
        ),
        door(
            Role::Oem,
            "PUT",
            "/opnc/v1/pcp/provisioningcertificates",
            provisioning,
            &[
                "/provisioningCertificateChain",
                "/provisioningCertificateChain/certificate",
                "/provisioningCertificateChain/subCa1Certificate",
            ],
        ),
        door(
            Role::EmspOwnPki,
            "PUT",
            "/opnc/v1/cps/contractData/sign",
            sign,
            &[
                "/contractCertificateBundle",
                "/contractCertificateBundle/emaid",
                "/contractCertificateBundle/contractCertificateChain",
                "/contractCertificateBundle/contractSignatureEncryptedPrivateKey",
                "/contractCertificateBundle/dHpublickey",
                "/xsdMsgDefNamespace",
            ],
        ),
        door(
            Role::EmspNoPki,
            "PUT",
            "/opnc/v1/cps/contractData/generateandsign",
            generate,
            &["/emaid", "/pcid", "/contractBegins", "/contractEnds", "/xsdMsgDefNamespace"],
        ),
        door(
            Role::EmspOwnPki,
            "PUT",
            "/opnc/v1/ccp/signedcontractdata",
            json!({
                "certificateInstallationRes": message, "emaid": "DECCC000000001", "pcid": PCID, "xsdMsgDefNamespace": ISO2,
                "metaData": "m",
            }),
            &["/certificateInstallationRes", "/emaid", "/pcid", "/xsdMsgDefNamespace"],
        ),
        door(
            Role::Cpo,
            "POST",
            "/opnc/v1/ccp/signedcontractdata",
            json!({"certificateInstallationReq": BASE64_STANDARD.encode(request), "xsdMsgDefNamespace": ISO2}),
            &["/certificateInstallationReq"],
        ),
    ]
}

/// The pointers of all members of a body, objects in objects too.
fn members(body: &Value, at: &str, found: &mut Vec<String>) {
    let Value::Object(map) = body else { return };
    for (name, value) in map {
        let pointer = format!("{at}/{name}");
        members(value, &pointer, found);
        found.push(pointer);
    }
}

/// Members that are informative or have several kinds: wrong kinds of them are covered by name elsewhere.
fn accepts(pointer: &str, wrong: &Value) -> bool {
    match pointer {
        "/metaData" => wrong.is_string(),
        "/rootType" | "/rootTypeList" => false,
        "/distinguishedName" | "/commonName" | "/organizationName" => wrong.is_string(),
        _ => false,
    }
}

#[tokio::test]
async fn each_member_of_each_wrong_kind() {
    let mut world = World::begin().await;
    let doors = doors(&mut world).await;
    let before = world.ecosystem.snapshot().await;
    let wrong = [
        json!(1),
        json!(-1.5e300),
        json!(true),
        json!({}),
        json!({"a": [1]}),
        json!([{}]),
        json!(""),
        json!("\u{0}"),
        json!("=%=%=%"),
        json!("No Such Value"),
        json!("٣٣٣"),
    ];
    let mut tried = 0;
    for door in &doors {
        let mut pointers = Vec::new();
        members(&door.body, "", &mut pointers);
        for pointer in &pointers {
            for value in &wrong {
                if accepts(pointer, value) {
                    continue;
                }
                let mut body = door.body.clone();
                *body.pointer_mut(pointer).unwrap() = value.clone();
                let answer = world.ecosystem.call(door.role, door.method, door.path, Some(&body)).await;
                let what = format!("{} {pointer} = {value}", door.path);
                assert_eq!(answer.status, 400, "{what}: {}", answer.text);
                refused(&answer, &what);
                tried += 1;
            }
        }
        for pointer in door.required {
            for missing in [true, false] {
                let mut body = door.body.clone();
                if missing {
                    let (parent, name) = pointer.rsplit_once('/').unwrap();
                    body.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(name);
                } else {
                    *body.pointer_mut(pointer).unwrap() = Value::Null;
                }
                let answer = world.ecosystem.call(door.role, door.method, door.path, Some(&body)).await;
                let what = format!("{} without {pointer}", door.path);
                assert_eq!(answer.status, 400, "{what}: {}", answer.text);
                refused(&answer, &what);
            }
        }
    }
    assert!(tried > 300, "{tried}");
    unchanged(&world, &before).await;
}

/// All that is wrong with a body is said at once: as many messages as members.
#[tokio::test]
async fn everything_wrong_at_once() {
    let mut world = World::begin().await;
    let doors = doors(&mut world).await;
    let before = world.ecosystem.snapshot().await;
    for door in &doors {
        let body: Value = door.body.as_object().unwrap().keys().map(|name| (name.clone(), json!(7))).collect();
        let answer = world.ecosystem.call(door.role, door.method, door.path, Some(&body)).await;
        let messages = refused(&answer, door.path);
        assert_eq!(messages.len(), body.as_object().unwrap().len(), "{}: {messages:?}", door.path);
    }
    unchanged(&world, &before).await;
}

#[tokio::test]
async fn bodies_that_are_too_large_or_no_json() {
    let mut world = World::begin().await;
    let doors = doors(&mut world).await;
    let before = world.ecosystem.snapshot().await;
    for door in &doors {
        let mut large = door.body.clone();
        large["padding"] = json!("x".repeat(256 * 1024));
        let answer = world.ecosystem.call(door.role, door.method, door.path, Some(&large)).await;
        assert_eq!(answer.status, 413, "{}: {}", door.path, answer.text);
        refused(&answer, door.path);
        let whole = door.body.to_string();
        for cut in (0..whole.len()).step_by(whole.len() / 20) {
            let party = world.ecosystem.party(door.role);
            let request = world.ecosystem.request_as(party, door.method, door.path).await;
            let sent = request.header("content-type", "application/json").body(whole[..cut].to_owned());
            let answer = opnc_test_util::calls::send(sent).await;
            assert_eq!((answer.status, refused(&answer, door.path).len()), (400, 1), "{} {cut}", door.path);
        }
    }
    unchanged(&world, &before).await;
}
