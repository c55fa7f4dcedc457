//! The contract pool against a model of it, for either generation of ISO 15118: whatever several parties do in whatever
//! order, the same contracts, the same default and the same events are there as in a model of a few lines, and what must
//! always hold, holds.

use std::collections::{BTreeMap, BTreeSet};

use opnc_messages::ccp::AddSignedContractDataReq;
use opnc_messages::ids::{Emaid, Pcid};
use opnc_messages::operation::Service;
use opnc_messages::{Base64Bytes, IsoVersion, RootType};
use opnc_pki::Clock;
use opnc_pki::hierarchy::{Domain, Hierarchy, Leaf};
use opnc_pki::key::Algorithm;
use opnc_services::{Caller, ServiceError, bootstrap, ccp, cps, pcp};
use opnc_store::contracts;
use opnc_test_util::{World, generate_body, provisioning_body, sign_body};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use super::kinds;

const CARS: usize = 3;
const CONTRACTS: usize = 4;
/// Those of ISO 15118-20 are fewer, because its keys are slow.
const CASES: [(IsoVersion, u32); 2] = [(IsoVersion::Iso2, 16), (IsoVersion::Iso20, 6)];
const DAY: i64 = 24 * 60 * 60;

/// What a party does. Contracts below half of their number are of eMSP C with its own PKI, the others of eMSP D without.
#[derive(Debug, Clone)]
enum Step {
    /// An eMSP makes a contract that begins after and ends so many days from now on.
    Make {
        contract: usize,
        car: usize,
        begins: i64,
        ends: i64,
    },
    /// The same contract data that were made last come in again, as AddSignedContractData.
    AddAgain,
    Delete {
        contract: usize,
    },
    Choose {
        contract: usize,
        car: usize,
    },
    /// The OEM publishes the car, with the same key or another.
    Publish {
        car: usize,
        new_key: bool,
    },
    TakeOut {
        car: usize,
    },
    Wait {
        days: i64,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let (contract, car) = (0..CONTRACTS, 0..CARS);
    prop_oneof![
        6 => (contract.clone(), car.clone(), 0..3_i64, 1..9_i64)
            .prop_map(|(contract, car, begins, lasts)| Step::Make { contract, car, begins, ends: begins + lasts }),
        1 => Just(Step::AddAgain),
        3 => contract.clone().prop_map(|contract| Step::Delete { contract }),
        2 => (contract, car.clone()).prop_map(|(contract, car)| Step::Choose { contract, car }),
        3 => (car.clone(), any::<bool>()).prop_map(|(car, new_key)| Step::Publish { car, new_key }),
        1 => car.prop_map(|car| Step::TakeOut { car }),
        2 => (1..5_i64).prop_map(|days| Step::Wait { days }),
    ]
}

/// A contract as the model knows it: its car, its place in the order of making, and its days.
#[derive(Debug, Clone, PartialEq)]
struct Kept {
    car: usize,
    age: usize,
    begins: i64,
    ends: i64,
}

#[derive(Debug, Default)]
struct Model {
    day: i64,
    made: usize,
    published: BTreeSet<usize>,
    contracts: BTreeMap<usize, Kept>,
    defaults: BTreeMap<usize, usize>,
    events: Vec<&'static str>,
}

impl Model {
    fn make(&mut self, contract: usize, car: usize, begins: i64, ends: i64) -> bool {
        let taken = self.contracts.get(&contract).is_some_and(|kept| kept.car != car);
        if taken || !self.published.contains(&car) {
            return false;
        }
        self.made += 1;
        let before = self.contracts.get(&contract).map(|kept| kept.age);
        self.events.push(if before.is_some() { "contract.updated" } else { "contract.created" });
        self.contracts.insert(contract, Kept { car, age: before.unwrap_or(self.made), begins, ends });
        self.defaults.entry(car).or_insert(contract);
        true
    }

