//! Who may do what with whose identifiers, and what an answer gives away.

use std::collections::BTreeMap;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use opnc_messages::ids::{Emaid, Pcid};
use opnc_messages::{Operation, Role, Service};
use opnc_pki::Clock;
use opnc_pki::hierarchy::{Domain, Hierarchy};
use opnc_pki::key::Signer;
use opnc_services::access::{self, Ownership};
use opnc_services::caller::Owned;
use opnc_services::parties::NewParty;
use opnc_test_util::calls::{Answer, path_of};
use opnc_test_util::{ISO2, TestParty, World, generate_body, provisioning_body, root_body, shared, sign_body};
use serde_json::{Value, json};

const OWN_CAR: &str = "WAA00000000000001";
const FOREIGN_CAR: &str = "WBB00000000000001";

/// What the specification allows, when it is at hand; else our table.
fn allowed() -> BTreeMap<Operation, Vec<Role>> {
    let mut table: BTreeMap<_, _> = access::ROWS.iter().map(|row| (row.operation, row.roles.to_vec())).collect();
    let Some(file) = shared("the official access table", "data/access-rights.json") else { return table };
    let official: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    for (operation, roles) in table.iter_mut().filter(|(operation, _)| operation.is_official()) {
        let rows = official["rows"].as_array().unwrap();
        // Enrolment has a row for each domain: "simpleEnroll - oem".
        let is_of = |row: &&Value| row["method"].as_str().unwrap().split(" - ").next() == Some(operation.info().name);
        let names = rows.iter().filter(is_of).flat_map(|row| row["allowed"].as_array().unwrap());
        *roles = names.map(|name| Role::parse(name.as_str().unwrap()).unwrap()).collect();
        assert!(rows.iter().any(|row| is_of(&row)), "{operation:?}");
        if operation.info().service == Service::Rcp {
            // A5: the operator reads and writes the RCP, and nothing else.
            roles.push(Role::Admin);
        }
    }
    table
}

/// Bodies that are good, but for whom the identifiers in them belong to.
struct Bodies {
    world: World,
}

impl Bodies {
    fn of(&mut self, operation: Operation, emaid: &str, pcid: &str) -> Option<Value> {
        let world = &mut self.world;
        let body = match operation {
            Operation::PutRootCertificate => json!(root_body(world.oem.root(), opnc_messages::RootType::Oem)),
            Operation::AddProvisioningCertificate => json!(provisioning_body(&world.oem.leaf(pcid))),
            Operation::SignContractData => {
                let car = world.oem.leaf(pcid);
                json!(sign_body(emaid, &world.emsp.leaf(emaid), &car, None))
            }
            Operation::GenerateAndSignContractData => {
                json!(generate_body(emaid, OWN_CAR, "2026-06-01T12:00:00Z", "2027-06-01T12:00:00Z"))
            }
            Operation::AddSignedContractData => {
                json!({"certificateInstallationRes": "gJg=", "emaid": emaid, "pcid": pcid, "xsdMsgDefNamespace": ISO2})
            }
            Operation::GetSignedContractDataByCertificateInstallationReq => {
                json!({"certificateInstallationReq": "gJg=", "xsdMsgDefNamespace": ISO2})
            }
            Operation::PostEndpoint | Operation::UpdateEndpointById => {
                json!({"url": "https://receiver.example", "enabledEvents": "root.cert.added"})
            }
            Operation::ResolveTrust => json!({"certificates": ["gJg="], "purpose": "contract"}),
            Operation::AuthorizeContract => json!({"certificates": ["gJg="], "emaid": emaid}),
            Operation::RevokeCert => json!({"certificate": "gJg=", "revocationReason": "unspecified"}),
            _ => return None,
        };
        Some(body)
    }

    async fn call(&mut self, party: &TestParty, operation: Operation, emaid: &str, pcid: &str) -> Answer {
        let body = self.of(operation, emaid, pcid);
        let path = path_of(operation, emaid, pcid);
        self.world.ecosystem.call_as(party, operation.info().method, &path, body.as_ref()).await
    }
}

