//! `opnc trust`, from outside, beside a sandbox: answers, bundles, stores, lists and keys.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;

use crate::run::{Run, run_with};
use crate::sandbox::calls::Calls;
use crate::sandbox::process::Sandbox;

/// A sandbox, and a folder for what the verbs write.
struct Ground {
    folder: tempfile::TempDir,
    _sandbox: Sandbox,
    announced: Value,
}

impl Ground {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let sandbox = Sandbox::start(&folder.path().join("sandbox"), &[]);
        let announced = sandbox.announced();
        Self { folder, _sandbox: sandbox, announced }
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    /// `opnc trust` on this sandbox.
    fn trust(&self, arguments: &[&str]) -> Run {
        let data = self.path("sandbox");
        run_with(["trust"].into_iter().chain(arguments.iter().copied()).chain(["--data", &data]), b"")
    }

    /// The same, which must end with this code, in JSON.
    fn json(&self, code: i32, arguments: &[&str]) -> Value {
        let run = self.trust(&[arguments, &["--output", "json"]].concat());
        assert_eq!((run.code, run.stderr.as_str()), (code, ""), "{arguments:?}: {}", run.stdout);
        serde_json::from_str(&run.stdout).unwrap()
    }

    /// The chain of a car, and its leaf alone.
    fn car(&self) -> (String, String) {
        let chain = self.path(&format!("sandbox/{}", self.announced["vehicles"][1]["chain"].as_str().unwrap()));
        let text = std::fs::read_to_string(&chain).unwrap();
        let end = text.find("-----END CERTIFICATE-----\n").unwrap() + "-----END CERTIFICATE-----\n".len();
        (chain, self.file("leaf.pem", &text[..end]))
    }

