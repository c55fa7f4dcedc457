//! Reads a list.

use std::collections::HashMap;

use der::asn1::{AnyRef, ObjectIdentifier};
use der::{Decode, Tag};
use jiff::Timestamp;

use super::{AUTHORITY_KEY_ID, CRL_NUMBER, REASON_CODE, Revoked};
use crate::asn1::{Fields, content, each_extension, explicit};
use crate::ocsp::read_reason;

/// A list as it came; [`Crl::verify`] says whether it can be believed.
#[derive(Debug, Clone)]
pub struct Crl {
    pub(super) signed: Vec<u8>,
    pub(super) algorithm: ObjectIdentifier,
    pub(super) signature: Vec<u8>,
    /// The encoded name of the CA.
    pub(super) issuer: Vec<u8>,
    pub(super) this_update: Timestamp,
    pub(super) next_update: Option<Timestamp>,
    pub(super) critical: Vec<ObjectIdentifier>,
    number: Option<Vec<u8>>,
    authority_key_id: bool,
    revoked: HashMap<Vec<u8>, Revoked>,
}

impl Crl {
    /// Reads DER. Bound its length before.
    ///
    /// # Errors
    /// When it is no revocation list; no input panics.
    pub fn from_der(der: &[u8]) -> Result<Self, der::Error> {
        let mut list = Fields::of(der)?;
        let signed = list.raw()?;
        let algorithm = list.algorithm()?;
        let signature = list.bits()?;
        list.finish()?;

        let mut fields = Fields::of(signed)?;
        fields.optional(Tag::Integer)?;
        if fields.algorithm()? != algorithm {
            return Err(Tag::ObjectIdentifier.value_error().into());
        }
        let issuer = fields.raw()?.to_vec();
        let this_update = fields.time()?;
        let mut next = fields.optional(Tag::UtcTime)?;
        if next.is_none() {
            next = fields.optional(Tag::GeneralizedTime)?;
        }
        let next_update = next.map(crate::asn1::time).transpose()?;
        let mut crl = Self {
            signed: signed.to_vec(),
            algorithm,
            signature,
            issuer,
            this_update,
            next_update,
            critical: Vec::new(),
            number: None,
            authority_key_id: false,
            revoked: HashMap::new(),
        };
        if let Some(entries) = fields.optional(Tag::Sequence)? {
            crl.read_entries(entries)?;
        }
        if let Some(extensions) = fields.optional(explicit(0))? {
            each_extension(content(extensions)?, |oid, critical, value| {
                match oid {
                    CRL_NUMBER => crl.number = Some(AnyRef::from_der(value)?.value().to_vec()),
                    AUTHORITY_KEY_ID => crl.authority_key_id = true,
                    _ => crl.critical.extend(critical.then_some(oid)),
                }
                Ok(())
            })?;
        }
        fields.finish()?;
        Ok(crl)
    }

    fn read_entries(&mut self, entries: AnyRef<'_>) -> Result<(), der::Error> {
        let mut entries = Fields::inside(entries, Tag::Sequence)?;
        while !entries.is_finished() {
            let mut entry = entries.sequence()?;
            let (serial, at) = (entry.serial()?, entry.time()?);
            let mut reason = None;
            if let Some(extensions) = entry.optional(Tag::Sequence)? {
                each_extension(extensions, |oid, critical, value| {
                    match oid {
                        REASON_CODE => reason = read_reason(AnyRef::from_der(value)?),
                        // For example the issuer of an indirect list.
                        _ => self.critical.extend(critical.then_some(oid)),
                    }
                    Ok(())
                })?;
            }
            entry.finish()?;
            self.revoked.insert(serial.clone(), Revoked { serial, at, reason });
        }
        Ok(())
    }

    /// What the list says of a serial number; `None`: not revoked.
    pub fn find(&self, serial: &[u8]) -> Option<&Revoked> {
        self.revoked.get(serial)
    }

    /// How many certificates it names.
    pub fn len(&self) -> usize {
        self.revoked.len()
    }

    /// Whether it names none.
    pub fn is_empty(&self) -> bool {
        self.revoked.is_empty()
    }

    /// Its number, big endian.
    pub fn number(&self) -> Option<&[u8]> {
        self.number.as_deref()
    }

    /// When it was made.
    pub fn this_update(&self) -> Timestamp {
        self.this_update
    }

    /// When there will be a newer one.
    pub fn next_update(&self) -> Option<Timestamp> {
        self.next_update
    }
}