    fn remove(&mut self, contract: usize) -> bool {
        let Some(gone) = self.contracts.remove(&contract) else { return false };
        if self.defaults.get(&gone.car) == Some(&contract) {
            self.defaults.remove(&gone.car);
            let mut following: Vec<_> = self
                .contracts
                .iter()
                .filter(|(_, kept)| kept.car == gone.car && kept.ends >= self.day)
                .map(|(contract, kept)| (kept.begins > self.day, kept.age, *contract))
                .collect();
            following.sort_unstable();
            if let Some((.., contract)) = following.first() {
                self.defaults.insert(gone.car, *contract);
            }
        }
        true
    }

    /// All contracts of a car go at once; each with an event.
    fn strip(&mut self, car: usize, event: &'static str) {
        let before = self.contracts.len();
        self.contracts.retain(|_, kept| kept.car != car);
        self.defaults.remove(&car);
        self.events.extend(std::iter::repeat_n(event, before - self.contracts.len()));
    }
}

/// The real thing: services over a store, called by their parties.
struct Real {
    version: IsoVersion,
    world: World,
    leaves: Vec<Leaf>,
    last: Option<Last>,
}

/// Contract data as they were made last.
struct Last {
    contract: usize,
    car: usize,
    begins: i64,
    ends: i64,
    message: Vec<u8>,
}

impl Real {
    async fn begin(version: IsoVersion) -> Self {
        let mut world = World::begin().await;
        if version == IsoVersion::Iso20 {
            let root = bootstrap::found_iso20(&world.ecosystem.ecosystem, "Test", None).await.unwrap();
            let at = world.ecosystem.clock.now();
            let pki = |domain| Hierarchy::new_in(domain, "Test", Algorithm::Secp521r1, at, &mut rand::rng()).unwrap();
            (world.oem.hierarchy, world.emsp.hierarchy) = (pki(Domain::Oem), pki(Domain::Emsp));
            world.ecosystem.trust(&root, RootType::V2g).await;
            world.ecosystem.trust(world.oem.root(), RootType::Oem).await;
            world.ecosystem.trust(world.emsp.root(), RootType::Emsp).await;
        }
        let leaves = (0..CARS).map(|car| world.oem.leaf(&pcid(car))).collect();
        Self { version, world, leaves, last: None }
    }

    fn caller(&self, name: &str) -> Caller {
        let party = self.world.ecosystem.party_named(name);
        Caller {
            party: party.credentials.party,
            role: party.role,
            owned: party.owned.clone(),
            acting: None,
            scopes: Service::ALL.to_vec(),
            trace: uuid::Uuid::nil(),
            operator: None,
            peer: None,
            reach: opnc_services::federation::Reach::default(),
        }
    }

    fn day(&self, days: i64) -> String {
        let today = self.world.ecosystem.clock.now();
        (today + jiff::SignedDuration::from_secs(days * DAY)).to_string()
    }

