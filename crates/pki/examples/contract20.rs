//! Contract data of ISO 15118-20 for checks with other people's code, as JSON; bytes are in hexadecimal digits.
//!
//! `contract20 make ALGORITHM FORM` makes them with fresh PKIs, those of the V2G root and the CPS of that algorithm
//! (`secp521r1`, `Ed448`), with key identifiers in that form (`digits`, `bytes`), and prints everything that a receiver
//! needs, and what was signed. `contract20 open FORM` reads `car` (the scalar of the provisioning key), `pcid`, `contract`
//! (DER), `encrypted` and `point`, and prints the `key` or why it is `refused`.

#![allow(clippy::print_stdout, reason = "the output is what this program is for")]

use std::error::Error;

use opnc_exi::iso20::{Body, fragment};
use opnc_exi::xmldsig::signed_info_fragment;
use opnc_pki::contract::iso20::{ContractData, KeyIdForm, WrappedKey, sign, unwrap, wrap};
use opnc_pki::hierarchy::{Domain, Hierarchy};
use opnc_pki::key::{Algorithm, Signer, SoftwareKey};
use opnc_pki::profile::{CONTRACT, CPS, PROVISIONING};
use opnc_pki::{Certificate, Clock, SystemClock};
use serde_json::{Value, json};

const PCID: &str = "WAUTESTCAR00000018";

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let output = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["make", algorithm, form] => make(Algorithm::parse(algorithm).ok_or("no such algorithm")?, key_id_form(form)?)?,
        ["open", form] => open(&serde_json::from_reader(std::io::stdin())?, key_id_form(form)?)?,
        _ => return Err("usage: contract20 make ALGORITHM FORM | open FORM".into()),
    };
    println!("{output}");
    Ok(())
}

fn key_id_form(name: &str) -> Result<KeyIdForm, Box<dyn Error>> {
    match name {
        "digits" => Ok(KeyIdForm::HexDigits),
        "bytes" => Ok(KeyIdForm::Bytes),
        other => Err(format!("{other} is neither digits nor bytes").into()),
    }
}

fn make(algorithm: Algorithm, form: KeyIdForm) -> Result<Value, Box<dyn Error>> {
    let (now, rng) = (SystemClock.now(), &mut rand::rng());
    let v2g = Hierarchy::new_in(Domain::Cpo, "Roots", algorithm, now, rng)?;
    let cps = Hierarchy::below(v2g.root, Domain::Cps, "Signer", now, rng)?.leaf(&CPS, "Signer 1", now, rng)?;
    let curve = Algorithm::Secp521r1;
    let car = Hierarchy::new_in(Domain::Oem, "Cars", curve, now, rng)?.leaf(&PROVISIONING, PCID, now, rng)?;
    let emsp = Hierarchy::new_in(Domain::Emsp, "Power", curve, now, rng)?;
    let contract = emsp.leaf(&CONTRACT, "DEABCC123456789", now, rng)?;

    let key = wrap(&contract.key, &contract.certificate, &car.certificate, form, rng)?;
    let data = ContractData { chain: contract.chain(), key };
    let message = sign(&data, &cps.chain(), &Signer::from(cps.key.clone()))?;
    let Body::CertificateInstallationRes(response) = &message.body else { return Err("no response".into()) };
    let signature = message.header.signature.as_ref().ok_or("no signature")?;
    let reference = signature.signed_info.references.first().ok_or("no reference")?;
    let signed = &response.signed_installation_data;
    Ok(json!({
        "pcid": PCID,
        "car": hex::encode(&*car.key.scalar()?),
        "contract": hex::encode(contract.certificate.der()),
        "encrypted": hex::encode(signed.encrypted_private_key.bytes()),
        "point": hex::encode(&signed.dh_public_key),
        "key": hex::encode(&*contract.key.scalar()?),
        "cps": hex::encode(cps.certificate.der()),
        "fragment": hex::encode(fragment::signed_installation_data(signed)?),
        "digest": hex::encode(&reference.digest_value),
        "signedInfo": hex::encode(signed_info_fragment(&signature.signed_info)?),
        "signature": hex::encode(&signature.signature_value),
    }))
}

fn open(input: &Value, form: KeyIdForm) -> Result<Value, Box<dyn Error>> {
    let text = |name: &str| input.get(name).and_then(Value::as_str).ok_or_else(|| format!("{name} is missing"));
    let bytes = |name: &str| -> Result<Vec<u8>, Box<dyn Error>> { Ok(hex::decode(text(name)?)?) };
    let car = SoftwareKey::from_scalar(Algorithm::Secp521r1, &bytes("car")?)?;
    let contract = Certificate::from_der(&bytes("contract")?)?;
    let wrapped = WrappedKey::secp521(&bytes("encrypted")?, &bytes("point")?)?;
    Ok(match unwrap(&wrapped, &contract, text("pcid")?, &car, form) {
        Ok(key) if key.public_key() == contract.public_key() => json!({ "key": hex::encode(&*key.scalar()?) }),
        Ok(_) => json!({ "refused": "another key" }),
        Err(error) => json!({ "refused": error.to_string() }),
    })
}
