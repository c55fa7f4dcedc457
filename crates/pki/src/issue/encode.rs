//! A draft as DER (RFC 5280, 4.1 and 4.2).

use const_oid::AssociatedOid;
use const_oid::db::rfc6960::ID_PKIX_OCSP_NOCHECK;
use der::asn1::{AnyRef, BitStringRef, Ia5String, OctetString, UintRef};
use der::flagset::FlagSet;
use der::{Decode, Encode, Sequence};
use spki::AlgorithmIdentifierRef;
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::crl::dp::DistributionPoint;
use x509_cert::ext::pkix::name::{DistributionPointName, GeneralName};
use x509_cert::ext::pkix::{
    AccessDescription, AuthorityInfoAccessSyntax, AuthorityKeyIdentifier, BasicConstraints, CrlDistributionPoints,
    ExtendedKeyUsage, KeyUsage, SubjectKeyIdentifier,
};
use x509_cert::time::Validity;

use super::{Draft, Urls};
use crate::certificate::{Certificate, to_der_time};
use crate::key::Algorithm;
use crate::ocsp::OCSP_SIGNING;
use crate::profile::Level;

/// `TBSCertificate` of version 3.
#[derive(Sequence)]
struct SignedPart<'a> {
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    version: u8,
    serial: UintRef<'a>,
    algorithm: AlgorithmIdentifierRef<'a>,
    issuer: AnyRef<'a>,
    validity: Validity,
    subject: AnyRef<'a>,
    public_key: AnyRef<'a>,
    #[asn1(context_specific = "3", tag_mode = "EXPLICIT")]
    extensions: Vec<Extension>,
}

/// `Certificate`.
#[derive(Sequence)]
struct Signed<'a> {
    signed_part: AnyRef<'a>,
    algorithm: AlgorithmIdentifierRef<'a>,
    signature: BitStringRef<'a>,
}

pub(super) fn signed_part(draft: &Draft<'_>) -> Result<Vec<u8>, der::Error> {
    let unencodable = || der::Error::from(der::ErrorKind::DateTime);
    let not_before = to_der_time(draft.validity.not_before).ok_or_else(unencodable)?;
    let not_after = to_der_time(draft.validity.not_after).ok_or_else(unencodable)?;
    SignedPart {
        version: 2,
        serial: UintRef::new(draft.serial.as_bytes())?,
        algorithm: algorithm_identifier(draft.issuer.map_or(&draft.public_key, Certificate::public_key).algorithm()),
        issuer: AnyRef::from_der(draft.issuer.map_or(&draft.subject, Certificate::subject).der())?,
        validity: Validity::new(not_before, not_after),
        subject: AnyRef::from_der(draft.subject.der())?,
        public_key: AnyRef::from_der(&draft.public_key.to_spki())?,
        extensions: extensions(draft)?,
    }
    .to_der()
}

pub(super) fn with_signature(
    signed_part: &[u8],
    algorithm: Algorithm,
    signature: &[u8],
) -> Result<Vec<u8>, der::Error> {
    Signed {
        signed_part: AnyRef::from_der(signed_part)?,
        algorithm: algorithm_identifier(algorithm),
        signature: BitStringRef::from_bytes(signature)?,
    }
    .to_der()
}

/// Neither ECDSA nor Ed448 has parameters (RFC 5758, 3.2; RFC 8410, 3).
fn algorithm_identifier(algorithm: Algorithm) -> AlgorithmIdentifierRef<'static> {
    AlgorithmIdentifierRef { oid: algorithm.signature_oid(), parameters: None }
}

fn extensions(draft: &Draft<'_>) -> Result<Vec<Extension>, der::Error> {
    let profile = draft.profile;
    let key_id = draft.public_key.short_key_id();
    let issuer_id = draft.issuer.map_or(Some(key_id.as_slice()), Certificate::subject_key_id);
    let constraints = BasicConstraints { ca: profile.is_ca(), path_len_constraint: profile.path_length() };
    let usage = FlagSet::new(profile.key_usage.bits()).map_err(|_| der::ErrorKind::Failed)?;
    let authority = AuthorityKeyIdentifier {
        key_identifier: issuer_id.map(OctetString::new).transpose()?,
        ..AuthorityKeyIdentifier::default()
    };
    let mut extensions = vec![
        extension(&constraints, true)?,
        extension(&KeyUsage(usage), true)?,
        extension(&SubjectKeyIdentifier(OctetString::new(key_id)?), false)?,
        extension(&authority, false)?,
    ];
    if profile.level == Level::OcspResponder {
        extensions.push(extension(&ExtendedKeyUsage(vec![OCSP_SIGNING]), false)?);
        let no_check = OctetString::new(AnyRef::NULL.to_der()?)?;
        extensions.push(Extension { extn_id: ID_PKIX_OCSP_NOCHECK, critical: false, extn_value: no_check });
    }
    extensions.extend(access(&draft.urls)?);
    extensions.extend(distribution(&draft.urls)?);
    Ok(extensions)
}

fn extension<T: AssociatedOid + Encode>(value: &T, critical: bool) -> Result<Extension, der::Error> {
    Ok(Extension { extn_id: T::OID, critical, extn_value: OctetString::new(value.to_der()?)? })
}

fn access(urls: &Urls) -> Result<Option<Extension>, der::Error> {
    use const_oid::db::rfc5280::{ID_AD_CA_ISSUERS, ID_AD_OCSP};
    let described = [(ID_AD_OCSP, &urls.ocsp), (ID_AD_CA_ISSUERS, &urls.ca_issuers)];
    let mut descriptions = Vec::new();
    for (access_method, url) in described {
        if let Some(url) = url {
            descriptions.push(AccessDescription { access_method, access_location: location(url)? });
        }
    }
    if descriptions.is_empty() {
        Ok(None)
    } else {
        extension(&AuthorityInfoAccessSyntax(descriptions), false).map(Some)
    }
}

fn distribution(urls: &Urls) -> Result<Option<Extension>, der::Error> {
    let Some(url) = &urls.crl else { return Ok(None) };
    let point = DistributionPoint {
        distribution_point: Some(DistributionPointName::FullName(vec![location(url)?])),
        reasons: None,
        crl_issuer: None,
    };
    extension(&CrlDistributionPoints(vec![point]), false).map(Some)
}

fn location(url: &str) -> Result<GeneralName, der::Error> {
    Ok(GeneralName::UniformResourceIdentifier(Ia5String::new(url)?))
}
