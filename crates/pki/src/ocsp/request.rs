//! What is asked (RFC 6960, 4.1).

use der::Tag;

use super::{CertId, NONCE, NONCE_LENGTHS};
use crate::asn1::{Fields, content, each_extension, explicit, extension, octets, sequence, wrap};

/// The most bytes of a request that are read.
pub const MAX_REQUEST: usize = 8192;
/// The most certificates that one request may name.
pub const MAX_CERT_IDS: usize = 32;

/// A question about one or more certificates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The certificates, at least one.
    pub ids: Vec<CertId>,
    /// Ties the answer to this question.
    pub nonce: Option<Vec<u8>>,
}

/// Why a request is not answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// More than [`MAX_REQUEST`] bytes.
    #[error("the OCSP request has {0} bytes, at most {MAX_REQUEST} are read")]
    TooLong(usize),
    /// None, or more than [`MAX_CERT_IDS`].
    #[error("the OCSP request names no certificate, or more than {MAX_CERT_IDS}")]
    Number,
    /// Not version 1.
    #[error("the OCSP request is not of version 1")]
    Version,
    /// A nonce of another length.
    #[error("the nonce has {0} bytes instead of 1 to 128 (RFC 9654)")]
    Nonce(usize),
    /// An extension that must be understood and is not.
    #[error("the critical extension {0} is not supported")]
    Critical(String),
    /// No request at all.
    #[error("this is no OCSP request: {0}")]
    Malformed(#[from] der::Error),
}

impl Request {
    /// Reads DER. A signature of the one who asks is not looked at: everybody may ask.
    ///
    /// # Errors
    /// [`RequestError`]; no input panics.
    pub fn from_der(der: &[u8]) -> Result<Self, RequestError> {
        if der.len() > MAX_REQUEST {
            return Err(RequestError::TooLong(der.len()));
        }
        let mut request = Fields::of(der)?;
        let mut signed = request.sequence()?;
        request.optional(explicit(0))?;
        request.finish()?;
        let version = signed.optional(explicit(0))?.map(content).transpose()?;
        if version.is_some_and(|version| version.value() != [0]) {
            return Err(RequestError::Version);
        }
        signed.optional(explicit(1))?;
        let mut list = signed.sequence()?;
        let mut ids = Vec::new();
        while !list.is_finished() {
            if ids.len() == MAX_CERT_IDS {
                return Err(RequestError::Number);
            }
            let mut one = list.sequence()?;
            ids.push(CertId::read(one.raw()?)?);
            if let Some(extensions) = one.optional(explicit(0))? {
                refuse_critical(extensions)?;
            }
            one.finish()?;
        }
        if ids.is_empty() {
            return Err(RequestError::Number);
        }
        let mut nonce = None;
        if let Some(extensions) = signed.optional(explicit(2))? {
            let mut refused = None;
            each_extension(content(extensions)?, |oid, critical, value| {
                if oid == NONCE {
                    nonce = Some(read_nonce(value));
                } else if critical {
                    refused = Some(oid.to_string());
                }
                Ok(())
            })?;
            if let Some(oid) = refused {
                return Err(RequestError::Critical(oid));
            }
        }
        signed.finish()?;
        if let Some(nonce) = nonce.as_ref().filter(|nonce| !NONCE_LENGTHS.contains(&nonce.len())) {
            return Err(RequestError::Nonce(nonce.len()));
        }
        Ok(Self { ids, nonce })
    }

    /// The request as DER.
    ///
    /// # Errors
    /// When it is longer than DER can hold.
    pub fn to_der(&self) -> Result<Vec<u8>, der::Error> {
        let mut list = Vec::new();
        for id in &self.ids {
            list.extend(sequence(&[id.der()])?);
        }
        let extensions = match &self.nonce {
            Some(nonce) => wrap(explicit(2), &[&sequence(&[&nonce_extension(nonce)?])?])?,
            None => Vec::new(),
        };
        sequence(&[&sequence(&[&sequence(&[&list])?, &extensions])?])
    }
}

/// The nonce as an extension.
pub(super) fn nonce_extension(nonce: &[u8]) -> Result<Vec<u8>, der::Error> {
    extension(NONCE, &octets(nonce)?)
}

/// The bytes of a nonce: inside an OCTET STRING, or bare as old clients send it.
pub(super) fn read_nonce(value: &[u8]) -> Vec<u8> {
    let inner = der::asn1::AnyRef::try_from(value).ok().filter(|any| der::Tagged::tag(any) == Tag::OctetString);
    inner.map_or(value, |inner| inner.value()).to_vec()
}

fn refuse_critical(extensions: der::asn1::AnyRef<'_>) -> Result<(), RequestError> {
    let mut refused = None;
    each_extension(content(extensions)?, |oid, critical, _| {
        if critical {
            refused = Some(oid.to_string());
        }
        Ok(())
    })?;
    refused.map_or(Ok(()), |oid| Err(RequestError::Critical(oid)))
}