    /// The contract certificate of the car.
    fn contract(&self) -> String {
        let car = self.announced["vehicles"][1]["pcid"].as_str().unwrap();
        let text = BASE64_STANDARD.encode(Calls::new(&self.announced).contract_certificate(car));
        self.file("contract.pem", &format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n"))
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path
    }
}

/// Runs a verb that looks at files alone.
fn alone(arguments: &[&str]) -> Run {
    run_with(arguments.iter().copied(), b"")
}

#[test]
fn which_root_here_and_at_a_service() {
    let ground = Ground::new();
    let (chain, leaf) = ground.car();
    for (file, source) in [(&chain, "given"), (&leaf, "known")] {
        let answer = ground.json(0, &["resolve", file, "--purpose", "provisioning"]);
        assert_eq!((&answer["resolved"], &answer["anchor"]["rootTypeList"][0]), (&true.into(), &"OEM".into()));
        assert_eq!(answer["path"][1]["source"], source);
    }
    let table = ground.trust(&["resolve", &leaf, "--purpose", "provisioning"]);
    assert!(table.stdout.starts_with("trusted as provisioning"), "{}", table.stdout);
    let wrong = ground.json(1, &["resolve", &chain, "--purpose", "contract"]);
    assert!(wrong["resolved"] == false && wrong["reason"].is_string(), "{wrong}");
    let then = ground.json(1, &["resolve", &chain, "--purpose", "provisioning", "--at", "1999-01-01"]);
    assert!(then["reason"].as_str().unwrap().contains("not valid"), "{then}");
    assert_eq!(ground.trust(&["resolve", &chain, "--purpose", "fun"]).code, 2);
    assert_eq!(ground.trust(&["resolve", "missing.pem", "--purpose", "cps"]).code, 1);

    let cpo = ground.announced["parties"].as_array().unwrap().iter().find(|party| party["role"] == "cpo").unwrap();
    let secret = ground.file("secret", cpo["clientSecret"].as_str().unwrap());
    let (url, id) = (ground.announced["baseUrl"].as_str().unwrap(), cpo["clientId"].as_str().unwrap());
    let there = ["--url", url, "--client-id", id, "--secret-file", &secret, "--output", "json"];
    let asked = alone(&[&["trust", "resolve", &leaf, "--purpose", "provisioning"], &there[..]].concat());
    assert_eq!((asked.code, asked.stderr.as_str()), (0, ""));
    let answer: Value = serde_json::from_str(&asked.stdout).unwrap();
    assert_eq!(answer["resolved"], true);
    let contract = ground.contract();
    let asked = alone(&[&["trust", "authorize", &contract], &there[..]].concat());
    assert!(asked.code == 0 && asked.stdout.contains("\"Accepted\""), "{}", asked.stdout);
    let without = alone(&["trust", "authorize", &contract, "--url", url, "--client-id", id]);
    assert!(without.code == 1 && without.stderr.contains("--secret-file"), "{}", without.stderr);
}

#[test]
fn whether_a_contract_is_good() {
    let ground = Ground::new();
    let (chain, _) = ground.car();
    let good = ground.json(0, &["authorize", &ground.contract()]);
    assert_eq!((&good["certificateStatus"], &good["contract"]), (&"Accepted".into(), &"active".into()));
    let bad = ground.json(1, &["authorize", &chain]);
    assert_eq!(bad["certificateStatus"], "CertChainError", "a car's certificate is no contract");
    let shown = ground.trust(&["authorize", &ground.contract()]);
    assert!(shown.code == 0 && shown.stdout.starts_with("Accepted\ncontract "), "{}", shown.stdout);
}

/// Bundles in each form, a store that is told of them, and what it refuses.
#[test]
fn roots_to_hold_and_a_store_that_holds_them() {
    let ground = Ground::new();
    let (chain, leaf) = ground.car();
    let keys = ground.file("keys.json", &ground.trust(&["keys"]).stdout);
    let write = |name: &str, options: &[&str]| -> String {
        let path = ground.path(name);
        let run = ground.trust(&[&["bundle", "--out", &path], options].concat());
        assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{}", run.stderr);
        path
    };
    let pem = write("roots.pem", &["--purpose", "provisioning", "--format", "pem"]);
    assert!(std::fs::read_to_string(pem).unwrap().starts_with("-----BEGIN CERTIFICATE-----\n"));
    let zip = write("roots.zip", &["--iso", "20", "--format", "zip"]);
    assert!(std::fs::read(zip).unwrap().starts_with(b"PK"));
    let slip = ground.trust(&["bundle", "--trust-list", "Europaen"]);
    assert!(slip.code == 1 && slip.stderr.contains("European CTL"), "{}", slip.stderr);

    let plain = write("plain.jws", &["--purpose", "provisioning"]);
    let store = ground.path("roots.store");
    let first = alone(&["trust", "store", "update", &store, &plain]);
    assert_eq!(first.code, 1, "there is no store yet: {}", first.stdout);
    let pinned = alone(&["trust", "store", "update", &store, &plain, "--key", &keys, "--output", "json"]);
    let shown: Value = serde_json::from_str(&pinned.stdout).unwrap();
    assert_eq!((pinned.code, &shown["good"], &shown["knownSubCas"]), (0, &true.into(), &0.into()));
    let resolve = |store: &str, file: &str, options: &[&str]| {
        alone(&[&["trust", "store", "resolve", store, file, "--purpose", "provisioning"], options].concat())
    };
    assert_eq!(resolve(&store, &chain, &[]).code, 0);
    let missing = resolve(&store, &leaf, &[]);
    assert!(missing.code == 1 && missing.stdout.contains("NOT TRUSTED"), "{}", missing.stdout);
    let late = resolve(&store, &chain, &["--at", "2200-01-01"]);
    assert!(late.code == 1 && late.stdout.contains("NOT TRUSTED"), "{}", late.stdout);

    let with_cas = write("cas.jws", &["--purpose", "provisioning", "--sub-cas"]);
    let other = alone(&["trust", "store", "update", &store, &with_cas]);
    assert!(other.code == 1 && other.stderr.contains("with sub CAs"), "{}", other.stderr);
    let cas = ground.path("cas.store");
    assert_eq!(alone(&["trust", "store", "update", &cas, &with_cas, "--key", &keys]).code, 0);
    let found = resolve(&cas, &leaf, &["--output", "json"]);
    let found: Value = serde_json::from_str(&found.stdout).unwrap();
    assert_eq!((&found["resolved"], found["bundleVersion"].is_u64()), (&true.into(), true));
    assert_eq!(ground.trust(&["bundle", "--sub-cas", "--format", "pem"]).code, 1);

    let mut forged = std::fs::read(&plain).unwrap();
    let last = forged.len() / 2;
    forged[last] = if forged[last] == b'A' { b'B' } else { b'A' };
    let forged = ground.file("forged.jws", std::str::from_utf8(&forged).unwrap());
    let refused = alone(&["trust", "store", "update", &store, &forged]);
    assert!(refused.code == 1 && refused.stderr.contains("refused"), "{}", refused.stderr);
    let shown = alone(&["trust", "store", "show", &store]);
    assert!(shown.code == 0 && shown.stdout.starts_with("version "), "{}", shown.stdout);
    assert_eq!(alone(&["trust", "store", "show", &store, "--at", "2200-01-01"]).code, 1);
}

/// A key announces the next one; who has heard of it follows.
#[test]
fn one_key_follows_another() {
    let ground = Ground::new();
    let count = |run: &Run| serde_json::from_str::<Value>(&run.stdout).unwrap()["keys"].as_array().unwrap().len();
    let keys = ground.file("keys.json", &ground.trust(&["keys"]).stdout);
    let (old, next) = (ground.path("old.jws"), ground.path("next.jws"));
    let announced = ground.trust(&["keys", "--announce"]);
    assert_eq!((announced.code, count(&announced)), (0, 2));
    assert_eq!(ground.trust(&["bundle", "--out", &old]).code, 0);
    assert_eq!(ground.trust(&["keys", "--switch"]).code, 0);
    assert_eq!(ground.trust(&["bundle", "--out", &next]).code, 0);
    let store = ground.path("roots.store");
    assert_eq!(alone(&["trust", "store", "update", &store, &next, "--key", &keys]).code, 1, "not heard of");
    assert_eq!(alone(&["trust", "store", "update", &store, &old, "--key", &keys]).code, 0);
    assert_eq!(alone(&["trust", "store", "update", &store, &next]).code, 0);
    assert_eq!(ground.trust(&["keys", "--announce", "--switch"]).code, 2);
}

/// A list of our own is taken as one of others, applied, and taken back.
#[test]
fn a_list_comes_counts_and_goes() {
    let ground = Ground::new();
    let list = ground.path("list.jws");
    let keys = ground.file("keys.json", &ground.trust(&["keys"]).stdout);
    assert_eq!(ground.trust(&["list", "export", "Neighbours", "--out", &list]).code, 0);
    let missing = ground.trust(&["list", "apply", "Neighbours"]);
    assert!(missing.code == 1 && missing.stderr.contains("Neighbours"), "{}", missing.stderr);
    assert_eq!(ground.trust(&["list", "import", &list]).code, 1, "nobody knows who has signed it");
    let imported = ground.json(0, &["list", "import", &list, "--key", &keys]);
    assert_eq!(imported[0]["name"], "Neighbours");
    let dry = ground.json(0, &["list", "apply", "Neighbours", "--dry-run"]);
    assert!(dry["dryRun"] == true && !dry["steps"].as_array().unwrap().is_empty(), "{dry}");
    let on_it = || {
        let data = ground.path("sandbox");
        let all = alone(&["rcp", "list", "--trust-list", "Neighbours", "--data", &data, "--output", "json"]);
        serde_json::from_str::<Value>(&all.stdout).unwrap().as_array().unwrap().len()
    };
    assert_eq!(on_it(), 0);
    ground.json(0, &["list", "apply", "Neighbours"]);
    let roots = ground.announced["roots"].as_array().unwrap().len();
    assert_eq!((on_it(), ground.json(0, &["list", "show"])[0]["roots"].as_array().unwrap().len()), (roots, roots));
    assert_eq!(ground.json(0, &["list", "revert", "Neighbours"])["reverted"].as_array().unwrap().len(), roots);
    assert_eq!(on_it(), 0);
    assert_eq!(ground.trust(&["list", "revert", "Neighbours"]).code, 1, "once");
}
