//! Identifiers with separators, characters of other alphabets, and lengths that they do not have.

use opnc_messages::{Operation, Role};
use opnc_test_util::World;
use opnc_test_util::calls::path_of;
use serde_json::json;

use super::{refused, unchanged};

const EMAID: &str = "DEDDD000000001";
const PCID: &str = "WAA00000000000001";

/// What people put between or into the parts of identifiers.
const SEPARATORS: [&str; 16] =
    ["*", " ", "_", ".", ":", "/", "\\", "%", "\u{0}", "\t", "\n", "–", "\u{ad}", "\u{200b}", "ä", "--"];
/// Digits that are digits in their script: Arabic, Devanagari, fullwidth, mathematical, and a superscript.
const DIGITS: [&str; 5] = ["١", "१", "１", "𝟏", "¹"];

fn wrong(identifier: &str) -> Vec<String> {
    let mut wrong: Vec<String> = ["", " ", "x", "'", "1 OR 1=1"].map(str::to_owned).to_vec();
    for at in [2, 5, 9, identifier.len()] {
        let (before, after) = identifier.split_at(at);
        wrong.extend(SEPARATORS.iter().map(|separator| format!("{before}{separator}{after}")));
    }
    let but_last = &identifier[..identifier.len() - 1];
    wrong.extend(DIGITS.iter().map(|digit| format!("{but_last}{digit}")));
    wrong.push(identifier.repeat(20));
    wrong
}

/// Every byte but those that are the same in a path and outside of it.
fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[tokio::test]
async fn in_paths() {
    let world = World::begin().await;
    let before = world.ecosystem.snapshot().await;
    let pcids = [
        (Role::Oem, Operation::GetProvisioningCertificate),
        (Role::EmspNoPki, Operation::LookUpVehicle),
        (Role::Oem, Operation::DeleteProvisioningCertificate),
        (Role::Oem, Operation::GetContractDataByPcid),
        (Role::Oem, Operation::SetSignedContractDataAsDefault),
    ];
    let emaids = [
        (Role::EmspNoPki, Operation::GetContractDataByEmaid),
        (Role::EmspNoPki, Operation::DeleteSignedContractDataByEmaid),
        (Role::Oem, Operation::GetSignedContractDataByEmaidAndPcid),
    ];
    let mut paths = Vec::new();
    for (role, operation) in pcids {
        paths.extend(wrong(PCID).iter().map(|pcid| (role, operation, path_of(operation, EMAID, &escaped(pcid)))));
    }
    for (role, operation) in emaids {
        paths.extend(wrong(EMAID).iter().map(|emaid| (role, operation, path_of(operation, &escaped(emaid), PCID))));
    }
    for (role, operation, path) in paths {
        let answer = world.ecosystem.call(role, operation.info().method, &path, None).await;
        let messages = refused(&answer, &path);
        // Nothing at all may make another path of it.
        let another_path = path.contains("//") || path.ends_with('/');
        assert!(answer.status == 400 || another_path, "{operation:?} {path}: {messages:?}");
        assert_eq!(messages.len(), 1, "{operation:?} {path}: {messages:?}");
    }
    unchanged(&world, &before).await;
}

#[tokio::test]
async fn in_bodies() {
    let mut world = World::begin().await;
    world.car(PCID).await;
    let before = world.ecosystem.snapshot().await;
    let path = "/opnc/v1/cps/contractData/generateandsign";
    let good = opnc_test_util::generate_body(EMAID, PCID, "2026-06-01T12:00:00Z", "2027-06-01T12:00:00Z");
    for (member, identifier) in [("emaid", EMAID), ("pcid", PCID)] {
        for wrong in wrong(identifier) {
            let mut body = json!(good);
            body[member] = json!(wrong);
            let answer = world.put(Role::EmspNoPki, path, &body).await;
            let messages = refused(&answer, &wrong);
            assert_eq!((answer.status, messages.len()), (400, 1), "{wrong:?}: {messages:?}");
            assert!(messages[0].starts_with(&format!("{member} : must ")), "{messages:?}");
        }
    }
    unchanged(&world, &before).await;
}
