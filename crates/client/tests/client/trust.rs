//! A store of trust: what it takes, what it refuses, and what it says.

use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};
use opnc_client::signed::{KeySet, SignedError, VerifyingKey, compact};
use opnc_client::trust::{
    BUNDLE_TYPE, Bundle, LIST_TYPE, Selection, Store, StoreError, TrustError, TrustList, TrustedRoot,
};
use opnc_messages::RootType;
use opnc_pki::Certificate;
use opnc_pki::chain::Purpose;
use opnc_pki::hierarchy::{Domain, Hierarchy};
use opnc_pki::key::{Algorithm, SoftwareKey};
use rand::SeedableRng;
use rand::rngs::StdRng;

fn now() -> Timestamp {
    "2026-06-01T12:00:00Z".parse().unwrap()
}

fn days(days: i64) -> Timestamp {
    now() + SignedDuration::from_hours(24 * days)
}

/// Somebody who signs.
struct Issuer {
    key: SoftwareKey,
    public: VerifyingKey,
}

impl Issuer {
    fn new() -> Self {
        let key = SoftwareKey::generate(Algorithm::Secp256r1).unwrap();
        let public = VerifyingKey::new(key.public_key().clone()).unwrap();
        Self { key, public }
    }

    fn keys(&self) -> KeySet {
        KeySet::new([self.public.clone()])
    }

    fn sign(&self, document_type: &str, document: &impl serde::Serialize) -> Vec<u8> {
        let payload = serde_json::to_vec(document).unwrap();
        compact(document_type, self.public.id(), &payload, |message| self.key.sign_raw(message)).unwrap().into_bytes()
    }

    fn bundle(&self, document: &Bundle) -> Vec<u8> {
        self.sign(BUNDLE_TYPE, document)
    }
}

/// An eMSP's PKI, and a bundle with its root for contracts.
struct World {
    issuer: Issuer,
    pki: Hierarchy,
    chain: Vec<Certificate>,
    bundle: Bundle,
    folder: PathBuf,
}

