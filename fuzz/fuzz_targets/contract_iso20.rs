//! Any message of ISO 15118-20 at the gates of a pool, a CPS and a car: refused or found good, and never a panic.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use opnc_exi::iso20::{Body, decode};
use opnc_pki::chain::Anchors;
use opnc_pki::contract::iso20::{
    KeyIdForm, Receiver, WrappedKey, open, verify_chains, verify_message, verify_request,
};
use opnc_pki::key::{Algorithm, SoftwareKey};

static CAR: LazyLock<SoftwareKey> =
    LazyLock::new(|| SoftwareKey::from_scalar(Algorithm::Secp521r1, &[1; 66]).expect("a scalar of the curve"));

fuzz_target!(|input: &[u8]| {
    let Ok(message) = decode(input) else { return };
    let at = jiff::Timestamp::UNIX_EPOCH;
    match &message.body {
        Body::CertificateInstallationReq(_) => drop(verify_request(&message)),
        Body::CertificateInstallationRes(response) => {
            verify_message(&message);
            verify_chains(response, &Anchors::new(Vec::new()), None, at);
            let receiver = Receiver { pcid: "WAUTESTCAR00000018", key: &CAR, key_id_form: KeyIdForm::HexDigits };
            drop(open(response, &receiver));
            let data = &response.signed_installation_data;
            drop(WrappedKey::new(data.ecdh_curve, &data.dh_public_key, data.encrypted_private_key.clone()));
        }
    }
});
