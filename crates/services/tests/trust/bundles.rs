//! Bundles: what is in them, when they are another one, and what changed.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use opnc_client::signed::KeySet;
use opnc_client::trust::{self, Changes};
use opnc_messages::rcp::Ctl;
use opnc_messages::{IsoVersion, RootType};
use opnc_pki::Certificate;
use opnc_pki::chain::Purpose;
use opnc_pki::hierarchy::Domain;
use opnc_pki::key::MemoryKeyStore;
use opnc_services::ecosystem::Policy;
use opnc_services::trust::bundle::{Format, Wanted, changes, get};
use opnc_services::trust::{TrustPolicy, note_policy};
use opnc_services::{Ecosystem, ServiceError, signed_document};
use opnc_test_util::TestPki;
use std::sync::Arc;

use crate::ground::{Ground, admin, put, remove, root};

async fn keys(ecosystem: &Ecosystem) -> KeySet {
    signed_document::keys(ecosystem).await.unwrap()
}

async fn bundle(ecosystem: &Ecosystem, wanted: &Wanted) -> trust::Bundle {
    let made = get(&admin(ecosystem), ecosystem, wanted, Format::Jws).await.unwrap();
    trust::Bundle::verify(&made.body, &keys(ecosystem).await).unwrap()
}

fn names(roots: &[trust::TrustedRoot]) -> Vec<String> {
    let name = |root: &trust::TrustedRoot| root.read().unwrap().common_name().unwrap().to_owned();
    let mut names: Vec<String> = roots.iter().map(name).collect();
    names.sort();
    names
}

fn of(purpose: Purpose) -> Wanted {
    Wanted { purpose: Some(purpose), ..Wanted::default() }
}

#[tokio::test]
async fn a_bundle_holds_the_roots_of_its_purpose_edition_and_list() {
    let ground = Ground::new().await;
    let ecosystem = &ground.replica().await;
    let emsp = root(Domain::Emsp, "Provider");
    let oem = root(Domain::Oem, "Maker");
    put(ecosystem, &emsp, &[RootType::Emsp], &[Ctl::European]).await;
    put(ecosystem, &oem, &[RootType::Oem], &[]).await;
    let (emsp, oem) = (emsp.common_name().unwrap().to_owned(), oem.common_name().unwrap().to_owned());
    let shown = async |wanted: Wanted| names(&bundle(ecosystem, &wanted).await.roots);
    assert_eq!(shown(Wanted::default()).await.len(), 2);
    assert_eq!(shown(of(Purpose::Contract)).await, std::slice::from_ref(&emsp));
    assert_eq!(shown(of(Purpose::Provisioning)).await, [oem]);
    assert!(shown(of(Purpose::Cps)).await.is_empty());
    let edition = |version| Wanted { iso_version: Some(version), ..Wanted::default() };
    assert_eq!(shown(edition(IsoVersion::Iso2)).await.len(), 2);
    assert!(shown(edition(IsoVersion::Iso20)).await.is_empty());
    for name in ["European CTL", "EU", "european ctl"] {
        let wanted = Wanted { trust_list: Some(name.to_owned()), ..Wanted::default() };
        assert_eq!(shown(wanted).await, std::slice::from_ref(&emsp), "{name}");
    }
    let slip = Wanted { trust_list: Some("Europaen".to_owned()), ..Wanted::default() };
    let refused = get(&admin(ecosystem), ecosystem, &slip, Format::Pem).await.unwrap_err();
    assert!(matches!(&refused, ServiceError::Invalid(problems) if problems[0].contains("European CTL")), "{refused}");
}

