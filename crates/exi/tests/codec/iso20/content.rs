//! The decoded values against the JSON from which EXIficient made the vectors.

use super::DOCUMENTS;
use crate::content::{base64, roots, signature};
use crate::data::vector;
use opnc_exi::iso20::{Body, CertificateChain, decode};
use serde_json::{Value, json};

#[test]
fn documents_hold_what_they_were_made_from() {
    for name in DOCUMENTS {
        let path = format!("{}/tests/vectors/{name}.json", env!("CARGO_MANIFEST_DIR"));
        let expected: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        let message = decode(&vector(name)).unwrap();
        let header = json!({
            "SessionID": hex::encode_upper(message.header.session_id),
            "TimeStamp": message.header.timestamp,
            "Signature": signature(&message.header.signature.unwrap()),
        });
        assert_eq!(body(&message.body, header), expected, "{name}");
    }
}

fn body(body: &Body, header: Value) -> Value {
    match body {
        Body::CertificateInstallationReq(body) => {
            let mut oem = chain(&body.oem_provisioning_certificate_chain.chain);
            oem["Id"] = json!(body.oem_provisioning_certificate_chain.id);
            json!({ "CertificateInstallationReq": {
                "Header": header,
                "OEMProvisioningCertificateChain": oem,
                "ListOfRootCertificateIDs": roots(&body.list_of_root_certificate_ids),
                "MaximumContractCertificateChains": body.maximum_contract_certificate_chains,
                "PrioritizedEMAIDs": { "EMAID": body.prioritized_emaids },
            } })
        }
        Body::CertificateInstallationRes(body) => {
            let data = &body.signed_installation_data;
            json!({ "CertificateInstallationRes": {
                "Header": header,
                "ResponseCode": body.response_code.as_str(),
                "EVSEProcessing": body.evse_processing.as_str(),
                "CPSCertificateChain": chain(&body.cps_certificate_chain),
                "SignedInstallationData": {
                    "Id": data.id,
                    "ContractCertificateChain": chain(&data.contract_certificate_chain),
                    "ECDHCurve": data.ecdh_curve.as_str(),
                    "DHPublicKey": base64(&data.dh_public_key),
                    data.encrypted_private_key.name(): base64(data.encrypted_private_key.bytes()),
                },
                "RemainingContractCertificateChains": body.remaining_contract_certificate_chains,
            } })
        }
    }
}

fn chain(chain: &CertificateChain) -> Value {
    let subs: Vec<String> = chain.sub_certificates.iter().map(|certificate| base64(certificate)).collect();
    json!({ "Certificate": base64(&chain.certificate), "SubCertificates": { "Certificate": subs } })
}
