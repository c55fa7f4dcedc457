//! Plays the car for contract data made by other people's code: reads JSON from standard input, makes every check of a
//! car, prints the unwrapped key or what is wrong.
//!
//! Input: `message` (EXI), `key` (the scalar of the provisioning key), `v2gRoot` and `emspRoot` (DER), all in hexadecimal
//! digits. Output: `{"emaid", "key"}` or `{"refused"}`.

#![allow(clippy::print_stdout, reason = "the output is what this program is for")]

use std::error::Error;

use opnc_exi::iso2;
use opnc_pki::chain::Anchors;
use opnc_pki::contract::iso2::accept;
use opnc_pki::key::{Algorithm, SoftwareKey};
use opnc_pki::{Certificate, Clock, SystemClock};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn Error>> {
    let input: Value = serde_json::from_reader(std::io::stdin())?;
    let bytes = |name: &str| -> Result<Vec<u8>, Box<dyn Error>> {
        let text = input.get(name).and_then(Value::as_str).ok_or_else(|| format!("{name} is missing"))?;
        Ok(hex::decode(text)?)
    };
    let anchor =
        |name| -> Result<Anchors, Box<dyn Error>> { Ok(Anchors::new(vec![Certificate::from_der(&bytes(name)?)?])) };
    let key = SoftwareKey::from_scalar(Algorithm::Secp256r1, &bytes("key")?)?;
    let message = iso2::decode(&bytes("message")?)?;
    let emsp_roots = anchor("emspRoot")?;
    let output = match accept(&message, &key, &anchor("v2gRoot")?, Some(&emsp_roots), SystemClock.now()) {
        Ok(contract) => json!({ "emaid": contract.emaid.as_sent(), "key": hex::encode(&*contract.key.scalar()?) }),
        Err(report) => json!({ "refused": report.to_string() }),
    };
    println!("{output}");
    Ok(())
}