    /// Makes a contract with or without the eMSP's own PKI, and stores it.
    async fn make(&mut self, contract: usize, car: usize, begins: i64, ends: i64) -> Result<(), ServiceError> {
        let (from, to) = (self.day(begins), self.day(ends));
        let ecosystem = &self.world.ecosystem.ecosystem;
        if own_pki(contract) {
            // What is not valid yet cannot be signed: this eMSP makes contracts that begin now.
            let leaf = self.world.emsp.leaf_valid(&emaid(contract), &self.day(0), &to);
            let body = sign_body(&emaid(contract), &leaf, &self.leaves[car], Some(&pcid(car)));
            cps::sign(&self.caller("eMSP C"), ecosystem, body).await.map(drop)
        } else {
            let mut body = generate_body(&emaid(contract), &pcid(car), &from, &to);
            body.iso_version = self.version;
            cps::generate_and_sign(&self.caller("eMSP D"), ecosystem, body).await
        }
    }
}

fn own_pki(contract: usize) -> bool {
    contract < CONTRACTS / 2
}

fn emaid(contract: usize) -> String {
    format!("{}00000000{contract}", if own_pki(contract) { "DECCC" } else { "DEDDD" })
}

fn pcid(car: usize) -> String {
    // The last two are twins.
    ["WAA00000000000001", "WAA00000000000002", "WAA00000000000002X"][car].to_owned()
}

async fn run(version: IsoVersion, steps: &[Step]) -> Result<(), TestCaseError> {
    let mut real = Real::begin(version).await;
    let mut model = Model::default();
    let events_before = kinds(&real.world.ecosystem).await.len();
    for step in steps {
        let expected = apply(&mut model, &real, step);
        let found = act(&mut real, &model, step).await;
        match &found {
            Ok(()) => {}
            Err(ServiceError::Invalid(_) | ServiceError::NotFound(_)) => {}
            Err(other) => return Err(TestCaseError::fail(format!("{step:?}: {other:?}"))),
        }
        prop_assert_eq!(found.is_ok(), expected, "{:?}: {:?}", step, found);
        compare(&real, &model).await?;
        prop_assert_eq!(&kinds(&real.world.ecosystem).await[events_before..], &model.events[..], "{:?}", step);
    }
    Ok(())
}

fn apply(model: &mut Model, real: &Real, step: &Step) -> bool {
    match *step {
        Step::Make { contract, car, begins, ends } => {
            let begins = if own_pki(contract) { 0 } else { begins };
            let (begins, ends) = (model.day + begins, model.day + ends);
            named(model, car).is_some_and(|car| model.make(contract, car, begins, ends))
        }
        Step::AddAgain => match &real.last {
            // For which key it was made cannot be seen from outside; that it is valid now can.
            Some(Last { contract, car, begins, ends, .. }) if (*begins..=*ends).contains(&model.day) => {
                named(model, *car).is_some_and(|car| model.make(*contract, car, *begins, *ends))
            }
            _ => false,
        },
        Step::Delete { contract } => {
            let gone = model.remove(contract);
            model.events.extend(gone.then_some("contract.deleted"));
            gone
        }
        Step::Choose { contract, car } => {
            let Some(car) = named(model, car) else { return false };
            let chosen = model.contracts.get(&contract).is_some_and(|kept| kept.car == car);
            if chosen {
                model.defaults.insert(car, contract);
            }
            chosen
        }
        Step::Publish { car, new_key } => {
            if new_key && model.published.contains(&car) {
                model.strip(car, "prov.cert.updated");
            }
            model.published.insert(car);
            true
        }
        Step::TakeOut { car } => {
            let Some(car) = named(model, car) else { return false };
            model.strip(car, "prov.cert.deleted");
            model.published.remove(&car)
        }
        Step::Wait { days } => {
            model.day += days;
            true
        }
    }
}

/// I3: which car a PCID means: itself when it is published, else its twin.
fn named(model: &Model, car: usize) -> Option<usize> {
    let twin = match car {
        1 => 2,
        2 => 1,
        other => other,
    };
    [car, twin].into_iter().find(|car| model.published.contains(car))
}

async fn act(real: &mut Real, model: &Model, step: &Step) -> Result<(), ServiceError> {
    let ecosystem = real.world.ecosystem.ecosystem.clone();
    let parsed = |contract: usize| Emaid::parse(&emaid(contract)).unwrap();
    let named_car = |car: usize| Pcid::parse(&pcid(car)).unwrap();
    match *step {
        Step::Make { contract, car, begins, ends } => {
            real.make(contract, car, begins, ends).await?;
            let mut reader = ecosystem.store().read().await?;
            let stored = contracts::of_emaid(&mut reader, &parsed(contract)).await?.remove(0);
            let kept = &model.contracts[&contract];
            let Kept { car, begins, ends, .. } = *kept;
            real.last = Some(Last { contract, car, begins, ends, message: stored.message });
            Ok(())
        }
        Step::AddAgain => {
            let Some(Last { contract, car, message, .. }) = &real.last else {
                return Err(ServiceError::NotFound("nothing was made yet".to_owned()));
            };
            let request = AddSignedContractDataReq {
                certificate_installation_res: Base64Bytes::from(message.clone()),
                emaid: parsed(*contract),
                pcid: named_car(*car),
                iso_version: real.version,
                meta_data: None,
                cps_v2g_root_fingerprint: None,
                cps_root_distinguished_name: None,
            };
            let owner = if own_pki(*contract) { "eMSP C" } else { "eMSP D" };
            ccp::add(&real.caller(owner), &ecosystem, request).await
        }
        Step::Delete { contract } => {
            let owner = if own_pki(contract) { "eMSP C" } else { "eMSP D" };
            ccp::delete(&real.caller(owner), &ecosystem, &parsed(contract), false).await
        }
        Step::Choose { contract, car } => {
            ccp::set_default(&real.caller("OEM A"), &ecosystem, &parsed(contract), &named_car(car)).await
        }
        Step::Publish { car, new_key } => {
            if new_key {
                real.leaves[car] = real.world.oem.leaf(&pcid(car));
            }
            pcp::add(&real.caller("OEM A"), &ecosystem, provisioning_body(&real.leaves[car])).await
        }
        Step::TakeOut { car } => pcp::delete(&real.caller("OEM A"), &ecosystem, &named_car(car), None, false).await,
        Step::Wait { days } => {
            real.world.ecosystem.clock.advance(days * DAY);
            Ok(())
        }
    }
}

/// The store holds what the model holds; and what must hold whatever was done.
async fn compare(real: &Real, model: &Model) -> Result<(), TestCaseError> {
    let ecosystem = &real.world.ecosystem.ecosystem;
    let mut reader = ecosystem.store().read().await.unwrap();
    for contract in 0..CONTRACTS {
        let found = contracts::of_emaid(&mut reader, &Emaid::parse(&emaid(contract)).unwrap()).await.unwrap();
        let cars: Vec<String> = found.iter().map(|one| one.pcid.to_string()).collect();
        let expected: Vec<String> = model.contracts.get(&contract).map(|kept| pcid(kept.car)).into_iter().collect();
        prop_assert_eq!(cars, expected, "the car of contract {}", contract);
    }
    let now = ecosystem.now();
    for car in 0..CARS {
        let found = contracts::of_car(&mut reader, &Pcid::parse(&pcid(car)).unwrap()).await.unwrap();
        let defaults: Vec<String> =
            found.iter().filter(|one| one.is_default).map(|one| one.emaid.to_string()).collect();
        let expected: Vec<String> = model.defaults.get(&car).map(|contract| emaid(*contract)).into_iter().collect();
        prop_assert_eq!(&defaults, &expected, "the default of car {}", car);
        // A8, without the model: where a contract could be used, there is one default, and never more than one.
        let usable = found.iter().any(|one| one.is_valid_at(now));
        prop_assert!(defaults.len() <= 1);
        prop_assert!(!usable || defaults.len() == 1, "car {} has a contract and no default", car);
    }
    let all = real.world.ecosystem.snapshot().await;
    prop_assert_eq!(all.count("contracts"), model.contracts.len());
    prop_assert_eq!(all.count("emaids"), model.contracts.len());
    prop_assert_eq!(all.count("default_contracts"), model.defaults.len());
    prop_assert_eq!(all.count("provisioning"), model.published.len());
    Ok(())
}

#[test]
fn the_pool_is_what_the_model_says() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for (version, cases) in CASES {
        let config = Config { cases, failure_persistence: None, max_shrink_iters: 60, ..Config::default() };
        TestRunner::new(config)
            .run(&proptest::collection::vec(step(), 1..40), |steps| runtime.block_on(run(version, &steps)))
            .unwrap_or_else(|failure| panic!("{version}: {failure}"));
    }
}
