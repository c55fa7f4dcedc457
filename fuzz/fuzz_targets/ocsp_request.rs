//! Any bytes: refused, or a request that is written and read again to the same question.

#![no_main]

use libfuzzer_sys::fuzz_target;
use opnc_pki::ocsp::{MAX_CERT_IDS, Request, Response};

fuzz_target!(|input: &[u8]| {
    // What strangers answer is read by the same means.
    let _ = Response::from_der(input);
    let Ok(request) = Request::from_der(input) else { return };
    assert!((1..=MAX_CERT_IDS).contains(&request.ids.len()));
    let written = request.to_der().expect("what was read can be written");
    assert_eq!(Request::from_der(&written), Ok(request));
});
