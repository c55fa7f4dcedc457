//! Any bytes: refused, or a revocation list whose parts can be asked for.

#![no_main]

use libfuzzer_sys::fuzz_target;
use opnc_pki::crl::Crl;

fuzz_target!(|input: &[u8]| {
    let Ok(crl) = Crl::from_der(input) else { return };
    assert!(crl.find(&[0xff; 21]).is_none() || !crl.is_empty());
});
