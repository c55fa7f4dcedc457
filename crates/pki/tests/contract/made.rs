//! Contract data made by us, from the eMSP over the CPS into the car; and whatever the car must not take.

use jiff::Timestamp;
use opnc_exi::iso2::{self, Message};
use opnc_messages::ids::{Emaid, SessionId};
use opnc_pki::chain::{Anchors, ChainErrorKind};
use opnc_pki::contract::iso2::{
    Check, Contract, ContractData, Failure, Report, SignError, accept, sign, verify_message, with_session_id, wrap,
};
use opnc_pki::hierarchy::{Domain, Hierarchy, Leaf};
use opnc_pki::issue::Validity;
use opnc_pki::key::Signer;
use opnc_pki::profile::{CONTRACT, CPS, PROVISIONING};
use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::support::failed;

const EMAID: &str = "DE-ABC-C12345678-9";

/// The parties of one car's contract.
struct World {
    v2g: Hierarchy,
    emsp: Hierarchy,
    cps: Leaf,
    car: Leaf,
    contract: Leaf,
    rng: StdRng,
}

fn at() -> Timestamp {
    "2026-02-01T00:00:00Z".parse().unwrap()
}

fn emaid() -> Emaid {
    Emaid::parse(EMAID).unwrap()
}

fn world() -> World {
    let mut rng = StdRng::seed_from_u64(7);
    let begin = "2026-01-01T00:00:00Z".parse().unwrap();
    let v2g = Hierarchy::new(Domain::Cpo, "Roots", begin, &mut rng).unwrap();
    let cps = Hierarchy::below(v2g.root.clone(), Domain::Cps, "Signer", begin, &mut rng).unwrap();
    let cps = cps.leaf(&CPS, "Signer 1", begin, &mut rng).unwrap();
    let oem = Hierarchy::new(Domain::Oem, "Cars", begin, &mut rng).unwrap();
    let car = oem.leaf(&PROVISIONING, "WAUTESTCAR0000001", begin, &mut rng).unwrap();
    let emsp = Hierarchy::new(Domain::Emsp, "Power", begin, &mut rng).unwrap();
    let contract = emsp.leaf(&CONTRACT, &emaid().wire(), begin, &mut rng).unwrap();
    World { v2g, emsp, cps, car, contract, rng }
}

impl World {
    fn data(&mut self) -> ContractData {
        let key = wrap(&self.contract.key, self.car.certificate.public_key(), &mut self.rng).unwrap();
        ContractData { chain: self.contract.chain(), key, emaid: emaid() }
    }

    fn sign(&self, data: &ContractData) -> Result<Message, SignError> {
        sign(data, &self.cps.chain(), &Signer::from(self.cps.key.clone()))
    }

    fn message(&mut self) -> Message {
        let data = self.data();
        self.sign(&data).unwrap()
    }

    fn accept(&self, message: &Message, at: Timestamp) -> Result<Contract, Report> {
        let v2g = Anchors::new(vec![self.v2g.root.certificate().clone()]);
        let emsp = Anchors::new(vec![self.emsp.root.certificate().clone()]);
        let with_pool = accept(message, &self.car.key, &v2g, Some(&emsp), at);
        let without = accept(message, &self.car.key, &v2g, None, at);
        assert_eq!(with_pool.is_ok(), without.is_ok());
        with_pool
    }

    fn refused(&self, message: &Message) -> Vec<Check> {
        failed(&self.accept(message, at()).unwrap_err())
    }
}

#[test]
fn a_car_gets_its_contract() {
    let mut world = world();
    let session = SessionId::parse("A1B2C3D4E5F60708").unwrap();
    let message = with_session_id(world.message(), session.as_bytes());
    let sent = iso2::encode(&message).unwrap();
    let contract = world.accept(&iso2::decode(&sent).unwrap(), at()).unwrap();
    assert_eq!(contract.emaid.as_sent(), "DEABCC123456789");
    assert_eq!(contract.chain, world.contract.chain());
    let signature = contract.key.sign_raw(b"challenge").unwrap();
    world.contract.certificate.public_key().verify_raw(b"challenge", &signature).unwrap();
}