/// Every role, every operation, own and foreign identifiers: 403 exactly where the table says so.
#[tokio::test]
async fn every_role_operation_and_identifier() {
    let mut world = World::begin().await;
    world.car(OWN_CAR).await;
    let table = allowed();
    let mut bodies = Bodies { world };
    for role in Role::ALL {
        let party = bodies.world.ecosystem.party(role).clone();
        let own_emaid = match role {
            Role::EmspOwnPki => "DECCC000000001",
            Role::EmspNoPki => "DEDDD000000001",
            _ => "DEYYY000000001",
        };
        for (operation, roles) in &table {
            let ownership = access::row_of(*operation).unwrap().ownership;
            for (emaid, pcid, own) in [
                (own_emaid, OWN_CAR, true),
                ("DEZZZ000000001", FOREIGN_CAR, false),
                (own_emaid, FOREIGN_CAR, false),
                ("DEZZZ000000001", OWN_CAR, false),
            ] {
                let own_emaid = emaid == own_emaid;
                let owned = own
                    || match ownership {
                        Ownership::Any => true,
                        Ownership::OwnWmi => pcid == OWN_CAR,
                        Ownership::OwnWmiForOem => pcid == OWN_CAR || role != Role::Oem,
                        Ownership::OwnProvider => own_emaid,
                        Ownership::OwnProviderUnlessCps => own_emaid || role == Role::Cps,
                    };
                let answer = bodies.call(&party, *operation, emaid, pcid).await;
                let what = format!("{role} {operation:?} {emaid} {pcid}: {} {}", answer.status, answer.text);
                if roles.contains(&role) && owned {
                    assert!([200, 201, 400, 404].contains(&answer.status), "{what}");
                } else {
                    assert_eq!(answer.status, 403, "{what}");
                }
            }
        }
    }
}

/// A7: what is not the caller's is refused in the same words whether it exists or not.
#[tokio::test]
async fn a_foreign_identifier_tells_nothing() {
    let mut world = World::begin().await;
    world.car(OWN_CAR).await;
    assert_eq!(world.generate("DEDDD000000001", OWN_CAR).await.status, 201);
    let mut bodies = Bodies { world };
    let before = bodies.world.ecosystem.snapshot().await;
    for row in access::ROWS {
        let (party, there, not_there) = match row.ownership {
            Ownership::Any => continue,
            Ownership::OwnWmi | Ownership::OwnWmiForOem => {
                ("OEM B", ("DEDDD000000001", OWN_CAR), ("DEDDD000000002", "WAA00000000000002"))
            }
            _ => {
                let stranger = if row.roles.contains(&Role::EmspNoPki) { "eMSP F" } else { "eMSP E" };
                (stranger, ("DEDDD000000001", OWN_CAR), ("DEDDD000000002", "WAA00000000000002"))
            }
        };
        let party = bodies.world.ecosystem.party_named(party).clone();
        let mut said = Vec::new();
        for (emaid, pcid) in [there, not_there] {
            let answer = bodies.call(&party, row.operation, emaid, pcid).await;
            assert_eq!(answer.status, 403, "{:?}: {}", row.operation, answer.text);
            let trace = answer.json()["traceId"].as_str().unwrap().to_owned();
            said.push(answer.text.replace(&trace, ""));
        }
        assert_eq!(said[0], said[1], "{:?}", row.operation);
    }
    assert_eq!(before.changed(&bodies.world.ecosystem.snapshot().await), Vec::<String>::new());
}

