//! The trust service over HTTP.

use opnc_client::signed::{KeySet, verify};
use opnc_client::trust::{BundleFormat, CHANGES_TYPE, Changes, Selection, Store};
use opnc_messages::{Role, RootType};
use opnc_pki::Clock;
use opnc_pki::chain::Purpose;
use opnc_pki::hierarchy::Domain;
use opnc_services::signed_document;
use opnc_test_util::calls::{call, request, send};
use opnc_test_util::{TestEcosystem, World};

/// Whoever reads a signed document asks for the key without being a party.
#[tokio::test]
async fn keys_are_for_anybody_and_verify_what_is_signed() {
    let ecosystem = TestEcosystem::start().await;
    let text = signed_document::sign(&ecosystem.ecosystem, "opnc-test+jws", b"{}").await.unwrap();
    for version in ["v1", "1.0"] {
        let answer = send(request(&ecosystem, "GET", &format!("/opnc/{version}/trust/keys"))).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let keys = KeySet::parse(answer.text.as_bytes()).unwrap();
        assert_eq!(verify(text.as_bytes(), "opnc-test+jws", &keys, 1000).unwrap().payload, b"{}");
    }
}

const BUNDLE: &str = "/opnc/v1/trust/bundle";

/// Each form by its name and by what a reader accepts, and nothing twice for who has it.
#[tokio::test]
async fn a_bundle_in_every_form_and_once() {
    let world = World::begin().await;
    let cpo = Role::Cpo;
    for (name, media_type) in [
        ("pem", "application/x-pem-file"),
        ("zip", "application/zip"),
        ("json", "application/json"),
        ("jws", "application/jose"),
    ] {
        let by_name = world.get(cpo, &format!("{BUNDLE}?purpose=contract&format={name}")).await;
        assert_eq!((by_name.status, by_name.headers["content-type"].to_str().unwrap()), (200, media_type), "{name}");
        let tag = by_name.headers["etag"].clone();
        let path = format!("{BUNDLE}?purpose=contract");
        let request = call(&world.ecosystem, cpo, "GET", &path).await.header("accept", media_type);
        let accepted = send(request).await;
        assert_eq!(
            (accepted.headers["etag"].clone(), accepted.headers["vary"].to_str().unwrap()),
            (tag.clone(), "accept")
        );
        let request = call(&world.ecosystem, cpo, "GET", &path).await.header("accept", media_type);
        let again = send(request.header("if-none-match", tag.to_str().unwrap())).await;
        assert_eq!((again.status, again.text.as_str()), (304, ""));
        assert_eq!(again.headers["opnc-trust-version"], by_name.headers["opnc-trust-version"]);
    }
    let html = call(&world.ecosystem, cpo, "GET", BUNDLE).await.header("accept", "text/html");
    assert_eq!(send(html).await.status, 406);
    let refused =
        world.get(cpo, &format!("{BUNDLE}?purpose=x&iso15118Version=3&format=xml&since=-1&trustList=&subCas=1")).await;
    assert_eq!((refused.status, refused.messages().len()), (400, 6), "{}", refused.text);
    assert_eq!(send(request(&world.ecosystem, "GET", BUNDLE)).await.status, 401);
}

/// The way of a station's backend: pin the key, take a bundle, and decide without asking again.
#[tokio::test]
async fn a_client_takes_a_bundle_and_decides_by_itself() {
    let world = World::begin().await;
    let client = world.ecosystem.client(Role::Cpo);
    let keys = client.get_trust_keys().await.unwrap();
    let selection = Selection { purpose: Some("contract".to_owned()), ..Selection::default() };
    let text = client.get_trust_bundle(&selection, BundleFormat::Jws).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let now = world.ecosystem.clock.now();
    let mut store = Store::create(&folder.path().join("roots"), &text, &keys, now).unwrap();
    let mut emsp = opnc_test_util::TestPki::new(Domain::Emsp, "eMSP Z", now);
    let contract = emsp.leaf("DEZZZC00000001").chain();
    assert!(store.resolve(&contract, Purpose::Contract, now).is_err());
    world.ecosystem.trust(emsp.root(), RootType::Emsp).await;
    let since = store.bundle().version;
    let changes = client.get_trust_changes(&selection, since).await.unwrap();
    let changes = verify(&changes, CHANGES_TYPE, &keys, 100_000).unwrap();
    let changes: Changes = serde_json::from_slice(&changes.payload).unwrap();
    assert_eq!(changes.added.len(), 1);
    store.update(&client.get_trust_bundle(&selection, BundleFormat::Jws).await.unwrap(), now).unwrap();
    assert_eq!(store.resolve(&contract, Purpose::Contract, now).unwrap().path.anchor(), emsp.root());
}
