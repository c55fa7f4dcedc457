//! Trust lists: taken in with care, applied by the operator's word, taken back exactly.

use opnc_client::signed::KeySet;
use opnc_messages::RootType;
use opnc_messages::rcp::Ctl;
use opnc_pki::Certificate;
use opnc_pki::hierarchy::Domain;
use opnc_pki::key::MemoryKeyStore;
use opnc_services::ecosystem::Policy;
use opnc_services::trust::lists::{Action, Consent, Plan, all, apply, export, import, plan, revert};
use opnc_services::{Ecosystem, ServiceError, approvals, signed_document};
use opnc_store::roots::{self, Root};
use std::sync::Arc;

use crate::ground::{Ground, admin, put, remove, root};

const BOTH: Consent = Consent { add: true, remove: true };
const MARK: Consent = Consent { add: false, remove: false };

/// Somebody with three roots on a list, and the key that signed it.
struct Neighbour {
    ecosystem: Ecosystem,
    roots: [Certificate; 3],
    keys: KeySet,
}

impl Neighbour {
    async fn new(ground: &Ground) -> Self {
        let ecosystem = ground.replica().await;
        let roots = [root(Domain::Emsp, "One"), root(Domain::Emsp, "Two"), root(Domain::Oem, "Three")];
        for (certificate, kind) in roots.iter().zip([RootType::Emsp, RootType::Emsp, RootType::Oem]) {
            put(&ecosystem, certificate, &[kind], &[]).await;
        }
        let keys = signed_document::keys(&ecosystem).await.unwrap();
        Self { ecosystem, roots, keys }
    }

    async fn list(&self) -> Vec<u8> {
        export(&admin(&self.ecosystem), &self.ecosystem, "EU", None).await.unwrap().text.into_bytes()
    }
}

async fn pool(ecosystem: &Ecosystem) -> Vec<Root> {
    roots::list(&mut ecosystem.store().read().await.unwrap(), None, None).await.unwrap()
}

fn actions(plan: &Plan) -> Vec<(&str, Action)> {
    let mut actions: Vec<_> = plan.steps.iter().map(|step| (step.common_name.as_str(), step.action)).collect();
    actions.sort_by_key(|(name, _)| *name);
    actions
}

#[tokio::test]
async fn a_list_is_applied_by_word_and_taken_back_exactly() {
    let (ours, theirs) = (Ground::new().await, Ground::new().await);
    let neighbour = Neighbour::new(&theirs).await;
    let ecosystem = &ours.replica().await;
    let caller = &admin(ecosystem);
    let [one, two, three] = &neighbour.roots;
    let local = root(Domain::Oem, "Local");
    put(ecosystem, one, &[RootType::Emsp, RootType::Oem], &[Ctl::American]).await;
    put(ecosystem, &local, &[RootType::Oem], &[Ctl::European]).await;
    let before = pool(ecosystem).await;

    let imported = import(caller, ecosystem, &neighbour.list().await, Some(&neighbour.keys)).await.unwrap();
    assert_eq!((imported.row.name.as_str(), imported.list.roots.len()), ("European CTL", 3), "EU is short for it");
    assert_eq!(pool(ecosystem).await, before, "a list alone changes nothing");
    let dry = plan(caller, ecosystem, "EU", MARK).await.unwrap();
    let name = |certificate: &Certificate| certificate.common_name().unwrap().to_owned();
    let (n1, n2, n3, nl) = (name(one), name(two), name(three), name(&local));
    let mut expected =
        vec![(&*n1, Action::Mark), (&*n2, Action::Absent), (&*n3, Action::Absent), (&*nl, Action::Unmark)];
    expected.sort_by_key(|(name, _)| *name);
    assert_eq!(actions(&dry), expected);
    assert!(dry.steps.iter().any(|step| step.note.as_deref().is_some_and(|note| note.contains("the pool for"))));

    apply(caller, ecosystem, "EU", MARK).await.unwrap();
    let lists = |pool: &[Root], certificate: &Certificate| {
        pool.iter().find(|root| root.fingerprint == certificate.fingerprint()).map(|root| root.ctl_list.clone())
    };
    let marked = pool(ecosystem).await;
    assert_eq!(lists(&marked, one).unwrap(), ["American CTL", "European CTL"]);
    assert!(lists(&marked, &local).unwrap().is_empty() && lists(&marked, two).is_none());
    assert!(apply(caller, ecosystem, "EU", MARK).await.unwrap().plan.steps.iter().all(|step| !step.action.changes()));
    assert_eq!(revert(caller, ecosystem, "EU").await.unwrap().len(), 2);
    assert_eq!(pool(ecosystem).await, before);

    // With consent roots come and go; taken back, they are what they were, ids and dates too.
    apply(caller, ecosystem, "EU", BOTH).await.unwrap();
    let applied = pool(ecosystem).await;
    assert!(lists(&applied, &local).is_none() && lists(&applied, three).is_some());
    assert_eq!(applied.len(), 3);
    revert(caller, ecosystem, "EU").await.unwrap();
    assert_eq!(pool(ecosystem).await, before);
    assert!(matches!(revert(caller, ecosystem, "EU").await, Err(ServiceError::NotFound(_))));
}

