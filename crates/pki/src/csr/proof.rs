//! Proof of possession (RFC 2986, 3).

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA384_ASN1, ECDSA_P256_SHA512_ASN1, ECDSA_P521_SHA256_ASN1,
    ECDSA_P521_SHA384_ASN1, ECDSA_P521_SHA512_ASN1, EcdsaVerificationAlgorithm, UnparsedPublicKey,
};
use der::asn1::ObjectIdentifier;

use super::{Csr, CsrError};
use crate::key::Algorithm;

/// `ecdsa-with-SHA256`, `-SHA384` and `-SHA512` (RFC 5758, 3.2).
const SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");
const SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.3");
const SHA512: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.4");

const ECDSA: [(Algorithm, ObjectIdentifier, &EcdsaVerificationAlgorithm); 6] = [
    (Algorithm::Secp256r1, SHA256, &ECDSA_P256_SHA256_ASN1),
    (Algorithm::Secp256r1, SHA384, &ECDSA_P256_SHA384_ASN1),
    (Algorithm::Secp256r1, SHA512, &ECDSA_P256_SHA512_ASN1),
    (Algorithm::Secp521r1, SHA256, &ECDSA_P521_SHA256_ASN1),
    (Algorithm::Secp521r1, SHA384, &ECDSA_P521_SHA384_ASN1),
    (Algorithm::Secp521r1, SHA512, &ECDSA_P521_SHA512_ASN1),
];

pub(super) fn verify(csr: &Csr) -> Result<(), CsrError> {
    let (key, found) = (&csr.public_key, csr.signature_algorithm);
    let signed = csr.der.get(csr.signed.clone()).unwrap_or_default();
    if key.algorithm().signature_oid() == found {
        return key.verify_der(signed, &csr.signature).map_err(|_| CsrError::Signature);
    }
    let ecdsa = ECDSA.into_iter().find(|(algorithm, oid, _)| *algorithm == key.algorithm() && *oid == found);
    let Some((_, _, verification)) = ecdsa else {
        let key = key.algorithm().as_str();
        return Err(CsrError::SignatureAlgorithm { found: found.to_string(), key });
    };
    let key = UnparsedPublicKey::new(verification, key.point());
    key.verify(signed, &csr.signature).map_err(|_| CsrError::Signature)
}
