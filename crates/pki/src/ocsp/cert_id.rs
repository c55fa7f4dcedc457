//! Which certificate is meant: hashes of its issuer's name and key, and its serial number (RFC 6960, 4.1.1).

use std::hash::{Hash, Hasher};

use der::asn1::{AnyRef, ObjectIdentifier};
use der::{Encode, Tag};

use crate::asn1::{Fields, octets, sequence, unsigned};
use crate::certificate::Certificate;
use crate::key::{sha1, sha256};

/// The hash that a [`CertId`] names its issuer by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IdHash {
    /// What almost everybody sends (RFC 5019 knows nothing else); nothing is secured by it.
    Sha1,
    /// What charging stations with OCPP may send.
    Sha256,
}

/// The name of a certificate in requests and answers. Equal when hash, issuer and serial number are.
#[derive(Debug, Clone)]
pub struct CertId {
    der: Vec<u8>,
    hash: ObjectIdentifier,
    name_hash: Vec<u8>,
    key_hash: Vec<u8>,
    serial: Vec<u8>,
}

const SHA1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.14.3.2.26");
const SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");

impl IdHash {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Sha1, Self::Sha256];

    fn oid(self) -> ObjectIdentifier {
        match self {
            Self::Sha1 => SHA1,
            Self::Sha256 => SHA256,
        }
    }

    fn of(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha1 => sha1(bytes).to_vec(),
            Self::Sha256 => sha256(bytes).to_vec(),
        }
    }

    /// The hashes of a CA's name and key.
    pub fn of_issuer(self, issuer: &Certificate) -> (Vec<u8>, Vec<u8>) {
        (self.of(issuer.subject().der()), self.of(issuer.public_key().point()))
    }
}

impl CertId {
    /// The name of the certificate that `issuer` gave this serial number.
    ///
    /// # Errors
    /// When the serial number is empty.
    pub fn new(hash: IdHash, issuer: &Certificate, serial: &[u8]) -> Result<Self, der::Error> {
        let (name_hash, key_hash) = hash.of_issuer(issuer);
        // The parameters are NULL, as most write them.
        let algorithm = sequence(&[&hash.oid().to_der()?, &AnyRef::NULL.to_der()?])?;
        let der = sequence(&[&algorithm, &octets(&name_hash)?, &octets(&key_hash)?, &unsigned(serial)?])?;
        Ok(Self { der, hash: hash.oid(), name_hash, key_hash, serial: serial.to_vec() })
    }

    /// Reads an encoded one.
    pub(super) fn read(der: &[u8]) -> Result<Self, der::Error> {
        let mut fields = Fields::of(der)?;
        let hash = {
            let mut algorithm = fields.sequence()?;
            let oid = algorithm.oid()?;
            algorithm.optional(Tag::Null)?;
            algorithm.finish()?;
            oid
        };
        let name_hash = fields.take(Tag::OctetString)?.value().to_vec();
        let key_hash = fields.take(Tag::OctetString)?.value().to_vec();
        let serial = fields.serial()?;
        fields.finish()?;
        Ok(Self { der: der.to_vec(), hash, name_hash, key_hash, serial })
    }

    /// As it came, or as it is sent.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The hash it names the issuer by; `None` for one that is not supported.
    pub fn hash(&self) -> Option<IdHash> {
        IdHash::ALL.into_iter().find(|hash| hash.oid() == self.hash)
    }

    /// The hash of the issuer's name.
    pub fn name_hash(&self) -> &[u8] {
        &self.name_hash
    }

    /// The hash of the issuer's key.
    pub fn key_hash(&self) -> &[u8] {
        &self.key_hash
    }

    /// The serial number, as [`Certificate::serial`] shows it.
    pub fn serial(&self) -> &[u8] {
        &self.serial
    }
}

impl PartialEq for CertId {
    fn eq(&self, other: &Self) -> bool {
        self.hash == other.hash
            && self.name_hash == other.name_hash
            && self.key_hash == other.key_hash
            && self.serial == other.serial
    }
}

impl Eq for CertId {}

impl Hash for CertId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.serial.hash(state);
    }
}
