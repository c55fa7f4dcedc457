//! From DER to a certificate (RFC 5280, 4.1).

use std::ops::Range;

use der::asn1::{AnyRef, BitStringRef, ObjectIdentifier};
use der::{Decode, Reader, SliceReader, Tag, TagNumber, Tagged};

use super::extensions::Extensions;
use super::name::Name;
use super::time::read_time;
use super::{CertificateError, Inner};
use crate::key::{PublicKey, sha256};

/// `known` saves the check of a point that is already a key.
pub(super) fn read(der: &[u8], known: Option<&PublicKey>) -> Result<Inner, CertificateError> {
    let mut input = SliceReader::new(der)?;
    let body = input.tlv_bytes()?;
    if body.len() < der.len() {
        return Err(CertificateError::TrailingBytes(der.len() - body.len()));
    }
    let mut parts = SliceReader::new(sequence(body)?)?;
    let signed = parts.tlv_bytes()?;
    let outer_algorithm = parts.tlv_bytes()?;
    let signature = BitStringRef::decode(&mut parts)?;
    parts.finish()?;

    let mut fields = SliceReader::new(sequence(signed)?)?;
    read_version(&mut fields)?;
    let serial = read_serial(&mut fields)?;
    let inner_algorithm = fields.tlv_bytes()?;
    if inner_algorithm != outer_algorithm {
        return Err(CertificateError::AlgorithmMismatch);
    }
    let issuer = Name::from_der(fields.tlv_bytes()?)?;
    let (not_before, not_after) = {
        let mut validity = SliceReader::new(sequence(fields.tlv_bytes()?)?)?;
        let dates = (validity.decode::<AnyRef<'_>>()?, validity.decode::<AnyRef<'_>>()?);
        validity.finish()?;
        (read_time(dates.0)?, read_time(dates.1)?)
    };
    let subject = Name::from_der(fields.tlv_bytes()?)?;
    let encoded_key = fields.tlv_bytes()?;
    let public_key = match known {
        Some(known) if known.to_spki() == encoded_key => known.clone(),
        _ => PublicKey::from_spki(encoded_key)?,
    };
    let extensions = read_extensions(&mut fields)?;

    Ok(Inner {
        signed: signed_range(der, signed.len())?,
        fingerprint: sha256(der).into(),
        serial,
        signature_algorithm: algorithm_oid(outer_algorithm)?,
        signature: signature.as_bytes().unwrap_or_default().to_vec(),
        issuer,
        subject,
        not_before,
        not_after,
        public_key,
        extensions,
        der: der.to_vec(),
    })
}

/// Where the signed part of this length lies: first in the outer SEQUENCE.
pub(super) fn signed_range(der: &[u8], length: usize) -> Result<Range<usize>, der::Error> {
    let start = der.len() - sequence(der)?.len();
    Ok(start..start + length)
}

/// The content of a SEQUENCE.
pub(super) fn sequence(tlv: &[u8]) -> Result<&[u8], der::Error> {
    let any = AnyRef::from_der(tlv)?;
    any.tag().assert_eq(Tag::Sequence)?;
    Ok(any.value())
}

/// `[0] EXPLICIT INTEGER`, absent in version 1.
pub(super) fn read_version(fields: &mut SliceReader<'_>) -> Result<(), CertificateError> {
    let tag = TagNumber(0).context_specific(true);
    let version = if Tag::peek(fields)? == tag { u32::from_der(fields.decode::<AnyRef<'_>>()?.value())? } else { 0 };
    if version == 2 { Ok(()) } else { Err(CertificateError::Version(version.saturating_add(1))) }
}

/// An INTEGER of any length and sign: serial numbers outside RFC 5280 exist.
pub(super) fn read_serial(fields: &mut SliceReader<'_>) -> Result<Vec<u8>, CertificateError> {
    let serial = fields.decode::<AnyRef<'_>>()?;
    serial.tag().assert_eq(Tag::Integer).map_err(CertificateError::Der)?;
    match serial.value() {
        [] => Err(Tag::Integer.length_error().at(fields.position()).into()),
        [0, rest @ ..] if !rest.is_empty() => Ok(rest.to_vec()),
        all => Ok(all.to_vec()),
    }
}

fn algorithm_oid(tlv: &[u8]) -> Result<ObjectIdentifier, CertificateError> {
    Ok(SliceReader::new(sequence(tlv)?)?.decode::<ObjectIdentifier>()?)
}

/// `[3] EXPLICIT Extensions`, behind the unique identifiers that nobody uses.
fn read_extensions(fields: &mut SliceReader<'_>) -> Result<Extensions, CertificateError> {
    while !fields.is_finished() {
        let field = fields.decode::<AnyRef<'_>>()?;
        if field.tag() == TagNumber(3).context_specific(true) {
            fields.clone().finish()?;
            return Extensions::read(sequence(field.value())?);
        }
        if field.tag() != TagNumber(1).context_specific(false) && field.tag() != TagNumber(2).context_specific(false) {
            return Err(field.tag().unexpected_error(None).at(fields.position()).into());
        }
    }
    Ok(Extensions::default())
}