#[test]
fn a_root_at_the_end_of_a_chain_stays_at_home() {
    let mut world = world();
    let mut data = world.data();
    data.chain.push(world.emsp.root.certificate().clone());
    let mut cps = world.cps.chain();
    cps.push(world.v2g.root.certificate().clone());
    let message = sign(&data, &cps, &Signer::from(world.cps.key.clone())).unwrap();
    assert_eq!(world.accept(&message, at()).unwrap().chain, world.contract.chain());
}

#[test]
fn contract_data_for_another_car_are_useless() {
    let mut world = world();
    let message = world.message();
    let other = Hierarchy::new(Domain::Oem, "Cars", at(), &mut world.rng).unwrap();
    world.car = other.leaf(&PROVISIONING, "WAUTESTCAR0000002", at(), &mut world.rng).unwrap();
    assert_eq!(world.refused(&message), [Check::Key]);
}

#[test]
fn a_wrapped_key_of_another_contract_is_refused() {
    let mut world = world();
    let other = world.emsp.leaf(&CONTRACT, &emaid().wire(), at(), &mut world.rng).unwrap();
    let mut data = world.data();
    data.chain = other.chain();
    let message = world.sign(&data).unwrap();
    let report = world.accept(&message, at()).unwrap_err();
    assert!(matches!(report.failures().next(), Some((Check::Key, Failure::OtherKey))), "{report}");
}

#[test]
fn only_a_cps_may_sign() {
    let mut world = world();
    // A station's certificate below the very same V2G root.
    let secc = world.v2g.leaf(Domain::Cpo.leaf_profile(), "DE*ABC*E123456", at(), &mut world.rng).unwrap();
    world.cps = secc;
    let message = world.message();
    assert!(verify_message(&message).is_ok());
    let report = world.accept(&message, at()).unwrap_err();
    let (check, failure) = report.failures().next().unwrap();
    assert_eq!(check, Check::CpsChain);
    assert!(matches!(failure, Failure::Chain(error) if error.kind() == ChainErrorKind::WrongDomain), "{failure}");
}

#[test]
fn all_certificates_must_be_valid_now() {
    let mut world = world();
    let message = world.message();
    assert_eq!(
        failed(&world.accept(&message, "2026-05-01T00:00:00Z".parse().unwrap()).unwrap_err()),
        [Check::CpsChain]
    );
    let begin: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    let short = Validity::days(begin, 10);
    world.contract = world.emsp.leaf_valid(&CONTRACT, &emaid().wire(), short, &mut world.rng).unwrap();
    let message = world.message();
    assert_eq!(world.refused(&message), [Check::ContractChain]);
}

#[test]
fn a_contract_chain_must_fit_together() {
    let mut world = world();
    let other = Hierarchy::new(Domain::Emsp, "Power", at(), &mut world.rng).unwrap();
    let mut data = world.data();
    data.chain = vec![world.contract.certificate.clone()];
    data.chain.extend(other.sub_cas());
    let message = world.sign(&data).unwrap();
    assert_eq!(world.refused(&message), [Check::ContractChain]);
}

#[test]
fn what_no_car_could_take_is_not_signed() {
    let mut world = world();
    let data = world.data();
    let changed = |change: &dyn Fn(&mut ContractData)| {
        let mut data = data.clone();
        change(&mut data);
        world.sign(&data).unwrap_err()
    };
    assert!(matches!(changed(&|data| data.chain.clear()), SignError::EmptyChain("contract")));
    let other = changed(&|data| data.emaid = Emaid::parse("DEABCC123456788").unwrap());
    assert!(matches!(other, SignError::Emaid { .. }), "{other}");
    let long = changed(&|data| {
        let again = data.chain[1].clone();
        data.chain.push(again);
    });
    assert!(matches!(long, SignError::ChainLength { whose: "contract", count: 3, allowed: 2 }), "{long}");
    let signed = sign(&data, &world.cps.chain(), &Signer::from(world.car.key.clone()));
    assert!(matches!(signed.unwrap_err(), SignError::OtherKey));
    let signed = sign(&data, &[], &Signer::from(world.cps.key.clone()));
    assert!(matches!(signed.unwrap_err(), SignError::EmptyChain("CPS")));
}
