//! What is allowed and yet worth telling: quirks that break other people's code.

use std::fmt;

use der::asn1::ObjectIdentifier;
use opnc_messages::IsoVersion;

use super::error::short_subject;
use crate::certificate::{Certificate, is_near_limit};

/// A quirk of a certificate that is accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// What it is.
    pub kind: WarningKind,
    /// The common name of the certificate.
    pub subject: String,
}

/// The kinds of quirks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WarningKind {
    /// The leaf's subject lacks the domain component that ISO 15118 asks for.
    MissingDomainComponent(&'static str),
    /// The leaf's domain component is one that ISO 15118 does not know.
    OtherDomainComponent(String),
    /// The root has an extended key usage, which some TLS stacks enforce on everything below.
    RootWithExtendedKeyUsage,
    /// The root lacks a subject key identifier: others cannot tell it from a namesake.
    RootWithoutKeyId,
    /// `cA FALSE` is written out, which DER forbids.
    ExplicitCaFalse,
    /// Above 90 % of the bytes that the chain's version of ISO 15118 allows, or above all of them.
    NearSizeLimit {
        /// How long the certificate is.
        length: usize,
        /// How long it may be.
        limit: usize,
    },
    /// An extension that Annex B of ISO 15118-20 does not define; it allows no others.
    UndefinedExtension(ObjectIdentifier),
    /// The name of the issuer is written with other kinds of strings, case or space than the issuer's own, which is this.
    OtherSpellingOfIssuer(String),
    /// The key identifier of the issuer is another form of the one that the issuer itself has.
    OtherFormOfKeyId {
        /// As the certificate has it, hexadecimal.
        written: String,
        /// As its issuer has it.
        own: String,
    },
    /// The certificate does not say which key of its issuer signed it.
    WithoutIssuerKeyId,
    /// The subject key identifier is the hash of the whole key structure, and not of the key alone.
    KeyIdOfWholeKey,
    /// On the path of this leaf there are key identifiers of 8 and of 20 bytes.
    KeyIdsOfSeveralLengths,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let subject = &self.subject;
        match &self.kind {
            WarningKind::MissingDomainComponent(expected) => {
                write!(f, "{subject:?} lacks DC={expected} in its subject")
            }
            WarningKind::OtherDomainComponent(found) => write!(f, "{subject:?} has DC={found}, unknown to ISO 15118"),
            WarningKind::RootWithExtendedKeyUsage => {
                write!(f, "the root {subject:?} has an extended key usage, which some TLS stacks apply to all below it")
            }
            WarningKind::RootWithoutKeyId => write!(f, "the root {subject:?} has no subject key identifier"),
            WarningKind::ExplicitCaFalse => write!(f, "{subject:?} writes cA FALSE out, which DER forbids"),
            WarningKind::NearSizeLimit { length, limit } => {
                write!(f, "{subject:?} has {length} bytes of DER; cars take {limit}")
            }
            WarningKind::UndefinedExtension(oid) => {
                write!(f, "{subject:?} has the extension {oid}, which ISO 15118-20 does not define")
            }
            WarningKind::OtherSpellingOfIssuer(own) => {
                write!(f, "{subject:?} spells its issuer otherwise than {own:?} does itself: who compares bytes fails")
            }
            WarningKind::OtherFormOfKeyId { written, own } => {
                write!(
                    f,
                    "{subject:?} names the key of its issuer {written}, the issuer itself {own}: many refuse that"
                )
            }
            WarningKind::WithoutIssuerKeyId => {
                write!(f, "{subject:?} has no authority key identifier: its issuer is found by name alone")
            }
            WarningKind::KeyIdOfWholeKey => {
                write!(
                    f,
                    "{subject:?} has a key identifier made of the whole key structure, where RFC 5280 hashes the key"
                )
            }
            WarningKind::KeyIdsOfSeveralLengths => {
                write!(f, "{subject:?} and the CAs above it have key identifiers of 8 and of 20 bytes")
            }
        }
    }
}

pub(crate) fn add(kind: WarningKind, certificate: &Certificate, warnings: &mut Vec<Warning>) {
    warnings.push(Warning { kind, subject: short_subject(certificate) });
}

/// Quirks that any certificate may have.
pub(super) fn of_any(certificate: &Certificate, version: IsoVersion, warnings: &mut Vec<Warning>) {
    if certificate.basic_constraints().is_some_and(|constraints| constraints.explicit_false) {
        add(WarningKind::ExplicitCaFalse, certificate, warnings);
    }
    let length = certificate.der().len();
    if is_near_limit(length, version) {
        let limit = version.max_certificate_size();
        add(WarningKind::NearSizeLimit { length, limit }, certificate, warnings);
    }
    if version == IsoVersion::Iso20 {
        for oid in &certificate.extensions().undefined {
            add(WarningKind::UndefinedExtension(*oid), certificate, warnings);
        }
    }
}

pub(super) fn of_root(certificate: &Certificate, version: IsoVersion, warnings: &mut Vec<Warning>) {
    of_any(certificate, version, warnings);
    if !certificate.extended_key_usage().is_empty() {
        add(WarningKind::RootWithExtendedKeyUsage, certificate, warnings);
    }
    if certificate.subject_key_id().is_none() {
        add(WarningKind::RootWithoutKeyId, certificate, warnings);
    }
}