impl World {
    fn new(name: &str) -> Self {
        let mut rng = StdRng::seed_from_u64(1);
        let pki = Hierarchy::new(Domain::Emsp, "Provider", now(), &mut rng).unwrap();
        let leaf = pki.leaf(pki.domain.leaf_profile(), "DECCCC00000001", now(), &mut rng).unwrap();
        let issuer = Issuer::new();
        let mut root = entry(pki.root.certificate());
        root.purposes = vec!["contract".to_owned()];
        let bundle = Bundle {
            issuer: "ecosystem".to_owned(),
            version: 5,
            selection: Selection::default(),
            issued: now(),
            expires: days(14),
            keys: vec![issuer.public.to_jwk()],
            roots: vec![root],
            known_sub_cas: Vec::new(),
        };
        let folder = std::env::temp_dir().join(format!("opnc-trust-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self { issuer, pki, chain: leaf.chain(), bundle, folder }
    }

    fn path(&self) -> PathBuf {
        self.folder.join("roots.store")
    }

    fn store(&self) -> Store {
        Store::create(&self.path(), &self.issuer.bundle(&self.bundle), &self.issuer.keys(), now()).unwrap()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn entry(root: &Certificate) -> TrustedRoot {
    TrustedRoot::new(root.der(), root.fingerprint(), vec![RootType::Emsp])
}

#[test]
fn a_store_resolves_for_its_purposes_while_it_is_good() {
    let world = World::new("resolves");
    world.store();
    let store = Store::open(&world.path()).unwrap();
    let resolved = store.resolve(&world.chain, Purpose::Contract, days(13)).unwrap();
    assert_eq!(resolved.path.anchor(), world.pki.root.certificate());
    assert!(matches!(store.resolve(&world.chain, Purpose::Provisioning, now()), Err(StoreError::Unresolved(_))));
    assert!(matches!(
        store.resolve(&world.chain, Purpose::Contract, days(14)),
        Err(StoreError::Bundle(TrustError::TooOld { .. }))
    ));
    assert!(matches!(
        store.resolve(&world.chain, Purpose::Contract, days(-1)),
        Err(StoreError::Bundle(TrustError::TooNew { .. }))
    ));
    let short = std::slice::from_ref(&world.chain[0]);
    assert!(matches!(store.resolve(short, Purpose::Contract, now()), Err(StoreError::Unresolved(_))));
}

#[test]
fn only_a_later_bundle_of_the_same_ecosystem_replaces_one() {
    let world = World::new("replaces");
    let mut store = world.store();
    let with = |change: &dyn Fn(&mut Bundle)| {
        let mut bundle = world.bundle.clone();
        change(&mut bundle);
        world.issuer.bundle(&bundle)
    };
    let before = std::fs::read(world.path()).unwrap();
    let mut refused = |text: &[u8]| {
        let error = store.update(text, now()).unwrap_err();
        assert_eq!(std::fs::read(world.path()).unwrap(), before, "a refused bundle changes nothing: {error}");
        error
    };
    assert!(matches!(refused(&with(&|bundle| bundle.version = 4)), TrustError::Rollback { found: 4, kept: 5 }));
    let earlier = |bundle: &mut Bundle| {
        bundle.issued = days(-1);
        bundle.roots.clear();
    };
    assert!(matches!(refused(&with(&earlier)), TrustError::Rollback { .. }), "another content, made earlier");
    assert!(matches!(refused(&with(&|bundle| bundle.issuer = "other".to_owned())), TrustError::Other { .. }));
    let narrowed = |bundle: &mut Bundle| bundle.selection.purpose = Some("contract".to_owned());
    assert!(matches!(refused(&with(&narrowed)), TrustError::Other { .. }));
    let ended = |bundle: &mut Bundle| (bundle.issued, bundle.expires) = (days(-20), days(-6));
    assert!(matches!(refused(&with(&ended)), TrustError::TooOld { .. }));
    let foreign = Issuer::new().bundle(&Bundle { version: 6, ..world.bundle.clone() });
    assert!(matches!(refused(&foreign), TrustError::Signature(SignedError::UnknownKey { .. })));
    let list = world.issuer.sign(LIST_TYPE, &world.bundle);
    assert!(matches!(refused(&list), TrustError::Signature(SignedError::Type { .. })));
    let swapped = |bundle: &mut Bundle| bundle.roots[0].fingerprint = [7; 32].into();
    assert!(matches!(refused(&with(&swapped)), TrustError::Root { .. }));
    for nonsense in [&b""[..], b"{}", &[0xff; 9], world.issuer.sign(BUNDLE_TYPE, &1).as_slice()] {
        refused(nonsense);
    }
    // From a replica whose clock is behind: no news, and no reason to fail.
    store.update(&with(&|bundle| bundle.issued = days(-1)), now()).unwrap();
    assert_eq!(std::fs::read(world.path()).unwrap(), before);
    assert_eq!(store.bundle().issued, world.bundle.issued);
    store.update(&with(&|bundle| bundle.version = 6), now()).unwrap();
    assert_eq!(Store::open(&world.path()).unwrap().bundle().version, 6);
}

#[test]
fn a_key_follows_another_that_announced_it() {
    let world = World::new("keys");
    let mut store = world.store();
    let next = Issuer::new();
    let by_next = Bundle { version: 7, keys: vec![next.public.to_jwk()], ..world.bundle.clone() };
    assert!(matches!(store.update(&next.bundle(&by_next), now()), Err(TrustError::Signature(_))), "not announced");
    let keys = vec![world.issuer.public.to_jwk(), next.public.to_jwk()];
    let announcing = Bundle { version: 6, keys, ..world.bundle.clone() };
    store.update(&world.issuer.bundle(&announcing), now()).unwrap();
    store.update(&next.bundle(&by_next), now()).unwrap();
    let old = Bundle { version: 8, ..by_next };
    assert!(matches!(store.update(&world.issuer.bundle(&old), now()), Err(TrustError::Signature(_))), "it is over");
    assert_eq!(Store::open(&world.path()).unwrap().bundle().version, 7);
}

#[test]
fn a_changed_file_is_no_store() {
    let world = World::new("file");
    world.store();
    let text = std::fs::read_to_string(world.path()).unwrap();
    let kept: serde_json::Value = serde_json::from_str(&text).unwrap();
    let mut changed = kept.clone();
    let bundle = changed["bundle"].as_str().unwrap();
    changed["bundle"] = bundle.replacen('J', "K", 1).into();
    for text in [changed.to_string(), String::new(), "{}".to_owned(), "[]".to_owned()] {
        std::fs::write(world.path(), text).unwrap();
        assert!(Store::open(&world.path()).is_err());
    }
    assert!(matches!(Store::open(&world.folder.join("none")), Err(TrustError::File { .. })));
}

#[test]
fn lists_are_read_with_the_same_care() {
    let world = World::new("lists");
    let list = TrustList {
        name: "European CTL".to_owned(),
        issuer: "somebody".to_owned(),
        version: 1,
        issued: now(),
        expires: days(30),
        keys: Vec::new(),
        roots: vec![entry(world.pki.root.certificate())],
    };
    let keys = world.issuer.keys();
    let read = |list: &TrustList, at| TrustList::verify(&world.issuer.sign(LIST_TYPE, list), &keys, at);
    assert_eq!(read(&list, now()).unwrap(), list);
    assert!(matches!(read(&list, days(30)), Err(TrustError::TooOld { .. })));
    let twice = TrustList { roots: [list.roots.clone(), list.roots.clone()].concat(), ..list.clone() };
    assert!(matches!(read(&twice, now()), Err(TrustError::Root { .. })));
    for name in ["", " ", "a\nb", &"x".repeat(101)] {
        let named = TrustList { name: name.to_owned(), ..list.clone() };
        assert!(matches!(read(&named, now()), Err(TrustError::Unreadable(_))), "{name}");
    }
    let bundle = world.issuer.bundle(&world.bundle);
    assert!(matches!(TrustList::verify(&bundle, &keys, now()), Err(TrustError::Signature(SignedError::Type { .. }))));
}
