//! The EXI fragments of the elements that ISO 15118-2 signs: a `DigestValue` is the SHA-256 of one of these.
//!
//! Each is the element on its own, encoded against the whole -2 schema. All fail where a value is outside of the schema.

use super::{CertificateChain, CertificateInstallationReq, CertificateUpdateReq, IdBytes, IdText};
use super::{DH_PUBLIC_KEY, EMAID, ENCRYPTED_PRIVATE_KEY, ID};
use crate::EncodeError;
use crate::fragment::FragmentGrammar;

// The -2 schema has 244 element names.
const GRAMMAR: FragmentGrammar = FragmentGrammar { width: 8, end: 244 };
const CERTIFICATE_INSTALLATION_REQ: u32 = 15;
const CERTIFICATE_UPDATE_REQ: u32 = 17;
const CONTRACT_SIGNATURE_CERT_CHAIN: u32 = 33;
const CONTRACT_SIGNATURE_ENCRYPTED_PRIVATE_KEY: u32 = 34;
const DH_PUBLICKEY: u32 = 45;
const E_MAID: u32 = 236;

// `eMAID` is declared with two different types in the schema, so its fragment follows the relaxed grammar of EXI 8.5.3:
// after its start any attribute, any element, its end or text may come, and the codes count all names of the schema.
const RELAXED_START_WIDTH: u32 = 9;
const RELAXED_ATTRIBUTE_ID: u32 = 4;
const RELAXED_CHARACTERS: u32 = 256;
const RELAXED_CONTENT_WIDTH: u32 = 8;
const RELAXED_END: u32 = 244;

/// The fragment that a car signs when it asks for its contract.
pub fn certificate_installation_req(request: &CertificateInstallationReq) -> Result<Vec<u8>, EncodeError> {
    GRAMMAR.write(CERTIFICATE_INSTALLATION_REQ, |writer| request.write(writer))
}

/// The fragment that a car signs when it asks for a newer contract certificate.
pub fn certificate_update_req(request: &CertificateUpdateReq) -> Result<Vec<u8>, EncodeError> {
    GRAMMAR.write(CERTIFICATE_UPDATE_REQ, |writer| request.write(writer))
}

/// The fragment of `ContractSignatureCertChain` in a response.
pub fn contract_signature_cert_chain(chain: &CertificateChain) -> Result<Vec<u8>, EncodeError> {
    GRAMMAR.write(CONTRACT_SIGNATURE_CERT_CHAIN, |writer| chain.write(writer))
}

/// The fragment of `ContractSignatureEncryptedPrivateKey` in a response.
pub fn contract_signature_encrypted_private_key(key: &IdBytes) -> Result<Vec<u8>, EncodeError> {
    GRAMMAR.write(CONTRACT_SIGNATURE_ENCRYPTED_PRIVATE_KEY, |writer| key.write(writer, &ENCRYPTED_PRIVATE_KEY))
}

/// The fragment of `DHpublickey` in a response.
pub fn dh_public_key(key: &IdBytes) -> Result<Vec<u8>, EncodeError> {
    GRAMMAR.write(DH_PUBLICKEY, |writer| key.write(writer, &DH_PUBLIC_KEY))
}

/// The fragment of `eMAID` in a response.
pub fn emaid(emaid: &IdText) -> Result<Vec<u8>, EncodeError> {
    GRAMMAR.write(E_MAID, |writer| {
        writer.bits(RELAXED_ATTRIBUTE_ID, RELAXED_START_WIDTH);
        writer.text(&emaid.id, &ID)?;
        writer.bits(RELAXED_CHARACTERS, RELAXED_START_WIDTH);
        writer.text(&emaid.value, &EMAID)?;
        writer.bits(RELAXED_END, RELAXED_CONTENT_WIDTH);
        Ok(())
    })
}
