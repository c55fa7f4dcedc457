//! The decoded values against the JSON from which EXIficient made the vectors: right bytes in the wrong field would also
//! come back unchanged.

use crate::data::{DOCUMENTS, vector};
use opnc_exi::Integer;
use opnc_exi::iso2::{Body, CertificateChain, X509IssuerSerial, decode};
use opnc_exi::xmldsig::Signature;
use serde_json::{Value, json};

#[test]
fn documents_hold_what_they_were_made_from() {
    for name in DOCUMENTS {
        let path = format!("{}/tests/vectors/{name}.json", env!("CARGO_MANIFEST_DIR"));
        let expected: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        let message = decode(&vector(name)).unwrap();
        let session = hex::encode_upper(&message.header.session_id);
        let header = json!({ "SessionID": session, "Signature": signature(&message.header.signature.unwrap()) });
        assert_eq!(json!({ "V2G_Message": { "Header": header, "Body": body(&message.body) } }), expected, "{name}");
    }
}

pub(crate) fn signature(signature: &Signature) -> Value {
    let info = &signature.signed_info;
    let references: Vec<Value> = info
        .references
        .iter()
        .map(|reference| {
            let transforms: Vec<Value> =
                reference.transforms.iter().map(|algorithm| json!({ "Algorithm": algorithm })).collect();
            json!({
                "Transforms": { "Transform": transforms },
                "DigestMethod": { "Algorithm": reference.digest_method },
                "DigestValue": base64(&reference.digest_value),
                "URI": reference.uri.as_deref().unwrap(),
            })
        })
        .collect();
    json!({
        "SignedInfo": {
            "CanonicalizationMethod": { "Algorithm": info.canonicalization_method },
            "SignatureMethod": { "Algorithm": info.signature_method },
            "Reference": references,
        },
        "SignatureValue": { "value": base64(&signature.signature_value) },
    })
}

fn body(body: &Body) -> Value {
    match body {
        Body::CertificateInstallationReq(body) => json!({ "CertificateInstallationReq": {
            "Id": body.id,
            "OEMProvisioningCert": base64(&body.oem_provisioning_cert),
            "ListOfRootCertificateIDs": roots(&body.list_of_root_certificate_ids),
        } }),
        Body::CertificateInstallationRes(body) => json!({ "CertificateInstallationRes": {
            "ResponseCode": body.response_code.as_str(),
            "SAProvisioningCertificateChain": chain(&body.sa_provisioning_certificate_chain),
            "ContractSignatureCertChain": chain(&body.contract_signature_cert_chain),
            "ContractSignatureEncryptedPrivateKey": {
                "Id": body.contract_signature_encrypted_private_key.id,
                "value": base64(&body.contract_signature_encrypted_private_key.value),
            },
            "DHpublickey": { "Id": body.dh_public_key.id, "value": base64(&body.dh_public_key.value) },
            "eMAID": { "Id": body.emaid.id, "value": body.emaid.value },
        } }),
        Body::CertificateUpdateReq(body) => json!({ "CertificateUpdateReq": {
            "Id": body.id,
            "ContractSignatureCertChain": chain(&body.contract_signature_cert_chain),
            "eMAID": body.emaid,
            "ListOfRootCertificateIDs": roots(&body.list_of_root_certificate_ids),
        } }),
        Body::CertificateUpdateRes(body) => json!({ "CertificateUpdateRes": {
            "ResponseCode": body.response_code.as_str(),
            "SAProvisioningCertificateChain": chain(&body.sa_provisioning_certificate_chain),
            "ContractSignatureCertChain": chain(&body.contract_signature_cert_chain),
            "ContractSignatureEncryptedPrivateKey": {
                "Id": body.contract_signature_encrypted_private_key.id,
                "value": base64(&body.contract_signature_encrypted_private_key.value),
            },
            "DHpublickey": { "Id": body.dh_public_key.id, "value": base64(&body.dh_public_key.value) },
            "eMAID": { "Id": body.emaid.id, "value": body.emaid.value },
            "RetryCounter": body.retry_counter.unwrap(),
        } }),
    }
}

fn chain(chain: &CertificateChain) -> Value {
    let subs: Vec<String> = chain.sub_certificates.iter().map(|certificate| base64(certificate)).collect();
    let mut value = json!({ "Certificate": base64(&chain.certificate), "SubCertificates": { "Certificate": subs } });
    if let Some(id) = &chain.id {
        value["Id"] = json!(id);
    }
    value
}

pub(crate) fn roots(roots: &[X509IssuerSerial]) -> Value {
    let roots: Vec<Value> = roots
        .iter()
        .map(|root| json!({ "X509IssuerName": root.issuer_name, "X509SerialNumber": number(&root.serial_number) }))
        .collect();
    json!({ "RootCertificateID": roots })
}

fn number(integer: &Integer) -> u64 {
    integer.to_string().parse().unwrap()
}

pub(crate) fn base64(bytes: &[u8]) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}
