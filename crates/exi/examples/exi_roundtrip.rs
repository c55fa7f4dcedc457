//! Reads ISO 15118-2 messages as lines of hex, and writes a line for each: what our codec makes of it.
//!
//! `ok MESSAGE NAME=FRAGMENT …` has the re-encoded message and the fragments that are signed in it, all in hex;
//! `error TEXT` says why a message was refused. This is our side of `interop/exi/check.py`.

#![allow(clippy::print_stdout, reason = "the output is the purpose of this program")]

use std::error::Error;
use std::io::stdin;

use opnc_exi::iso2::{self, Body, fragment};
use opnc_exi::xmldsig::signed_info_fragment;

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
    let message = iso2::decode(&hex::decode(line)?)?;
    let mut answer = hex::encode(iso2::encode(&message)?);
    for (name, bytes) in fragments(&message)? {
        answer += &format!(" {name}={}", hex::encode(bytes));
    }
    Ok(answer)
}

fn fragments(message: &iso2::Message) -> Result<Vec<(&'static str, Vec<u8>)>, opnc_exi::EncodeError> {
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
    if let Some(signature) = &message.header.signature {
        fragments.push(("SignedInfo", signed_info_fragment(&signature.signed_info)?));
    }
    Ok(fragments)
}

fn of_response(
    chain: &iso2::CertificateChain,
    key: &iso2::IdBytes,
    dh_public_key: &iso2::IdBytes,
    emaid: &iso2::IdText,
) -> Result<Vec<(&'static str, Vec<u8>)>, opnc_exi::EncodeError> {
    Ok(vec![
        ("ContractSignatureCertChain", fragment::contract_signature_cert_chain(chain)?),
        ("ContractSignatureEncryptedPrivateKey", fragment::contract_signature_encrypted_private_key(key)?),
        ("DHpublickey", fragment::dh_public_key(dh_public_key)?),
        ("eMAID", fragment::emaid(emaid)?),
    ])
}