#[tokio::test]
async fn what_somebody_changed_since_is_not_overwritten() {
    let (ours, theirs) = (Ground::new().await, Ground::new().await);
    let neighbour = Neighbour::new(&theirs).await;
    let ecosystem = &ours.replica().await;
    let caller = &admin(ecosystem);
    put(ecosystem, &neighbour.roots[0], &[RootType::Emsp], &[]).await;
    import(caller, ecosystem, &neighbour.list().await, Some(&neighbour.keys)).await.unwrap();
    apply(caller, ecosystem, "European CTL", MARK).await.unwrap();
    put(ecosystem, &neighbour.roots[0], &[RootType::V2g], &[Ctl::European]).await;
    let before = pool(ecosystem).await;
    let error = revert(caller, ecosystem, "European CTL").await.unwrap_err();
    assert!(error.to_string().contains(&neighbour.roots[0].fingerprint().to_string()), "{error}");
    assert_eq!(pool(ecosystem).await, before);
}

#[tokio::test]
async fn forged_old_and_earlier_lists_are_refused() {
    let (ours, theirs) = (Ground::new().await, Ground::new().await);
    let neighbour = Neighbour::new(&theirs).await;
    let ecosystem = &ours.replica().await;
    let caller = &admin(ecosystem);
    let first = neighbour.list().await;
    assert!(matches!(import(caller, ecosystem, &first, None).await, Err(ServiceError::Invalid(_))), "no key yet");
    let own = signed_document::keys(ecosystem).await.unwrap();
    assert!(matches!(import(caller, ecosystem, &first, Some(&own)).await, Err(ServiceError::Invalid(_))));
    import(caller, ecosystem, &first, Some(&neighbour.keys)).await.unwrap();

    remove(&neighbour.ecosystem, &neighbour.roots[1]).await;
    signed_document::announce(&admin(&neighbour.ecosystem), &neighbour.ecosystem).await.unwrap();
    let second = neighbour.list().await;
    let imported = import(caller, ecosystem, &second, None).await.unwrap();
    assert_eq!(imported.list.roots.len(), 2, "its predecessor's key is enough");
    let error = import(caller, ecosystem, &first, Some(&neighbour.keys)).await.unwrap_err();
    assert!(error.to_string().contains("earlier"), "{error}");
    signed_document::switch(&admin(&neighbour.ecosystem), &neighbour.ecosystem).await.unwrap();
    import(caller, ecosystem, &neighbour.list().await, None).await.unwrap();
    assert_eq!(all(caller, ecosystem).await.unwrap().len(), 1);

    ours.clock.advance(15 * 86_400);
    assert!(matches!(apply(caller, ecosystem, "EU", MARK).await, Err(ServiceError::Invalid(_))), "its time is over");
    assert!(matches!(import(caller, ecosystem, &second, Some(&neighbour.keys)).await, Err(ServiceError::Invalid(_))));
    assert!(matches!(apply(caller, ecosystem, "other", MARK).await, Err(ServiceError::NotFound(_))));
}

/// A list whose issuer changes: the lists of the former one are earlier ones, although their versions are of another count.
#[tokio::test]
async fn an_earlier_list_of_a_former_issuer_does_not_come_back() {
    let (ours, former, latter) = (Ground::new().await, Ground::new().await, Ground::new().await);
    let ecosystem = &ours.replica().await;
    let caller = &admin(ecosystem);
    let before = Neighbour::new(&former).await;
    let old = before.list().await;
    // The same keys in another ecosystem.
    let after = latter.replica_with(Arc::<MemoryKeyStore>::clone(&former.keys), Policy::default()).await;
    for name in ["One", "Two", "Three", "Four", "Five"] {
        put(&after, &root(Domain::Emsp, name), &[RootType::Emsp], &[]).await;
    }
    latter.clock.advance(3600);
    ours.clock.advance(3600);
    let new = export(&admin(&after), &after, "EU", None).await.unwrap().text.into_bytes();

    let first = import(caller, ecosystem, &old, Some(&before.keys)).await.unwrap();
    let second = import(caller, ecosystem, &new, None).await.unwrap();
    assert!(first.row.issuer != second.row.issuer && first.row.version < second.row.version);
    let error = import(caller, ecosystem, &old, None).await.unwrap_err();
    assert!(error.to_string().contains("earlier"), "{error}");
    assert_eq!(all(caller, ecosystem).await.unwrap()[0].row.issuer, second.row.issuer);
    import(caller, ecosystem, &old, Some(&before.keys)).await.expect("who pins the key says which one follows");
}

#[tokio::test]
async fn with_four_eyes_a_list_waits() {
    let (ours, theirs) = (Ground::new().await, Ground::new().await);
    let neighbour = Neighbour::new(&theirs).await;
    let policy = Policy { root_approvals: 2, ..Policy::default() };
    let ecosystem = &ours.replica_with(Arc::<MemoryKeyStore>::clone(&ours.keys), policy).await;
    let caller = &admin(ecosystem);
    import(caller, ecosystem, &neighbour.list().await, Some(&neighbour.keys)).await.unwrap();
    let applied = apply(caller, ecosystem, "EU", BOTH).await.unwrap();
    assert_eq!((applied.waiting, pool(ecosystem).await.len()), (3, 0));
    let mut other = admin(ecosystem);
    other.operator = Some("other".to_owned());
    for change in approvals::list(caller, ecosystem).await.unwrap() {
        approvals::approve(&other, ecosystem, change.root.id).await.unwrap();
    }
    assert_eq!(pool(ecosystem).await.len(), 3);
}
