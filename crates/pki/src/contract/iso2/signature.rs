//! The XML signature of ISO 15118-2: ECDSA with SHA-256 over the EXI fragment of `SignedInfo`, which holds the SHA-256
//! digests of the EXI fragments of the signed elements (section 7.9.2.4). Both signed messages use it.

use opnc_exi::xmldsig::{self, Reference, Signature, SignedInfo, algorithm};

use super::SignError;
use crate::key::{BadSignature, PublicKey, Signer, sha256};

/// Signs elements, each given by its `Id` and its EXI fragment.
pub(super) fn sign(elements: &[(&str, Vec<u8>)], signer: &Signer) -> Result<Signature, SignError> {
    let signed_info = SignedInfo {
        id: None,
        canonicalization_method: algorithm::CANONICAL_EXI.to_owned(),
        signature_method: algorithm::ECDSA_SHA256.to_owned(),
        references: elements.iter().map(|(id, fragment)| reference(id, fragment)).collect(),
    };
    let signature_value = signer.sign_raw(&xmldsig::signed_info_fragment(&signed_info)?)?;
    Ok(Signature { id: None, signed_info, signature_value_id: None, signature_value })
}

fn reference(id: &str, fragment: &[u8]) -> Reference {
    Reference {
        id: None,
        reference_type: None,
        uri: Some(format!("#{id}")),
        transforms: vec![algorithm::CANONICAL_EXI.to_owned()],
        digest_method: algorithm::SHA256.to_owned(),
        digest_value: sha256(fragment).to_vec(),
    }
}

/// Whether the signature names the algorithms of ISO 15118-2 and no others.
pub(super) fn check_algorithms(signed_info: &SignedInfo) -> Result<(), AlgorithmError> {
    let check = |what, found: &str, allowed| {
        if found == allowed { Ok(()) } else { Err(AlgorithmError { what, found: found.to_owned(), allowed }) }
    };
    check("canonicalization", &signed_info.canonicalization_method, algorithm::CANONICAL_EXI)?;
    check("signature", &signed_info.signature_method, algorithm::ECDSA_SHA256)?;
    for reference in &signed_info.references {
        check("transform", &reference.transforms.join(" "), algorithm::CANONICAL_EXI)?;
        check("digest", &reference.digest_method, algorithm::SHA256)?;
    }
    Ok(())
}

/// Whether the digest in `reference` is that of `fragment`.
pub(super) fn digest_matches(reference: &Reference, fragment: &[u8]) -> bool {
    reference.digest_value == sha256(fragment)
}

/// Whether the holder of `key` signed `SignedInfo`.
pub(super) fn check_value(signature: &Signature, key: &PublicKey) -> Result<(), BadSignature> {
    let fragment = xmldsig::signed_info_fragment(&signature.signed_info).map_err(|_| BadSignature)?;
    key.verify_raw(&fragment, &signature.signature_value)
}

/// A signature names an algorithm that ISO 15118-2 does not use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the {what} algorithm is {found:?}, ISO 15118-2 uses {allowed:?}")]
pub struct AlgorithmError {
    /// Which of the algorithms.
    pub what: &'static str,
    /// The URI found; several separated by spaces, none: empty.
    pub found: String,
    /// The URI that must stand there.
    pub allowed: &'static str,
}
