//! Any bytes: refused, or a message that is encoded to the same bytes and whose signed parts have fragments.

#![no_main]

use libfuzzer_sys::fuzz_target;
use opnc_exi::iso2::{Body, decode, encode, fragment};
use opnc_exi::xmldsig::signed_info_fragment;

fuzz_target!(|input: &[u8]| {
    let Ok(message) = decode(input) else { return };
    assert_eq!(encode(&message).as_deref(), Ok(input));
    if let Some(signature) = &message.header.signature {
        assert!(signed_info_fragment(&signature.signed_info).is_ok());
    }
    match &message.body {
        Body::CertificateInstallationReq(request) => {
            assert!(fragment::certificate_installation_req(request).is_ok());
            for root in &request.list_of_root_certificate_ids {
                let serial = &root.serial_number;
                assert_eq!(opnc_exi::Integer::from_signed_bytes(&serial.to_signed_bytes()), *serial);
            }
        }
        Body::CertificateUpdateReq(request) => assert!(fragment::certificate_update_req(request).is_ok()),
        Body::CertificateInstallationRes(response) => {
            assert!(fragment::contract_signature_cert_chain(&response.contract_signature_cert_chain).is_ok());
            assert!(fragment::emaid(&response.emaid).is_ok());
        }
        Body::CertificateUpdateRes(response) => {
            assert!(fragment::dh_public_key(&response.dh_public_key).is_ok());
        }
    }
});
