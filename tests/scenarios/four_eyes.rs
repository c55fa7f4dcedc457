//! Four eyes: what one admin asks of the root pool waits for another.

use std::time::Duration;

use opnc_messages::{Role, RootType};
use opnc_pki::Clock;
use opnc_pki::hierarchy::Domain;
use opnc_services::parties::NewParty;
use opnc_services::{Caller, approvals};
use opnc_test_util::calls::Answer;
use opnc_test_util::{TestEcosystem, TestParty, TestPki, root_body};
use serde_json::{Value, json};
use uuid::Uuid;

const ROOTS: &str = "/opnc/v1/rcp/rootcertificates";

struct Two {
    ecosystem: TestEcosystem,
    other: TestParty,
    root: Value,
    fingerprint: String,
}

async fn two_admins() -> Two {
    let mut ecosystem = TestEcosystem::start_with(|options| {
        options.policy.root_approvals = 2;
        options.server.token_lifetime = Duration::from_secs(30 * 86_400);
    })
    .await;
    let new = NewParty { name: "Other admin".into(), role: Role::Admin, owned: Default::default() };
    let other = ecosystem.add_party(new).await;
    let pki = TestPki::new(Domain::Oem, "OEM A", ecosystem.clock.now());
    let root = serde_json::to_value(root_body(pki.root(), RootType::Oem)).unwrap();
    Two { ecosystem, other, root, fingerprint: pki.root().fingerprint().to_string() }
}

impl Two {
    async fn put(&self) -> Answer {
        self.ecosystem.call(Role::Admin, "PUT", ROOTS, Some(&self.root)).await
    }

    async fn put_as_other(&self, root: &Value) -> Answer {
        self.ecosystem.call_as(&self.other, "PUT", ROOTS, Some(root)).await
    }

    async fn delete(&self, party: &TestParty) -> Answer {
        self.ecosystem.call_as(party, "DELETE", &format!("{ROOTS}/{}", self.fingerprint), None).await
    }

    async fn in_pool(&self) -> bool {
        let answer = self.ecosystem.call(Role::Oem, "GET", &format!("{ROOTS}/{}", self.fingerprint), None).await;
        assert!(matches!(answer.status, 200 | 404), "{}", answer.text);
        answer.status == 200
    }

    /// What the audit log says of the pool, the newest last: operation and outcome.
    async fn log(&self) -> Vec<(String, &'static str)> {
        let (caller, filter) = (Caller::operator("jane", Uuid::nil()), Default::default());
        let rows = opnc_services::audit::list(&caller, &self.ecosystem.ecosystem, &filter, 0, 100).await.unwrap();
        let rows = rows.into_iter().filter(|row| row.entry.operation != "AddParty");
        rows.map(|row| (row.entry.operation, row.entry.outcome.as_str())).collect()
    }

    async fn events(&self) -> usize {
        self.ecosystem.snapshot().await.count("outbox")
    }
}

fn change_of(answer: &Answer) -> Uuid {
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["pending"]["changeId"].as_str().unwrap().parse().unwrap()
}

