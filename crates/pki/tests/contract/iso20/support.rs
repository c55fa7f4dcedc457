//! The vectors of ISO 15118-20, and the parties of one contract with keys of any algorithm.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use opnc_exi::iso20::{self, Body, CertificateInstallationRes, Message};
use opnc_pki::Certificate;
use opnc_pki::chain::Anchors;
use opnc_pki::contract::iso20::{
    Check, Contract, ContractData, KeyIdForm, Receiver, Report, SignError, WrappedKey, accept, sign, wrap,
};
use opnc_pki::hierarchy::{Domain, Hierarchy, Leaf};
use opnc_pki::key::{Algorithm, Signer, SoftwareKey};
use opnc_pki::profile::{CONTRACT, CPS, PROVISIONING};
use rand::SeedableRng;
use rand::rngs::StdRng;

pub(crate) const PCID: &str = "WAUTESTCAR00000018";
pub(crate) const EMAID: &str = "DEABCC123456789";

fn vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../exi/tests/vectors")
}

/// Bytes of the vectors, by file name without `.exi.hex`.
pub(crate) fn bytes(name: &str) -> Vec<u8> {
    hex::decode(std::fs::read_to_string(vectors().join(format!("{name}.exi.hex"))).unwrap().trim()).unwrap()
}

pub(crate) fn vector(name: &str) -> Message {
    iso20::decode(&bytes(name)).unwrap()
}

/// A certificate of the vectors' secp521r1 PKI.
pub(crate) fn certificate(name: &str) -> Certificate {
    Certificate::from_der(&std::fs::read(vectors().join(format!("pki/p521/{name}.der"))).unwrap()).unwrap()
}

/// The private key that belongs to [`certificate`] of that name.
pub(crate) fn key(name: &str) -> SoftwareKey {
    let text = std::fs::read_to_string(vectors().join("pki/test-keys.json")).unwrap();
    let keys: serde_json::Value = serde_json::from_str(&text).unwrap();
    let scalar = keys[format!("p521/{name}")]["scalar"].as_str().unwrap();
    SoftwareKey::from_scalar(Algorithm::Secp521r1, &hex::decode(scalar).unwrap()).unwrap()
}

pub(crate) fn response(message: &Message) -> &CertificateInstallationRes {
    match &message.body {
        Body::CertificateInstallationRes(response) => response,
        other => panic!("not a response: {other:?}"),
    }
}

pub(crate) fn response_mut(message: &mut Message) -> &mut CertificateInstallationRes {
    match &mut message.body {
        Body::CertificateInstallationRes(response) => response,
        other => panic!("not a response: {other:?}"),
    }
}

/// The checks that failed.
pub(crate) fn failed(report: &Report) -> Vec<Check> {
    report.failures().map(|(check, _)| check).collect()
}

pub(crate) fn at() -> Timestamp {
    "2026-02-01T00:00:00Z".parse().unwrap()
}

/// The parties of one car's contract.
pub(crate) struct World {
    pub(crate) v2g: Hierarchy,
    pub(crate) emsp: Hierarchy,
    pub(crate) cps: Leaf,
    pub(crate) car: Leaf,
    pub(crate) contract: Leaf,
}

impl World {
    /// All of secp521r1 but the V2G PKI with the CPS, which is of `signs`.
    pub(crate) fn new(signs: Algorithm) -> Self {
        let rng = &mut StdRng::seed_from_u64(7);
        let begin = "2026-01-01T00:00:00Z".parse().unwrap();
        let p521 = Algorithm::Secp521r1;
        let v2g = Hierarchy::new_in(Domain::Cpo, "Roots", signs, begin, rng).unwrap();
        let cps = Hierarchy::below(v2g.root.clone(), Domain::Cps, "Signer", begin, rng).unwrap();
        let cps = cps.leaf(&CPS, "Signer 1", begin, rng).unwrap();
        let oem = Hierarchy::new_in(Domain::Oem, "Cars", p521, begin, rng).unwrap();
        let car = oem.leaf(&PROVISIONING, PCID, begin, rng).unwrap();
        let emsp = Hierarchy::new_in(Domain::Emsp, "Power", p521, begin, rng).unwrap();
        let contract = emsp.leaf(&CONTRACT, EMAID, begin, rng).unwrap();
        World { v2g, emsp, cps, car, contract }
    }

    pub(crate) fn wrapped(&self) -> WrappedKey {
        let (certificate, car) = (&self.contract.certificate, &self.car.certificate);
        wrap(&self.contract.key, certificate, car, KeyIdForm::default(), &mut rand::rng()).unwrap()
    }

    pub(crate) fn data(&self) -> ContractData {
        ContractData { chain: self.contract.chain(), key: self.wrapped() }
    }

    pub(crate) fn sign(&self, data: &ContractData) -> Result<Message, SignError> {
        sign(data, &self.cps.chain(), &Signer::from(self.cps.key.clone()))
    }

    pub(crate) fn message(&self) -> Message {
        self.sign(&self.data()).unwrap()
    }

    pub(crate) fn accept(&self, message: &Message, at: Timestamp) -> Result<Contract, Report> {
        let v2g = Anchors::new(vec![self.v2g.root.certificate().clone()]);
        let emsp = Anchors::new(vec![self.emsp.root.certificate().clone()]);
        let receiver = Receiver { pcid: PCID, key: &self.car.key, key_id_form: KeyIdForm::default() };
        let with_pool = accept(message, &receiver, &v2g, Some(&emsp), at);
        let without = accept(message, &receiver, &v2g, None, at);
        assert_eq!(with_pool.is_ok(), without.is_ok());
        with_pool
    }

    pub(crate) fn refused(&self, message: &Message) -> Vec<Check> {
        failed(&self.accept(message, at()).unwrap_err())
    }
}
