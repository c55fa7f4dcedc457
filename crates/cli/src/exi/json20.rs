//! The JSON form of a message of ISO 15118-20, by the same rules.

use opnc_exi::Integer;
use opnc_exi::iso20::{
    Body, CertificateChain, CertificateInstallationReq, CertificateInstallationRes, Header, Message,
    SignedCertificateChain, SignedInstallationData,
};

use super::json::{Json, Member, list, member, object, optional, roots};

fn number(value: u64) -> Json {
    Json::from(&Integer::new(false, &value.to_be_bytes()))
}

impl From<&Message> for Json {
    fn from(message: &Message) -> Json {
        let header = member("Header", &message.header);
        object([match &message.body {
            Body::CertificateInstallationReq(request) => member("CertificateInstallationReq", req(header, request)),
            Body::CertificateInstallationRes(response) => member("CertificateInstallationRes", res(header, response)),
        }])
    }
}

impl From<&Header> for Json {
    fn from(header: &Header) -> Json {
        object([
            member("SessionID", hex::encode_upper(header.session_id).as_str()),
            member("TimeStamp", number(header.timestamp)),
            optional("Signature", header.signature.as_ref()),
        ])
    }
}

fn req(header: Option<Member>, request: &CertificateInstallationReq) -> Json {
    let emaids = || object([member("EMAID", list(&request.prioritized_emaids))]);
    object([
        header,
        member("OEMProvisioningCertificateChain", &request.oem_provisioning_certificate_chain),
        member("ListOfRootCertificateIDs", roots(&request.list_of_root_certificate_ids)),
        member("MaximumContractCertificateChains", number(u64::from(request.maximum_contract_certificate_chains))),
        optional("PrioritizedEMAIDs", (!request.prioritized_emaids.is_empty()).then(emaids)),
    ])
}

fn res(header: Option<Member>, response: &CertificateInstallationRes) -> Json {
    let remaining = u64::from(response.remaining_contract_certificate_chains);
    object([
        header,
        member("ResponseCode", response.response_code.as_str()),
        member("EVSEProcessing", response.evse_processing.as_str()),
        member("CPSCertificateChain", chain(None, &response.cps_certificate_chain)),
        member("SignedInstallationData", &response.signed_installation_data),
        member("RemainingContractCertificateChains", number(remaining)),
    ])
}

impl From<&SignedCertificateChain> for Json {
    fn from(signed: &SignedCertificateChain) -> Json {
        chain(member("Id", &signed.id), &signed.chain)
    }
}

impl From<&SignedInstallationData> for Json {
    fn from(data: &SignedInstallationData) -> Json {
        let key = &data.encrypted_private_key;
        object([
            member("Id", &data.id),
            member("ContractCertificateChain", chain(None, &data.contract_certificate_chain)),
            member("ECDHCurve", data.ecdh_curve.as_str()),
            member("DHPublicKey", &data.dh_public_key),
            member(key.name(), &key.bytes().to_vec()),
        ])
    }
}

fn chain(id: Option<Member>, chain: &CertificateChain) -> Json {
    let sub_certificates = || object([member("Certificate", list(&chain.sub_certificates))]);
    object([
        id,
        member("Certificate", &chain.certificate),
        optional("SubCertificates", (!chain.sub_certificates.is_empty()).then(sub_certificates)),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    const VECTORS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../exi/tests/vectors");

    /// The vectors were encoded from this JSON by other people's code.
    #[test]
    fn as_the_vectors_have_it() {
        for name in ["CertificateInstallationReq", "CertificateInstallationRes"] {
            let read = |ending| std::fs::read_to_string(format!("{VECTORS}/iso20_{name}.{ending}")).unwrap();
            let message = opnc_exi::iso20::decode(&hex::decode(read("exi.hex").trim()).unwrap()).unwrap();
            let ours = serde_json::to_value(Json::from(&message)).unwrap();
            assert_eq!(ours, serde_json::from_str::<serde_json::Value>(&read("json")).unwrap(), "{name}");
        }
    }
}
