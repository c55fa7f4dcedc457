//! `CsrAttrs`: what an EST server tells its clients to put into a request (RFC 7030, 4.5.2).

use der::asn1::{AnyRef, ObjectIdentifier};
use der::{Encode, Tag};

use crate::key::Algorithm;

/// `id-ecPublicKey` (RFC 5480, 2.1.1).
const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");

/// The kind of key, with its curve where there is one, and the kind of signature.
///
/// # Errors
/// [`der::Error`], which no algorithm of ISO 15118 causes.
pub fn attributes(algorithm: Algorithm) -> Result<Vec<u8>, der::Error> {
    let signature = algorithm.signature_oid().to_der()?;
    let parts = match algorithm.curve_oid() {
        Some(curve) => {
            let curves = AnyRef::new(Tag::Set, &curve.to_der()?)?.to_der()?;
            let key = AnyRef::new(Tag::Sequence, &[EC_PUBLIC_KEY.to_der()?, curves].concat())?.to_der()?;
            [key, signature].concat()
        }
        // One identifier names both.
        None => signature,
    };
    AnyRef::new(Tag::Sequence, &parts)?.to_der()
}