#[tokio::test]
async fn it_is_made_once_for_each_state_on_every_replica() {
    let ground = Ground::new().await;
    let (one, two) = (&ground.replica().await, &ground.replica().await);
    put(one, &root(Domain::Oem, "Maker"), &[RootType::Oem], &[]).await;
    let wanted = of(Purpose::Provisioning);
    let tags = async |ecosystem: &Ecosystem| {
        let mut tags = Vec::new();
        for format in [Format::Pem, Format::Zip, Format::Json, Format::Jws] {
            tags.push(get(&admin(ecosystem), ecosystem, &wanted, format).await.unwrap().tag.clone());
        }
        tags
    };
    let first = tags(one).await;
    assert_eq!(tags(two).await, first, "replicas agree");
    let again = get(&admin(one), one, &wanted, Format::Jws).await.unwrap();
    assert!(Arc::ptr_eq(&again, &get(&admin(one), one, &wanted, Format::Jws).await.unwrap()), "from the cache");
    put(two, &root(Domain::Oem, "Other maker"), &[RootType::Oem], &[]).await;
    let second = tags(one).await;
    assert!(first.iter().zip(&second).all(|(one, two)| one != two), "a change on one replica shows on the other");
    let version = bundle(one, &wanted).await.version;
    assert!(version > again.version);

    // At half of its life a signed one is made anew, the certificates alone are what they were.
    ground.clock.advance(8 * 86_400);
    let third = tags(one).await;
    assert_eq!(third[..2], second[..2]);
    assert!(third[2] != second[2] && third[3] != second[3]);
    let renewed = bundle(one, &wanted).await;
    assert_eq!(renewed.version, version);
    assert!(renewed.check_dates(one.now()).is_ok());
}

#[tokio::test]
async fn what_changed_since_a_version() {
    let ground = Ground::new().await;
    let ecosystem = &ground.replica().await;
    let (stays, goes, comes) = (root(Domain::Emsp, "Stays"), root(Domain::Emsp, "Goes"), root(Domain::Emsp, "Comes"));
    put(ecosystem, &stays, &[RootType::Emsp], &[]).await;
    put(ecosystem, &goes, &[RootType::Emsp], &[]).await;
    let wanted = of(Purpose::Contract);
    let since = bundle(ecosystem, &wanted).await.version;
    let told = async |since: u64, wanted: &Wanted| -> Changes {
        let (json, _) = changes(&admin(ecosystem), ecosystem, wanted, since, Format::Json).await.unwrap();
        serde_json::from_slice(&json).unwrap()
    };
    let nothing = told(since, &wanted).await;
    assert!(nothing.added.is_empty() && nothing.changed.is_empty() && nothing.removed.is_empty());

    put(ecosystem, &comes, &[RootType::Emsp], &[]).await;
    remove(ecosystem, &goes).await;
    put(ecosystem, &stays, &[RootType::Emsp, RootType::Oem], &[]).await;
    let found = told(since, &wanted).await;
    assert_eq!(names(&found.added), [comes.common_name().unwrap()]);
    assert_eq!(names(&found.changed), [stays.common_name().unwrap()]);
    assert_eq!(found.removed, [goes.fingerprint()]);
    let cars = told(since, &of(Purpose::Provisioning)).await;
    assert_eq!((names(&cars.added), cars.removed.len()), (vec![stays.common_name().unwrap().to_owned()], 0));

    // There and back again is no change.
    put(ecosystem, &goes, &[RootType::Emsp], &[]).await;
    remove(ecosystem, &comes).await;
    put(ecosystem, &stays, &[RootType::Emsp], &[]).await;
    let found = told(since, &wanted).await;
    assert!(found.added.is_empty() && found.changed.is_empty() && found.removed.is_empty(), "{found:?}");

    let refused = async |since, format| changes(&admin(ecosystem), ecosystem, &wanted, since, format).await;
    assert!(matches!(refused(since, Format::Pem).await, Err(ServiceError::Invalid(_))));
    for wrong in [0, u64::MAX] {
        assert!(matches!(refused(wrong, Format::Json).await, Err(ServiceError::Invalid(_))), "{wrong}");
    }
}

