//! What is answered (RFC 6960, 4.2.1), read and not yet believed.

use der::asn1::{AnyRef, ObjectIdentifier};
use der::{Encode, Tag, Tagged};
use jiff::Timestamp;

use super::request::read_nonce;
use super::responder::{Failure, Single};
use super::{BASIC, CertId, NONCE, Status};
use crate::asn1::{Fields, content, each_extension, explicit};
use crate::certificate::Certificate;

/// The most certificates that are looked at for the signer.
const MAX_CERTIFICATES: usize = 4;
/// The most certificates that one answer may speak of.
const MAX_SINGLES: usize = 64;

/// An answer.
#[derive(Debug, Clone)]
pub enum Response {
    /// There is none, and why; nobody has signed this.
    Failed(Option<Failure>),
    /// A signed one.
    Basic(Box<BasicResponse>),
}

/// A signed answer, of which nothing is verified yet.
#[derive(Debug, Clone)]
pub struct BasicResponse {
    pub(super) signed: Vec<u8>,
    pub(super) responder: ResponderId,
    pub(super) singles: Vec<Single>,
    pub(super) nonce: Option<Vec<u8>>,
    pub(super) critical: Vec<ObjectIdentifier>,
    pub(super) algorithm: ObjectIdentifier,
    pub(super) signature: Vec<u8>,
    pub(super) certificates: Vec<Certificate>,
}

/// How an answer names its signer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ResponderId {
    /// The encoded name.
    Name(Vec<u8>),
    /// SHA-1 of the key.
    Key(Vec<u8>),
}

impl Response {
    /// Reads DER. Bound its length before.
    ///
    /// # Errors
    /// When it is no OCSP answer of the basic type; no input panics.
    pub fn from_der(der: &[u8]) -> Result<Self, der::Error> {
        let mut response = Fields::of(der)?;
        let status = response.take(Tag::Enumerated)?.value();
        let bytes = response.optional(explicit(0))?;
        response.finish()?;
        let (Some(bytes), [0]) = (bytes, status) else {
            return Ok(Self::Failed(status.first().and_then(|code| Failure::from_code(*code))));
        };
        let mut bytes = Fields::inside(content(bytes)?, Tag::Sequence)?;
        if bytes.oid()? != BASIC {
            return Err(Tag::ObjectIdentifier.value_error().into());
        }
        let basic = bytes.take(Tag::OctetString)?.value();
        bytes.finish()?;
        BasicResponse::read(basic).map(Box::new).map(Self::Basic)
    }
}

impl BasicResponse {
    fn read(der: &[u8]) -> Result<Self, der::Error> {
        let mut basic = Fields::of(der)?;
        let signed = basic.raw()?;
        let algorithm = basic.algorithm()?;
        let signature = basic.bits()?;
        let mut certificates = Vec::new();
        if let Some(list) = basic.optional(explicit(0))? {
            let mut list = Fields::inside(content(list)?, Tag::Sequence)?;
            while !list.is_finished() && certificates.len() < MAX_CERTIFICATES {
                // Certificates with keys that cannot be used here do not help.
                certificates.extend(Certificate::from_der(list.raw()?));
            }
        }

        let mut data = Fields::of(signed)?;
        data.optional(explicit(0))?;
        let responder = ResponderId::read(data.any()?)?;
        data.time()?;
        let mut list = data.sequence()?;
        let mut singles = Vec::new();
        let mut critical = Vec::new();
        while !list.is_finished() && singles.len() < MAX_SINGLES {
            let mut single = list.sequence()?;
            let id = CertId::read(single.raw()?)?;
            let status = Status::read(single.any()?)?;
            let this_update = single.time()?;
            let next_update = single.optional(explicit(0))?.map(content).transpose()?;
            let next_update: Option<Timestamp> = next_update.map(crate::asn1::time).transpose()?;
            if let Some(extensions) = single.optional(explicit(1))? {
                each_extension(content(extensions)?, |oid, is_critical, _| {
                    critical.extend(is_critical.then_some(oid));
                    Ok(())
                })?;
            }
            single.finish()?;
            singles.push(Single { id, status, this_update, next_update });
        }
        let mut nonce = None;
        if let Some(extensions) = data.optional(explicit(1))? {
            each_extension(content(extensions)?, |oid, is_critical, value| {
                if oid == NONCE {
                    nonce = Some(read_nonce(value));
                } else {
                    critical.extend(is_critical.then_some(oid));
                }
                Ok(())
            })?;
        }
        data.finish()?;
        let signed = signed.to_vec();
        Ok(Self { signed, responder, singles, nonce, critical, algorithm, signature, certificates })
    }
}

impl ResponderId {
    fn read(value: AnyRef<'_>) -> Result<Self, der::Error> {
        if value.tag() == explicit(1) {
            return Ok(Self::Name(content(value)?.to_der()?));
        }
        value.tag().assert_eq(explicit(2))?;
        let key = content(value)?;
        key.tag().assert_eq(Tag::OctetString)?;
        Ok(Self::Key(key.value().to_vec()))
    }
}
