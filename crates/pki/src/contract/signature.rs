//! The XML signature of both editions: over the EXI fragment of `SignedInfo`, which holds the digests of the EXI fragments
//! of the signed elements (ISO 15118-2, 7.9.2.4).
//!
//! The key of the signer decides which algorithms must be named; what a message asks for is never followed.

use opnc_exi::EncodeError;
use opnc_exi::xmldsig::{self, Reference, Signature, SignedInfo, algorithm};
use opnc_messages::IsoVersion;

use super::{RequestError, SignError};
use crate::key::{Algorithm, BadSignature, PublicKey, Signer, sha256, sha512, shake256};

/// Signs elements, each given by its `Id` and its EXI fragment, for a message of `version`.
pub(super) fn sign(elements: &[(&str, Vec<u8>)], signer: &Signer, version: IsoVersion) -> Result<Signature, SignError> {
    let key = signer.public_key().algorithm();
    if key.version() != version {
        return Err(SignError::Algorithm { what: "signing key", found: key, version });
    }
    let signed_info = SignedInfo {
        id: None,
        canonicalization_method: algorithm::CANONICAL_EXI.to_owned(),
        signature_method: signature_uri(key).to_owned(),
        references: elements.iter().map(|(id, fragment)| reference(key, id, fragment)).collect(),
    };
    let signature_value = signer.sign_raw(&xmldsig::signed_info_fragment(&signed_info)?)?;
    Ok(Signature { id: None, signed_info, signature_value_id: None, signature_value })
}

fn reference(key: Algorithm, id: &str, fragment: &[u8]) -> Reference {
    Reference {
        id: None,
        reference_type: None,
        uri: Some(format!("#{id}")),
        transforms: vec![algorithm::CANONICAL_EXI.to_owned()],
        digest_method: digest_uri(key).to_owned(),
        digest_value: digest(key, fragment),
    }
}

/// The signature algorithm that belongs to a key.
fn signature_uri(key: Algorithm) -> &'static str {
    match key {
        Algorithm::Secp256r1 => algorithm::ECDSA_SHA256,
        Algorithm::Secp521r1 => algorithm::ECDSA_SHA512,
        Algorithm::Ed448 => algorithm::ED448,
    }
}

/// The digest algorithm that belongs to a key.
fn digest_uri(key: Algorithm) -> &'static str {
    match key {
        Algorithm::Secp256r1 => algorithm::SHA256,
        Algorithm::Secp521r1 => algorithm::SHA512,
        Algorithm::Ed448 => algorithm::SHAKE256,
    }
}

fn digest(key: Algorithm, fragment: &[u8]) -> Vec<u8> {
    match key {
        Algorithm::Secp256r1 => sha256(fragment).to_vec(),
        Algorithm::Secp521r1 => sha512(fragment).to_vec(),
        Algorithm::Ed448 => shake256(fragment).to_vec(),
    }
}

/// Whether the signature names the algorithms that belong to the signer's key, in a message of `version`, and no others.
pub(super) fn check_algorithms(
    signed_info: &SignedInfo,
    key: &PublicKey,
    version: IsoVersion,
) -> Result<(), AlgorithmError> {
    let key = key.algorithm();
    if key.version() != version {
        return Err(AlgorithmError::Key { found: key, version });
    }
    let check = |what, found: &str, allowed| {
        if found == allowed {
            Ok(())
        } else {
            Err(AlgorithmError::Named { what, found: found.to_owned(), key, allowed })
        }
    };
    check("canonicalization", &signed_info.canonicalization_method, algorithm::CANONICAL_EXI)?;
    check("signature", &signed_info.signature_method, signature_uri(key))?;
    for reference in &signed_info.references {
        check("transform", &reference.transforms.join(" "), algorithm::CANONICAL_EXI)?;
        check("digest", &reference.digest_method, digest_uri(key))?;
    }
    Ok(())
}

/// Whether the digest in `reference` is that of `fragment`, by the hash that belongs to the signer's key.
pub(super) fn digest_matches(reference: &Reference, key: &PublicKey, fragment: &[u8]) -> bool {
    reference.digest_value == digest(key.algorithm(), fragment)
}

/// Whether a reference names the element with this `Id`.
pub(super) fn refers_to(reference: &Reference, id: &str) -> bool {
    reference.uri.as_deref().and_then(|uri| uri.strip_prefix('#')) == Some(id)
}

/// Whether the holder of `key` signed `SignedInfo`.
pub(super) fn check_value(signature: &Signature, key: &PublicKey) -> Result<(), BadSignature> {
    let fragment = xmldsig::signed_info_fragment(&signature.signed_info).map_err(|_| BadSignature)?;
    key.verify_raw(&fragment, &signature.signature_value)
}

/// Checks a signature over one element, which is what a request has.
pub(super) fn check_single(
    signature: Option<&Signature>,
    id: &str,
    fragment: Result<Vec<u8>, EncodeError>,
    key: &PublicKey,
    version: IsoVersion,
) -> Result<(), RequestError> {
    let signature = signature.ok_or(RequestError::NotSigned)?;
    let reference = match signature.signed_info.references.as_slice() {
        [one] => one,
        references => return Err(RequestError::References(references.len())),
    };
    if !refers_to(reference, id) {
        return Err(RequestError::OtherElement { uri: reference.uri.clone().unwrap_or_default(), id: id.to_owned() });
    }
    check_algorithms(&signature.signed_info, key, version)?;
    if !digest_matches(reference, key, &fragment?) {
        return Err(RequestError::Digest);
    }
    Ok(check_value(signature, key)?)
}

/// A signature names an algorithm that does not belong there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AlgorithmError {
    /// The signer's key is of the other edition.
    #[error("the signer's key is one of {found}, which {version} does not use")]
    Key {
        /// The algorithm of the key.
        found: Algorithm,
        /// The version of the message.
        version: IsoVersion,
    },
    /// A URI in the signature is not the one that belongs to the signer's key.
    #[error("the {what} algorithm is {found:?}, with a key of {key} {version} uses {allowed:?}", version = key.version())]
    Named {
        /// Which of the algorithms.
        what: &'static str,
        /// The URI found; several separated by spaces, none: empty.
        found: String,
        /// The algorithm of the signer's key.
        key: Algorithm,
        /// The URI that must stand there.
        allowed: &'static str,
    },
}