#[tokio::test]
async fn the_policy_decides_which_lists_count() {
    let ground = Ground::new().await;
    let all = &ground.replica().await;
    note_policy(all).await.unwrap();
    let (europe, nobody) = (root(Domain::Emsp, "On the list"), root(Domain::Emsp, "On none"));
    put(all, &europe, &[RootType::Emsp, RootType::Oem], &[Ctl::European]).await;
    put(all, &nobody, &[RootType::Emsp, RootType::Oem], &[]).await;
    let since = bundle(all, &of(Purpose::Contract)).await.version;

    let trust = TrustPolicy::default().with(Purpose::Contract, &["EU".to_owned()]);
    let policy = Policy { trust, ..Policy::default() };
    let strict = &ground.replica_with(Arc::<MemoryKeyStore>::clone(&ground.keys), policy).await;
    note_policy(strict).await.unwrap();
    assert_eq!(names(&bundle(strict, &of(Purpose::Contract)).await.roots), [europe.common_name().unwrap()]);
    assert_eq!(bundle(strict, &of(Purpose::Provisioning)).await.roots.len(), 2, "cars are another matter");
    let (json, version) = changes(&admin(strict), strict, &of(Purpose::Contract), since, Format::Json).await.unwrap();
    let found: Changes = serde_json::from_slice(&json).unwrap();
    assert_eq!((found.removed.as_slice(), found.added.len()), (&[nobody.fingerprint()][..], 0));
    assert!(version > since);
    let everything = bundle(strict, &Wanted::default()).await;
    let entry = everything.roots.iter().find(|root| root.fingerprint == nobody.fingerprint()).unwrap();
    assert_eq!(entry.purposes, ["provisioning", "vehicle"]);
}

/// Whatever selections are asked for, and by how many: what lies below the roots is looked for once an hour.
#[tokio::test]
async fn sub_cas_are_looked_for_once_and_filtered_by_selection() {
    let ground = Ground::new().await;
    let ecosystem = &ground.replica().await;
    let now = ecosystem.now();
    let (listed, other) = (TestPki::new(Domain::Emsp, "Listed", now), TestPki::new(Domain::Oem, "Other", now));
    put(ecosystem, listed.root(), &[RootType::Emsp, RootType::Oem], &[Ctl::European]).await;
    put(ecosystem, other.root(), &[RootType::Oem], &[]).await;
    store(ecosystem, &[listed.hierarchy.sub_ca_1.certificate(), other.hierarchy.sub_ca_1.certificate()]).await;
    let below = async |purpose: Option<Purpose>, list: Option<&str>| {
        let wanted = Wanted { purpose, trust_list: list.map(str::to_owned), sub_cas: true, ..Wanted::default() };
        let known = bundle(ecosystem, &wanted).await.known_sub_cas;
        known
            .iter()
            .map(|text| Certificate::from_der(&BASE64_STANDARD.decode(text).unwrap()).unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(below(None, None).await.len(), 2);
    store(ecosystem, &[listed.hierarchy.sub_ca_2.certificate()]).await;
    let of_list = std::slice::from_ref(listed.hierarchy.sub_ca_1.certificate());
    assert_eq!(below(None, Some("EU")).await, of_list, "another selection does not begin anew");
    assert_eq!(below(Some(Purpose::Contract), None).await, of_list);
    assert_eq!(below(Some(Purpose::Provisioning), Some("EU")).await, [], "the CA of an eMSP makes no cars");
    let of_cars = std::slice::from_ref(other.hierarchy.sub_ca_1.certificate());
    assert_eq!(below(Some(Purpose::Provisioning), None).await, of_cars);
    ground.clock.advance(3600);
    assert_eq!(below(None, Some("EU")).await.len(), 2, "an hour later");
}

/// A replica whose clock is behind the last change gives what the others give.
#[tokio::test]
async fn a_slow_clock_makes_no_other_bundle() {
    let ground = Ground::new().await;
    let (one, two) = (&ground.replica().await, &ground.replica().await);
    ground.clock.advance(60);
    put(one, &root(Domain::Oem, "Maker"), &[RootType::Oem], &[]).await;
    let wanted = of(Purpose::Provisioning);
    let first = get(&admin(one), one, &wanted, Format::Json).await.unwrap();
    for back in [-30, -1] {
        ground.clock.advance(back);
        let other = get(&admin(two), two, &wanted, Format::Json).await.unwrap();
        assert_eq!((other.issued, &other.tag), (first.issued, &first.tag));
    }
}

async fn store(ecosystem: &Ecosystem, cas: &[&Certificate]) {
    use opnc_store::certificates::{CaCertificate, put};
    let rows: Vec<_> =
        cas.iter().map(|ca| CaCertificate { fingerprint: ca.fingerprint(), der: ca.der().to_vec() }).collect();
    let rows = &rows;
    let stored = ecosystem.store().run_tx("store", |tx| {
        Box::pin(async move {
            for row in rows {
                put(tx, row).await?;
            }
            Ok::<_, opnc_store::StoreError>(())
        })
    });
    stored.await.unwrap();
}
