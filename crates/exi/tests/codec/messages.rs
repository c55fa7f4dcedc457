//! Arbitrary messages, for the properties that hold for all of them.

use opnc_exi::Integer;
use opnc_exi::iso2::{
    Body, CertificateChain, CertificateInstallationReq, CertificateInstallationRes, CertificateUpdateReq,
    CertificateUpdateRes, FaultCode, Header, IdBytes, IdText, Message, Notification, ResponseCode, X509IssuerSerial,
};
use opnc_exi::xmldsig::{MAX_REFERENCES, MAX_TRANSFORMS, Reference, Signature, SignedInfo};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

pub(crate) fn message() -> impl Strategy<Value = Message> {
    (header(), body()).prop_map(|(header, body)| Message { header, body })
}

fn header() -> impl Strategy<Value = Header> {
    (vec(any::<u8>(), 0..=8), option::of(notification()), option::of(signature()))
        .prop_map(|(session_id, notification, signature)| Header { session_id, notification, signature })
}

fn notification() -> impl Strategy<Value = Notification> {
    (select(&FaultCode::ALL[..]), option::of(text(0, 64)))
        .prop_map(|(fault_code, fault_msg)| Notification { fault_code, fault_msg })
}

pub(crate) fn signature() -> impl Strategy<Value = Signature> {
    (option::of(text(0, 10)), signed_info(), option::of(text(0, 10)), vec(any::<u8>(), 0..150)).prop_map(
        |(id, signed_info, signature_value_id, signature_value)| Signature {
            id,
            signed_info,
            signature_value_id,
            signature_value,
        },
    )
}

fn signed_info() -> impl Strategy<Value = SignedInfo> {
    (option::of(text(0, 10)), text(0, 50), text(0, 50), vec(reference(), 1..=MAX_REFERENCES)).prop_map(
        |(id, canonicalization_method, signature_method, references)| SignedInfo {
            id,
            canonicalization_method,
            signature_method,
            references,
        },
    )
}

fn reference() -> impl Strategy<Value = Reference> {
    (
        option::of(text(0, 10)),
        option::of(text(0, 10)),
        option::of(text(0, 10)),
        vec(text(0, 50), 0..=MAX_TRANSFORMS),
        text(0, 50),
        vec(any::<u8>(), 0..70),
    )
        .prop_map(|(id, reference_type, uri, transforms, digest_method, digest_value)| Reference {
            id,
            reference_type,
            uri,
            transforms,
            digest_method,
            digest_value,
        })
}

fn body() -> impl Strategy<Value = Body> {
    prop_oneof![
        installation_req().prop_map(Body::CertificateInstallationReq),
        installation_res().prop_map(Body::CertificateInstallationRes),
        update_req().prop_map(Body::CertificateUpdateReq),
        update_res().prop_map(Body::CertificateUpdateRes),
    ]
}

fn installation_req() -> impl Strategy<Value = CertificateInstallationReq> {
    (text(0, 10), certificate(), roots()).prop_map(|(id, oem_provisioning_cert, list_of_root_certificate_ids)| {
        CertificateInstallationReq { id, oem_provisioning_cert, list_of_root_certificate_ids }
    })
}

fn installation_res() -> impl Strategy<Value = CertificateInstallationRes> {
    (response_code(), chain(), chain(), id_bytes(48), id_bytes(65), emaid()).prop_map(
        |(response_code, provisioning, contract, key, dh, emaid)| CertificateInstallationRes {
            response_code,
            sa_provisioning_certificate_chain: provisioning,
            contract_signature_cert_chain: contract,
            contract_signature_encrypted_private_key: key,
            dh_public_key: dh,
            emaid,
        },
    )
}

fn update_req() -> impl Strategy<Value = CertificateUpdateReq> {
    (text(0, 10), chain(), text(14, 15), roots()).prop_map(
        |(id, contract_signature_cert_chain, emaid, list_of_root_certificate_ids)| CertificateUpdateReq {
            id,
            contract_signature_cert_chain,
            emaid,
            list_of_root_certificate_ids,
        },
    )
}

fn update_res() -> impl Strategy<Value = CertificateUpdateRes> {
    (installation_res(), any::<Option<i16>>()).prop_map(|(response, retry_counter)| CertificateUpdateRes {
        response_code: response.response_code,
        sa_provisioning_certificate_chain: response.sa_provisioning_certificate_chain,
        contract_signature_cert_chain: response.contract_signature_cert_chain,
        contract_signature_encrypted_private_key: response.contract_signature_encrypted_private_key,
        dh_public_key: response.dh_public_key,
        emaid: response.emaid,
        retry_counter,
    })
}

fn response_code() -> impl Strategy<Value = ResponseCode> {
    select(ResponseCode::all().collect::<Vec<_>>())
}

fn chain() -> impl Strategy<Value = CertificateChain> {
    (option::of(text(0, 10)), certificate(), vec(certificate(), 0..=4))
        .prop_map(|(id, certificate, sub_certificates)| CertificateChain { id, certificate, sub_certificates })
}

fn certificate() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![3 => vec(any::<u8>(), 0..60), 1 => vec(any::<u8>(), 790..=800)]
}

pub(crate) fn roots() -> impl Strategy<Value = Vec<X509IssuerSerial>> {
    let root = (text(0, 40), any::<bool>(), vec(any::<u8>(), 0..30)).prop_map(|(issuer_name, negative, magnitude)| {
        X509IssuerSerial { issuer_name, serial_number: Integer::new(negative, &magnitude) }
    });
    vec(root, 1..=20)
}

fn id_bytes(max: usize) -> impl Strategy<Value = IdBytes> {
    (text(0, 10), vec(any::<u8>(), 0..=max)).prop_map(|(id, value)| IdBytes { id, value })
}

fn emaid() -> impl Strategy<Value = IdText> {
    (text(0, 10), text(14, 15)).prop_map(|(id, value)| IdText { id, value })
}

/// Text of so many characters: mostly ASCII, sometimes anything that XML allows.
pub(crate) fn text(min: usize, max: usize) -> impl Strategy<Value = String> {
    let allowed = |character: &char| matches!(character, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..);
    let any_character = any::<char>().prop_filter("a character of XML", allowed);
    prop_oneof![
        4 => vec(proptest::char::range(' ', '~'), min..=max),
        1 => vec(any_character, min..=max),
    ]
    .prop_map(|characters| characters.into_iter().collect())
}
