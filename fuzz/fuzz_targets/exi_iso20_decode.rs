//! Any bytes: refused, or a message that is encoded to the same bytes and whose signed parts have fragments.

#![no_main]

use libfuzzer_sys::fuzz_target;
use opnc_exi::iso20::{Body, decode, encode, fragment};
use opnc_exi::xmldsig::signed_info_fragment;

fuzz_target!(|input: &[u8]| {
    let Ok(message) = decode(input) else { return };
    assert_eq!(encode(&message).as_deref(), Ok(input));
    if let Some(signature) = &message.header.signature {
        assert!(signed_info_fragment(&signature.signed_info).is_ok());
    }
    match &message.body {
        Body::CertificateInstallationReq(request) => {
            let chain = &request.oem_provisioning_certificate_chain;
            assert!(fragment::oem_provisioning_certificate_chain(chain).is_ok());
        }
        Body::CertificateInstallationRes(response) => {
            assert!(fragment::signed_installation_data(&response.signed_installation_data).is_ok());
        }
    }
});
