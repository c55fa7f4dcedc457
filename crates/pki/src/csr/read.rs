//! From DER to a request (RFC 2986, 4).

use der::asn1::{AnyRef, BitStringRef, ObjectIdentifier};
use der::{Decode, Reader, SliceReader, Tag, TagNumber, Tagged};

use super::{Csr, CsrError, MOST_PARTS};
use crate::certificate::Name;
use crate::key::PublicKey;

/// `extensionRequest` (RFC 2985, 5.4.2).
const EXTENSION_REQUEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.14");

pub(super) fn read(der: &[u8]) -> Result<Csr, CsrError> {
    let mut input = SliceReader::new(der)?;
    let body = input.tlv_bytes()?;
    if body.len() < der.len() {
        return Err(CsrError::TrailingBytes(der.len() - body.len()));
    }
    let content = inside(body, Tag::Sequence)?;
    let mut parts = SliceReader::new(content)?;
    let signed = parts.tlv_bytes()?;
    let algorithm = parts.tlv_bytes()?;
    let signature = BitStringRef::decode(&mut parts)?;
    parts.finish()?;

    let mut fields = SliceReader::new(inside(signed, Tag::Sequence)?)?;
    if u8::decode(&mut fields)? != 0 {
        return Err(CsrError::Version);
    }
    let subject = Name::from_der(fields.tlv_bytes()?).map_err(CsrError::Subject)?;
    let public_key = PublicKey::from_spki(fields.tlv_bytes()?)?;
    if !fields.is_finished() {
        check_attributes(fields.decode()?)?;
    }
    fields.finish()?;

    let start = der.len() - content.len();
    Ok(Csr {
        der: der.to_vec(),
        signed: start..start + signed.len(),
        subject,
        public_key,
        signature_algorithm: SliceReader::new(inside(algorithm, Tag::Sequence)?)?.decode()?,
        signature: signature.as_bytes().unwrap_or_default().to_vec(),
    })
}

/// The content of a value that must have this tag.
fn inside(tlv: &[u8], tag: Tag) -> Result<&[u8], der::Error> {
    let any = AnyRef::from_der(tlv)?;
    any.tag().assert_eq(tag)?;
    Ok(any.value())
}

/// `[0] IMPLICIT SET OF Attribute`: well formed and not too many; what they ask for is not looked at.
fn check_attributes(attributes: AnyRef<'_>) -> Result<(), CsrError> {
    attributes.tag().assert_eq(TagNumber(0).context_specific(true))?;
    let mut attributes = SliceReader::new(attributes.value())?;
    let mut count = 0;
    while !attributes.is_finished() {
        count += 1;
        if count > MOST_PARTS {
            return Err(CsrError::TooMany { what: "attributes", limit: MOST_PARTS });
        }
        let mut attribute = SliceReader::new(inside(attributes.tlv_bytes()?, Tag::Sequence)?)?;
        let kind = ObjectIdentifier::decode(&mut attribute)?;
        let values = inside(attribute.tlv_bytes()?, Tag::Set)?;
        attribute.finish()?;
        if kind == EXTENSION_REQUEST {
            check_extensions(values)?;
        }
    }
    Ok(())
}

fn check_extensions(values: &[u8]) -> Result<(), CsrError> {
    let mut extensions = SliceReader::new(inside(values, Tag::Sequence)?)?;
    let mut count = 0;
    while !extensions.is_finished() {
        count += 1;
        if count > MOST_PARTS {
            return Err(CsrError::TooMany { what: "extensions", limit: MOST_PARTS });
        }
        inside(extensions.tlv_bytes()?, Tag::Sequence)?;
    }
    Ok(())
}
