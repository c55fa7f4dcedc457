//! Makes contract data with fresh PKIs and prints all of it as JSON, for checks with other people's code.
//!
//! Keys are scalars, messages EXI, certificates DER, all in hexadecimal digits; chains are leaf first, without the root.

#![allow(clippy::print_stdout, reason = "the output is what this program is for")]

use std::error::Error;

use opnc_exi::iso2;
use opnc_messages::ids::{Emaid, SessionId};
use opnc_pki::contract::iso2::{ContractData, request_installation, sign, with_session_id, wrap};
use opnc_pki::hierarchy::{Domain, Hierarchy, Leaf};
use opnc_pki::key::Signer;
use opnc_pki::profile::{CONTRACT, CPS, PROVISIONING};
use opnc_pki::{Certificate, Clock, SystemClock};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn Error>> {
    let (now, rng) = (SystemClock.now(), &mut rand::rng());
    let v2g = Hierarchy::new(Domain::Cpo, "Roots", now, rng)?;
    let cps = Hierarchy::below(v2g.root.clone(), Domain::Cps, "Signer", now, rng)?.leaf(&CPS, "Signer 1", now, rng)?;
    let car = Hierarchy::new(Domain::Oem, "Cars", now, rng)?.leaf(&PROVISIONING, "WAUTESTCAR0000001", now, rng)?;
    let emsp = Hierarchy::new(Domain::Emsp, "Power", now, rng)?;
    let emaid = Emaid::parse("DEABCC123456789")?;
    let contract = emsp.leaf(&CONTRACT, &emaid.wire(), now, rng)?;

    let session = SessionId::parse("3D4CBF93374ED89B")?;
    let root = v2g.root.certificate();
    let request =
        request_installation(&car.certificate, std::slice::from_ref(root), &session, &Signer::from(car.key.clone()))?;
    let key = wrap(&contract.key, car.certificate.public_key(), rng)?;
    let data = ContractData { chain: contract.chain(), key, emaid };
    let response = with_session_id(sign(&data, &cps.chain(), &Signer::from(cps.key.clone()))?, session.as_bytes());

    let output = json!({
        "request": hex::encode(iso2::encode(&request)?),
        "response": hex::encode(iso2::encode(&response)?),
        "v2gRoot": certificate(root),
        "emspRoot": certificate(emsp.root.certificate()),
        "cps": leaf(&cps)?,
        "car": leaf(&car)?,
        "contract": leaf(&contract)?,
    });
    println!("{output}");
    Ok(())
}

fn certificate(certificate: &Certificate) -> String {
    hex::encode(certificate.der())
}

fn leaf(leaf: &Leaf) -> Result<Value, Box<dyn Error>> {
    let chain: Vec<_> = leaf.chain().iter().map(certificate).collect();
    Ok(json!({ "chain": chain, "key": hex::encode(&*leaf.key.scalar()?) }))
}
