//! What is held about a contract or a car: shown, erased, and gone after its time.

use opnc_messages::Role;
use opnc_messages::ids::{Emaid, Pcid};
use opnc_services::privacy::{self, Subject};
use opnc_services::{Caller, audit, jobs, retention};
use opnc_test_util::World;
use serde_json::Value;
use uuid::Uuid;

const EMAID: &str = "DEDDDABCDEFGHI";
const OTHER: &str = "DEDDDOTHERAAAA";
const PCID: &str = "WAAPRIVACY0000001";

async fn world() -> World {
    let mut world = World::begin().await;
    world.car(PCID).await;
    world.car("WAAPRIVACY0000002").await;
    for (emaid, pcid) in [(EMAID, PCID), (OTHER, "WAAPRIVACY0000002")] {
        let answer = world.generate(emaid, pcid).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
    }
    world
}

fn operator() -> Caller {
    Caller::operator("jane", Uuid::nil())
}

fn emaid() -> Subject {
    Subject::Emaid(Emaid::parse(EMAID).unwrap())
}

async fn export(world: &World, subject: &Subject) -> Value {
    privacy::export(&operator(), &world.ecosystem.ecosystem, subject).await.unwrap()
}

fn lengths(export: &Value) -> [usize; 4] {
    ["contracts", "provisioningCertificates", "issuedCertificates", "events"]
        .map(|name| export[name].as_array().unwrap().len())
}

#[tokio::test]
async fn an_export_has_everything_about_one_and_nothing_about_another() {
    let world = world().await;
    let about = export(&world, &emaid()).await;
    assert_eq!(lengths(&about), [1, 0, 1, 1]);
    assert_eq!(about["contracts"][0]["pcid"], PCID);
    assert_eq!(about["auditLog"][0]["operation"], "GenerateAndSignContractData");
    assert!(!about.to_string().contains(OTHER), "{about}");
    let about = export(&world, &Subject::Pcid(Pcid::parse(PCID).unwrap())).await;
    assert_eq!(lengths(&about), [1, 1, 0, 1]);
    // That somebody looked is on record, by a pseudonym.
    let rows = audit::list(&operator(), &world.ecosystem.ecosystem, &Default::default(), 0, 100).await.unwrap();
    let last = rows.last().unwrap();
    assert_eq!((last.entry.operation.as_str(), last.entry.actor.as_deref()), ("ExportPersonalData", Some("jane")));
    assert_eq!(last.entry.subject_hash.len(), 32);
}

#[tokio::test]
async fn an_erasure_leaves_a_tombstone_without_personal_data() {
    let world = world().await;
    let before = world.ecosystem.snapshot().await;
    let ecosystem = &world.ecosystem.ecosystem;
    let plan = privacy::plan(&operator(), ecosystem, &emaid()).await.unwrap();
    assert!(before.changed(&world.ecosystem.snapshot().await).is_empty(), "a plan changes nothing");
    let erasure = privacy::erase(&operator(), ecosystem, &emaid()).await.unwrap();
    assert_eq!(plan, erasure);
    assert_eq!(erasure.erased[0], ("contracts", 1));
    assert!(erasure.kept.iter().any(|kept| kept.what == "issued certificates" && kept.why.contains("revoke")));

    let after = world.ecosystem.snapshot().await;
    let tombstone = &after.rows("tombstones")[0];
    assert!(!tombstone.contains(EMAID) && !tombstone.contains(PCID), "{tombstone}");
    for table in ["contracts", "emaids", "default_contracts", "audit"] {
        assert!(!after.rows(table).iter().any(|row| row.contains(EMAID)), "{table}");
    }
    assert_eq!(after.count("contracts"), 1, "the other one stays");
    let about = export(&world, &emaid()).await;
    assert_eq!(about["erasures"].as_array().unwrap().len(), 1);
    assert_eq!(lengths(&about)[0], 0);
    // The eMSP hears of it, as of any contract that goes.
    assert_eq!(super::kinds(&world.ecosystem).await.last().map(String::as_str), Some("contract.deleted"));
}

#[tokio::test]
async fn a_car_goes_with_its_contracts() {
    let world = world().await;
    let subject = Subject::Pcid(Pcid::parse(PCID).unwrap());
    privacy::erase(&operator(), &world.ecosystem.ecosystem, &subject).await.unwrap();
    let after = world.ecosystem.snapshot().await;
    for table in ["contracts", "provisioning", "emaids", "default_contracts"] {
        assert!(!after.rows(table).iter().any(|row| row.contains(PCID)), "{table}");
        assert_eq!(after.count(table), 1, "{table}");
    }
}

#[tokio::test]
async fn only_admins_may() {
    let world = world().await;
    let caller = Caller { role: Role::Oem, ..operator() };
    for subject in [emaid()] {
        assert!(privacy::export(&caller, &world.ecosystem.ecosystem, &subject).await.is_err());
        assert!(privacy::erase(&caller, &world.ecosystem.ecosystem, &subject).await.is_err());
    }
}

#[tokio::test]
async fn records_go_when_their_time_is_over() {
    let world = world().await;
    let ecosystem = &world.ecosystem.ecosystem;
    assert_eq!(retention::run(ecosystem).await.unwrap(), retention::Cleansed::default());
    // The contracts end on 2027-06-01, and are kept for thirty days more.
    world.ecosystem.clock.set("2027-06-30T00:00:00Z");
    assert_eq!(retention::run(ecosystem).await.unwrap().contracts, 0);
    world.ecosystem.clock.set("2027-07-02T12:00:00Z");
    let cleansed = retention::run(ecosystem).await.unwrap();
    assert_eq!((cleansed.contracts, cleansed.issued_certificates, cleansed.audit), (2, 0, 0));
    assert_eq!(super::kinds(&world.ecosystem).await, ["contract.deleted", "contract.deleted"], "older events are gone");
    world.ecosystem.clock.set("2028-07-02T12:00:00Z");
    assert!(retention::run(ecosystem).await.unwrap().issued_certificates >= 2);
    let verified = audit::verify(&operator(), ecosystem, None).await.unwrap();
    world.ecosystem.clock.set("2036-06-10T12:00:00Z");
    let cleansed = retention::run(ecosystem).await.unwrap();
    assert!(cleansed.audit > 0, "{cleansed:?}");
    let later = audit::verify(&operator(), ecosystem, Some(verified.last)).await.unwrap();
    assert_eq!((later.fault, later.expected), (None, Some(true)));
    assert!(later.anchor.seq > 0);
}

#[tokio::test]
async fn the_job_runs_once_in_its_period_whoever_looks() {
    let world = world().await;
    let ecosystem = &world.ecosystem.ecosystem;
    let ran = async || jobs::run_due(ecosystem).await.unwrap().into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    assert!(ran().await.contains(&"cleanse"));
    world.ecosystem.clock.advance(3599);
    assert!(!ran().await.contains(&"cleanse"));
    world.ecosystem.clock.advance(1);
    let (one, other) = tokio::join!(ran(), ran());
    let times = one.iter().chain(&other).filter(|name| **name == "cleanse").count();
    assert_eq!(times, 1, "{one:?} {other:?}");
}