fn log(rows: &[(&str, &'static str)]) -> Vec<(String, &'static str)> {
    rows.iter().map(|(operation, outcome)| ((*operation).to_owned(), *outcome)).collect()
}

#[tokio::test]
async fn a_root_is_there_when_the_other_admin_says_so() {
    let two = two_admins().await;
    let answer = two.put().await;
    let change = change_of(&answer);
    assert!(answer.json()["warnings"][0].as_str().unwrap().contains("another admin"), "{}", answer.text);
    assert_eq!(answer.json()["rootCertificate"].get("rootCertificateId"), None, "it has no id in the pool yet");
    assert!(!two.in_pool().await);
    assert_eq!(two.events().await, 0);
    assert_eq!(change_of(&two.put().await), change, "asking again changes nothing");

    // An operator at the machine is somebody else than either party.
    let jane = Caller::operator("jane", Uuid::nil());
    approvals::approve(&jane, &two.ecosystem.ecosystem, change).await.unwrap();
    assert!(two.in_pool().await);
    assert_eq!(two.events().await, 1);
    assert_eq!(
        two.log().await,
        log(&[("PutRootCertificate", "pending"), ("ApproveRootChange", "done"), ("PutRootCertificate", "done")])
    );
    let again = approvals::approve(&jane, &two.ecosystem.ecosystem, change).await.unwrap_err();
    assert!(again.to_string().contains("No change with this id waits"), "{again}");
}

#[tokio::test]
async fn nobody_approves_what_they_asked_for() {
    let two = two_admins().await;
    let admin = two.ecosystem.party(Role::Admin);
    let mut caller = Caller::operator("", Uuid::nil());
    (caller.party, caller.operator) = (admin.credentials.party, None);
    let change = change_of(&two.put().await);
    let refused = approvals::approve(&caller, &two.ecosystem.ecosystem, change).await.unwrap_err();
    assert!(refused.to_string().contains("another admin"), "{refused}");
    assert!(!two.in_pool().await);
    assert_eq!(two.log().await.last(), log(&[("ApproveRootChange", "denied")]).last());
    // Nor does anybody who is no admin.
    caller.role = Role::Oem;
    assert!(approvals::approve(&caller, &two.ecosystem.ecosystem, change).await.is_err());
    assert!(approvals::reject(&caller, &two.ecosystem.ecosystem, change).await.is_err());
}

/// Two admins need nothing but the operations of OPNC.
#[tokio::test]
async fn asking_for_the_same_is_an_approval() {
    let two = two_admins().await;
    two.put().await;
    let mut other_types = two.root.clone();
    other_types["rootType"] = json!("PE");
    other_types["rootTypeList"] = json!(["PE"]);
    let refused = two.put_as_other(&other_types).await;
    assert_eq!(refused.status, 400, "{}", refused.text);
    assert!(refused.text.contains("waits for approval"), "{}", refused.text);
    let made = two.put_as_other(&two.root).await;
    assert_eq!((made.status, made.json().get("pending")), (200, None), "{}", made.text);
    assert!(two.in_pool().await);

    let answer = two.delete(&two.other).await;
    change_of(&answer);
    assert!(two.in_pool().await);
    let answer = two.delete(two.ecosystem.party(Role::Admin)).await;
    assert_eq!((answer.status, answer.text.as_str()), (200, ""));
    assert!(!two.in_pool().await);
    assert_eq!(two.events().await, 2);
}

#[tokio::test]
async fn a_rejected_or_forgotten_change_is_never_made() {
    let two = two_admins().await;
    let jane = Caller::operator("jane", Uuid::nil());
    let ecosystem = &two.ecosystem.ecosystem;
    let change = change_of(&two.put().await);
    approvals::reject(&jane, ecosystem, change).await.unwrap();
    assert!(approvals::approve(&jane, ecosystem, change).await.is_err());

    let change = change_of(&two.put().await);
    two.ecosystem.clock.advance(8 * 86_400);
    assert!(approvals::approve(&jane, ecosystem, change).await.is_err());
    let statuses: Vec<&str> =
        approvals::list(&jane, ecosystem).await.unwrap().iter().map(|change| change.status.as_str()).collect();
    assert_eq!(statuses, ["rejected", "expired"]);
    assert!(!two.in_pool().await);
    assert_eq!(two.log().await.last(), log(&[("ExpireRootChange", "done")]).last());
    // And it can be asked for again.
    change_of(&two.put().await);
}

/// What two admins have done is done: the same from a third one leaves nothing that waits.
#[tokio::test]
async fn the_same_once_more_waits_for_nobody() {
    let mut two = two_admins().await;
    let third = NewParty { name: "Third admin".into(), role: Role::Admin, owned: Default::default() };
    let third = two.ecosystem.add_party(third).await;
    two.put().await;
    assert_eq!(two.put_as_other(&two.root).await.status, 200);
    assert!(two.in_pool().await);
    let before = two.log().await;
    let answer = two.ecosystem.call_as(&third, "PUT", ROOTS, Some(&two.root)).await;
    assert_eq!((answer.status, answer.json().get("pending")), (200, None), "{}", answer.text);
    assert!(answer.json()["rootCertificate"]["rootCertificateId"].is_string(), "{}", answer.text);
    let jane = Caller::operator("jane", Uuid::nil());
    let changes = approvals::list(&jane, &two.ecosystem.ecosystem).await.unwrap();
    assert!(changes.iter().all(|change| change.status != approvals::ChangeStatus::Pending));
    assert_eq!(two.log().await, before);
}
