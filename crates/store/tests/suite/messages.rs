//! Messages are stored without the certificates that others have too, and come back byte for byte.

use std::path::Path;

use opnc_store::contracts::{self, Contract};

use crate::samples::contract;
use crate::test_db::{TestDb, write};

const CAR: &str = "WAU0000000000000A";

/// The messages that we have from others: vectors of each kind, and real ones where they are at hand.
fn messages() -> Vec<(String, Vec<u8>)> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let shared = std::env::var_os("OPNC_SHARED").map_or_else(|| here.join("../../../shared"), Into::into);
    let folders = [here.join("../exi/tests/vectors"), shared.join("data/hubject-qa"), shared.join("data/gireve")];
    let mut found = Vec::new();
    for entry in folders.iter().filter_map(|folder| folder.read_dir().ok()).flatten() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.ends_with(".exi") {
            found.push((name, std::fs::read(path).unwrap()));
        } else if name.ends_with(".exi.hex") {
            let text = std::fs::read_to_string(path).unwrap();
            let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
            let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
            found.push((name, digits.chunks(2).map(byte).collect()));
        }
    }
    found
}

#[tokio::test]
async fn every_kind_of_message_comes_back_as_it_was() {
    let db = TestDb::empty().await;
    let messages = messages();
    assert!(messages.len() > 20, "only {} messages", messages.len());
    for (number, (name, message)) in messages.iter().enumerate() {
        let emaid = format!("DEABC{number:09}");
        let stored = Contract { message: message.clone(), ..contract(u8::try_from(number).unwrap() + 1, &emaid, CAR) };
        write!(db, tx => contracts::put(tx, &stored));
        // By the store that wrote it, and by one that has read nothing yet.
        for store in [db.store.clone(), db.open_again().await.unwrap()] {
            let read = contracts::of_emaid(&mut store.read().await.unwrap(), &stored.emaid).await.unwrap();
            assert!(read[0].message == *message, "{name} is another message now");
        }
    }
}

/// A certificate that is missing is an error, never a message without it.
#[tokio::test]
async fn a_message_whose_certificate_is_missing_is_not_answered_with() {
    let db = TestDb::empty().await;
    let (_, message) =
        messages().into_iter().find(|(name, _)| name == "iso2_CertificateInstallationRes.exi.hex").unwrap();
    let stored = Contract { message, ..contract(1, "DEABC000000001", CAR) };
    write!(db, tx => contracts::put(tx, &stored));
    db.execute("DELETE FROM certificates").await;
    let fresh = db.open_again().await.unwrap();
    let error = contracts::of_emaid(&mut fresh.read().await.unwrap(), &stored.emaid).await.unwrap_err().to_string();
    assert!(error.contains("message_parts") && error.contains("is missing"), "{error}");
}
