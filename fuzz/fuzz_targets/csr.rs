//! Any body: refused, or a signing request that is the same in every form, and whose proof of possession can be looked at.

#![no_main]

use libfuzzer_sys::fuzz_target;
use opnc_pki::csr::Csr;

fuzz_target!(|input: &[u8]| {
    let Ok(csr) = Csr::read(input) else { return };
    let again = Csr::read(csr.der()).expect("its own DER");
    assert_eq!(again.der(), csr.der());
    assert_eq!(again.public_key(), csr.public_key());
    assert_eq!(again.verify().is_ok(), csr.verify().is_ok());
});
