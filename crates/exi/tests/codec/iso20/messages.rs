//! Arbitrary messages, for the properties that hold for all of them.

use crate::messages::{roots, signature, text};
use opnc_exi::iso20::{
    Body, CertificateChain, CertificateInstallationReq, CertificateInstallationRes, EcdhCurve, EncryptedPrivateKey,
    Header, Message, Processing, ResponseCode, SignedCertificateChain, SignedInstallationData,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

pub(super) fn message() -> impl Strategy<Value = Message> {
    let body = prop_oneof![
        installation_req().prop_map(Body::CertificateInstallationReq),
        installation_res().prop_map(Body::CertificateInstallationRes),
    ];
    (header(), body).prop_map(|(header, body)| Message { header, body })
}

fn header() -> impl Strategy<Value = Header> {
    (any::<[u8; 8]>(), timestamp(), option::of(signature())).prop_map(|(session_id, timestamp, signature)| Header {
        session_id,
        timestamp,
        signature,
    })
}

fn timestamp() -> impl Strategy<Value = u64> {
    prop_oneof![any::<u64>(), 0..300_u64, Just(u64::MAX)]
}

fn installation_req() -> impl Strategy<Value = CertificateInstallationReq> {
    (text(0, 10), chain(0), roots(), any::<u8>(), vec(text(0, 30), 0..=8)).prop_map(
        |(id, chain, list_of_root_certificate_ids, maximum_contract_certificate_chains, prioritized_emaids)| {
            CertificateInstallationReq {
                oem_provisioning_certificate_chain: SignedCertificateChain { id, chain },
                list_of_root_certificate_ids,
                maximum_contract_certificate_chains,
                prioritized_emaids,
            }
        },
    )
}

fn installation_res() -> impl Strategy<Value = CertificateInstallationRes> {
    let response_code = select(ResponseCode::all().collect::<Vec<_>>());
    (response_code, select(&Processing::ALL[..]), chain(0), signed_installation_data(), any::<u8>()).prop_map(
        |(
            response_code,
            evse_processing,
            cps_certificate_chain,
            signed_installation_data,
            remaining_contract_certificate_chains,
        )| CertificateInstallationRes {
            response_code,
            evse_processing,
            cps_certificate_chain,
            signed_installation_data,
            remaining_contract_certificate_chains,
        },
    )
}

fn signed_installation_data() -> impl Strategy<Value = SignedInstallationData> {
    let dh_public_key = select(&[56, 57, 133][..]).prop_flat_map(|length| vec(any::<u8>(), length));
    (text(0, 10), chain(1), select(&EcdhCurve::ALL[..]), dh_public_key, encrypted_private_key()).prop_map(
        |(id, contract_certificate_chain, ecdh_curve, dh_public_key, encrypted_private_key)| SignedInstallationData {
            id,
            contract_certificate_chain,
            ecdh_curve,
            dh_public_key,
            encrypted_private_key,
        },
    )
}

fn encrypted_private_key() -> impl Strategy<Value = EncryptedPrivateKey> {
    prop_oneof![
        vec(any::<u8>(), 94).prop_map(EncryptedPrivateKey::Secp521),
        vec(any::<u8>(), 84).prop_map(EncryptedPrivateKey::X448),
        vec(any::<u8>(), 1..=206).prop_map(EncryptedPrivateKey::Tpm),
    ]
}

fn chain(least_sub_certificates: usize) -> impl Strategy<Value = CertificateChain> {
    let certificate = || prop_oneof![3 => vec(any::<u8>(), 0..60), 1 => vec(any::<u8>(), 1590..=1600)];
    (certificate(), vec(certificate(), least_sub_certificates..=3))
        .prop_map(|(certificate, sub_certificates)| CertificateChain { certificate, sub_certificates })
}
