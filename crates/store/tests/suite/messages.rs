//! Messages are stored without the certificates that others have too, and come back byte for byte.

use std::path::Path;

use opnc_pki::Certificate;
use opnc_pki::contract::iso2;
use opnc_pki::hierarchy::{Domain, Hierarchy};
use opnc_pki::key::Signer;
use opnc_pki::profile::{CONTRACT, CPS};
use opnc_store::Store;
use opnc_store::contracts::{self, Contract};
use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::samples::{self, contract, day};
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

/// Contracts of one eMSP, all signed by one CPS, each with its own keys.
struct Issuer {
    emsp: Hierarchy,
    cps_chain: Vec<Certificate>,
    cps: Signer,
    rng: StdRng,
}

impl Issuer {
    fn new() -> Self {
        let mut rng = StdRng::seed_from_u64(7);
        let v2g = Hierarchy::new(Domain::Cpo, "Roots", day(0), &mut rng).unwrap();
        let cps = Hierarchy::below(v2g.root, Domain::Cps, "Signer", day(0), &mut rng).unwrap();
        let cps = cps.leaf(&CPS, "Signer 1", day(0), &mut rng).unwrap();
        let emsp = Hierarchy::new(Domain::Emsp, "Power", day(0), &mut rng).unwrap();
        Self { emsp, cps_chain: cps.chain(), cps: Signer::from(cps.key), rng }
    }

    fn contract(&mut self, number: u8, emaid: &str, pcid: &str) -> Contract {
        let leaf = self.emsp.leaf(&CONTRACT, emaid, day(0), &mut self.rng).unwrap();
        let key = iso2::wrap(&leaf.key, leaf.certificate.public_key(), &mut self.rng).unwrap();
        let data = iso2::ContractData { chain: leaf.chain(), key, emaid: samples::emaid(emaid) };
        let message = opnc_exi::iso2::encode(&iso2::sign(&data, &self.cps_chain, &self.cps).unwrap()).unwrap();
        Contract {
            leaf_fingerprint: leaf.certificate.fingerprint(),
            leaf: leaf.certificate.der().to_vec(),
            message,
            ..contract(number, emaid, pcid)
        }
    }
}

/// How a contract came back, without what only reading tells.
async fn found(store: &Store, contract: &Contract) -> Contract {
    let mut all = contracts::of_emaid(&mut store.read().await.unwrap(), &contract.emaid).await.unwrap();
    Contract { is_default: false, ..all.remove(0) }
}

#[tokio::test]
async fn contracts_of_a_kind_store_only_what_is_their_own() {
    let (db, mut issuer) = (TestDb::empty().await, Issuer::new());
    // The first one twice: from one contract alone nothing is learnt.
    let emaids = ["DEABCC00000001", "DEABCC00000001", "DEABCC00000002", "DEABCC00000003", "DEABCC00000004"];
    let mut all = Vec::new();
    for (number, emaid) in (1..).zip(emaids) {
        let contract = issuer.contract(number, emaid, CAR);
        let id = if number == 2 { 1 } else { number };
        let contract = Contract { id: samples::id(id), created_at: day(i64::from(id)), ..contract };
        write!(db, tx => contracts::put(tx, &contract));
        assert_eq!(db.count("SELECT COUNT(*) FROM contract_frames").await, i64::from(number > 2));
        all.retain(|before: &Contract| before.id != contract.id);
        all.push(contract);
    }
    // By the store that wrote them, and by one that has read nothing yet.
    for store in [db.store.clone(), db.open_again().await.unwrap()] {
        for contract in &all {
            assert_eq!(found(&store, contract).await, *contract);
        }
    }
    let sizes = "SELECT COUNT(*) FROM contracts WHERE LENGTH(leaf) = 0 AND LENGTH(message) < 600 AND party_id = ''";
    assert_eq!(db.count(sizes).await, 3, "all but the first");
    // What is shared names nobody.
    let common = db.bytes("SELECT common FROM contract_frames").await;
    assert!(common.len() > 500, "{}", common.len());
    for contract in &all {
        let name = contract.emaid.as_sent().as_bytes();
        assert!(!common.windows(name.len()).any(|text| text == name));
    }
}

/// The certificate that was replaced is told from its own, wherever it was stored.
#[tokio::test]
async fn packed_contracts_are_replaced_delivered_and_found_by_serial_number() {
    let (db, mut issuer) = (TestDb::empty().await, Issuer::new());
    let first = issuer.contract(1, "DEABCC00000001", CAR);
    let second = issuer.contract(2, "DEABCC00000002", CAR);
    let newer = Contract { updated_at: day(9), created_at: day(2), ..issuer.contract(2, "DEABCC00000002", CAR) };
    for contract in [&first, &second, &newer] {
        write!(db, tx => contracts::put(tx, contract));
    }
    assert_eq!(db.count("SELECT COUNT(*) FROM cancelled_contracts").await, 1);
    let replaced = write!(db, tx => contracts::set_delivered(tx, &second, day(10)));
    let there = write!(db, tx => contracts::set_delivered(tx, &newer, day(10)));
    let again = write!(db, tx => contracts::set_delivered(tx, &newer, day(11)));
    assert_eq!((replaced, there, again), (false, true, false));
    assert_eq!(found(&db.store, &newer).await.delivered_at, Some(day(10)));
    let serial = hex::encode(Certificate::from_der(&newer.leaf).unwrap().serial());
    let by_serial = contracts::by_serial(&mut db.reader().await, &serial, 5).await.unwrap();
    assert_eq!(by_serial.iter().map(|one| &one.leaf).collect::<Vec<_>>(), [&newer.leaf]);
}

/// Damage is an error, never another message.
#[tokio::test]
async fn a_contract_that_does_not_fit_its_frame_is_not_answered_with() {
    let (db, mut issuer) = (TestDb::empty().await, Issuer::new());
    let contracts = [issuer.contract(1, "DEABCC00000001", CAR), issuer.contract(2, "DEABCC00000002", CAR)];
    for contract in &contracts {
        write!(db, tx => contracts::put(tx, contract));
    }
    for (damage, told) in [
        ("UPDATE contracts SET message = leaf WHERE emaid_key LIKE '%2'", "does not fit its frame"),
        ("DELETE FROM contract_frames", "the frame is missing"),
    ] {
        db.execute(damage).await;
        let fresh = db.open_again().await.unwrap();
        let error = contracts::of_emaid(&mut fresh.read().await.unwrap(), &contracts[1].emaid).await.unwrap_err();
        assert!(error.to_string().contains(told), "{error}");
    }
    assert_eq!(found(&db.store, &contracts[0]).await, contracts[0], "the first one has no frame");
}