/// Each way of asking for cars that do not exist is counted, and all of them together.
#[tokio::test]
async fn guessing_is_slowed_down() {
    let mut world = World::begin_with(|options| options.policy.misses_per_minute = Some(4)).await;
    let car = world.car(OWN_CAR).await;
    let unknown = "WAA00000000000099";
    let look_up = |pcid: &str| format!("/opnc/v1/pcp/lookupvehicle/{pcid}");
    let get = format!("/opnc/v1/pcp/provisioningcertificates/{unknown}");
    assert_eq!(world.get(Role::EmspNoPki, &look_up(unknown)).await.status, 404);
    assert_eq!(world.get(Role::EmspNoPki, &get).await.status, 404);
    assert_eq!(world.generate("DEDDD000000001", unknown).await.status, 400);
    // What exists does not count.
    for _ in 0..6 {
        assert_eq!(world.get(Role::EmspNoPki, &look_up(OWN_CAR)).await.status, 200);
    }
    assert_eq!(world.get(Role::EmspNoPki, &look_up(unknown)).await.status, 404);
    for path in [look_up(unknown), look_up(OWN_CAR), get] {
        let answer = world.get(Role::EmspNoPki, &path).await;
        assert_eq!((answer.status, answer.messages().len()), (429, 1), "{path}");
        let wait: u64 = answer.headers["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((1..=60).contains(&wait));
    }
    assert_eq!(world.generate("DEDDD000000001", OWN_CAR).await.status, 429);
    // Others are not slowed down, and after a minute nobody is.
    assert_eq!(world.get(Role::EmspOwnPki, &look_up(OWN_CAR)).await.status, 200);
    world.ecosystem.clock.advance(60);
    assert_eq!(world.get(Role::EmspNoPki, &look_up(OWN_CAR)).await.status, 200);

    // Stations that bring requests of cars that nobody knows, and signers that name such cars.
    let stranger = world.new_car(unknown);
    for expected in [404, 404, 404, 404, 429] {
        assert_eq!(world.install(&stranger.vehicle, "00").await.status, expected);
    }
    for expected in [404, 404, 404, 404, 429] {
        assert_eq!(world.sign("DECCC000000001", &car.leaf, Some(unknown)).await.status, expected);
    }
}

/// A4: a CPS adds what its own leaf has signed, for any EMAID, and nothing else.
#[tokio::test]
async fn a_cps_adds_what_it_has_signed() {
    let mut world = World::begin().await;
    let car = world.car(OWN_CAR).await;
    let now = world.ecosystem.clock.now();
    let rng = &mut rand::rng();
    let v2g = Hierarchy::new(Domain::Cpo, "Roots", now, rng).unwrap();
    world.ecosystem.trust(v2g.root.certificate(), opnc_messages::RootType::V2g).await;
    let roots = vec![v2g.root.certificate().fingerprint()];
    let owned = Owned { roots, cps_names: vec!["CPS H".to_owned()], ..Owned::default() };
    let new = NewParty { name: "CPS H".to_owned(), role: Role::Cps, owned };
    world.ecosystem.add_party(new).await;

    let signers = Hierarchy::below(v2g.root.clone(), Domain::Cps, "Signers", now, rng).unwrap();
    let mut message_of = |signer: &str, emaid: &str| {
        let cps = signers.leaf(&opnc_pki::profile::CPS, signer, now, rng).unwrap();
        let contract = world.emsp.leaf(emaid);
        let key = opnc_pki::contract::iso2::wrap(&contract.key, car.leaf.certificate.public_key(), rng).unwrap();
        let emaid = Emaid::parse(emaid).unwrap();
        let data = opnc_pki::contract::iso2::ContractData { chain: contract.chain(), key, emaid };
        let message = opnc_pki::contract::iso2::sign(&data, &cps.chain(), &Signer::from(cps.key.clone())).unwrap();
        opnc_exi::iso2::encode(&message).unwrap()
    };
    let own = message_of("CPS H", "DEYYY000000001");
    let others = message_of("CPS I", "DEYYY000000002");
    let body = |emaid: &str, exi: &[u8]| {
        json!({
            "certificateInstallationRes": BASE64_STANDARD.encode(exi),
            "emaid": emaid, "pcid": OWN_CAR, "xsdMsgDefNamespace": ISO2,
        })
    };
    let path = "/opnc/v1/ccp/signedcontractdata";
    let before = world.ecosystem.snapshot().await;
    for (party, emaid, exi, status) in [
        ("CPS H", "DEYYY000000002", &others, 403),
        // The name alone is not enough: it must be under the party's own root.
        ("CPS G", "DEYYY000000001", &own, 403),
        // An eMSP is bound to its EMAIDs, whoever signed.
        ("eMSP C", "DEYYY000000001", &own, 403),
        // Another EMAID than the message has.
        ("CPS H", "DEYYY000000003", &own, 400),
    ] {
        let answer = world.ecosystem.call_named(party, "PUT", path, Some(&body(emaid, exi))).await;
        assert_eq!(answer.status, status, "{party} {emaid}: {}", answer.text);
    }
    assert_eq!(before.changed(&world.ecosystem.snapshot().await), Vec::<String>::new());
    let answer = world.ecosystem.call_named("CPS H", "PUT", path, Some(&body("DEYYY000000001", &own))).await;
    assert_eq!(answer.status, 201, "{}", answer.text);

    // The car does not hold that root yet; one that does installs it.
    assert_eq!(world.install(&car.vehicle, "00").await.status, 404);
    let mut with_root = car.vehicle.clone();
    with_root.v2g_roots.push(v2g.root.certificate().clone());
    assert_eq!(world.installed(&with_root).await, "DEYYY000000001");
    assert_eq!(Pcid::parse(OWN_CAR).unwrap(), with_root.pcid);
}

/// Who is no admin and tries to be one stands in the audit log, once a minute; other refusals do not.
#[tokio::test]
async fn a_refused_try_at_the_root_pool_is_on_record() {
    let world = World::begin().await;
    let denied = async || {
        let caller = opnc_services::Caller::operator("jane", uuid::Uuid::nil());
        let outcome = Some(opnc_services::audit::Outcome::Denied);
        let filter = opnc_services::audit::AuditFilter { outcome, ..Default::default() };
        let rows = opnc_services::audit::list(&caller, &world.ecosystem.ecosystem, &filter, 0, 10).await.unwrap();
        rows.into_iter().map(|row| row.entry.operation).collect::<Vec<_>>()
    };
    let root = "/opnc/v1/rcp/rootcertificates/00000000-0000-0000-0000-000000000001";
    for _ in 0..3 {
        assert_eq!(world.delete(Role::Oem, root).await.status, 403);
        assert_eq!(
            world.delete(Role::Cpo, "/opnc/v1/pcp/provisioningcertificates/WAA00000000000001").await.status,
            403
        );
    }
    assert_eq!(denied().await, ["DeleteRootCertificate"]);
    world.ecosystem.clock.advance(61);
    assert_eq!(world.delete(Role::Oem, root).await.status, 403);
    assert_eq!(denied().await.len(), 2);
}
