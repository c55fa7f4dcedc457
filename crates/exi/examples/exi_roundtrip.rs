//! Reads messages as lines of `iso2 HEX` or `iso20 HEX`, and writes a line for each: what our codec makes of it.
//!
//! `ok MESSAGE NAME=FRAGMENT …` has the re-encoded message and the fragments that are signed in it, all in hex;
//! `error TEXT` says why a message was refused. This is our side of `interop/exi/check.py`.

#![allow(clippy::print_stdout, reason = "the output is the purpose of this program")]

use std::error::Error;
use std::io::stdin;

use opnc_exi::xmldsig::{Signature, signed_info_fragment};
use opnc_exi::{EncodeError, iso2, iso20};

type Fragments = Vec<(&'static str, Vec<u8>)>;

fn main() -> Result<(), Box<dyn Error>> {
    for line in stdin().lines() {
        match answer(line?.trim()) {
            Ok(answer) => println!("ok {answer}"),
            Err(error) => println!("error {error}"),
        }
    }
    Ok(())
}

fn answer(line: &str) -> Result<String, Box<dyn Error>> {
    let (generation, message) = line.split_once(' ').ok_or("no generation")?;
    let bytes = hex::decode(message)?;
    let (encoded, fragments) = match generation {
        "iso2" => {
            let message = iso2::decode(&bytes)?;
            (iso2::encode(&message)?, of_iso2(&message)?)
        }
        "iso20" => {
            let message = iso20::decode(&bytes)?;
            (iso20::encode(&message)?, of_iso20(&message)?)
        }
        _ => return Err("another generation".into()),
    };
    let mut answer = hex::encode(encoded);
    for (name, bytes) in fragments {
        answer += &format!(" {name}={}", hex::encode(bytes));
    }
    Ok(answer)
}

fn of_iso2(message: &iso2::Message) -> Result<Fragments, EncodeError> {
    use iso2::{Body, fragment};
    let mut fragments = match &message.body {
        Body::CertificateInstallationReq(request) => {
            vec![("CertificateInstallationReq", fragment::certificate_installation_req(request)?)]
        }
        Body::CertificateUpdateReq(request) => {
            vec![("CertificateUpdateReq", fragment::certificate_update_req(request)?)]
        }
        Body::CertificateInstallationRes(response) => of_response(
            &response.contract_signature_cert_chain,
            &response.contract_signature_encrypted_private_key,
            &response.dh_public_key,
            &response.emaid,
        )?,
        Body::CertificateUpdateRes(response) => of_response(
            &response.contract_signature_cert_chain,
            &response.contract_signature_encrypted_private_key,
            &response.dh_public_key,
            &response.emaid,
        )?,
    };
    fragments.extend(of_signature(message.header.signature.as_ref())?);
    Ok(fragments)
}

fn of_iso20(message: &iso20::Message) -> Result<Fragments, EncodeError> {
    use iso20::{Body, fragment};
    let mut fragments = vec![match &message.body {
        Body::CertificateInstallationReq(request) => (
            "OEMProvisioningCertificateChain",
            fragment::oem_provisioning_certificate_chain(&request.oem_provisioning_certificate_chain)?,
        ),
        Body::CertificateInstallationRes(response) => {
            ("SignedInstallationData", fragment::signed_installation_data(&response.signed_installation_data)?)
        }
    }];
    fragments.extend(of_signature(message.header.signature.as_ref())?);
    Ok(fragments)
}

fn of_signature(signature: Option<&Signature>) -> Result<Option<(&'static str, Vec<u8>)>, EncodeError> {
    signature.map(|signature| Ok(("SignedInfo", signed_info_fragment(&signature.signed_info)?))).transpose()
}

fn of_response(
    chain: &iso2::CertificateChain,
    key: &iso2::IdBytes,
    dh_public_key: &iso2::IdBytes,
    emaid: &iso2::IdText,
) -> Result<Fragments, EncodeError> {
    use iso2::fragment;
    Ok(vec![
        ("ContractSignatureCertChain", fragment::contract_signature_cert_chain(chain)?),
        ("ContractSignatureEncryptedPrivateKey", fragment::contract_signature_encrypted_private_key(key)?),
        ("DHpublickey", fragment::dh_public_key(dh_public_key)?),
        ("eMAID", fragment::emaid(emaid)?),
    ])
}
