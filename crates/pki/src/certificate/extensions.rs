//! The extensions of a certificate (RFC 5280, 4.2) that ISO 15118 and the field use.

use der::asn1::{AnyRef, BitStringRef, ObjectIdentifier, OctetStringRef};
use der::{Decode, Reader, SliceReader, Tag};
use x509_cert::ext::pkix::name::{DistributionPointName, GeneralName};
use x509_cert::ext::pkix::{
    AuthorityInfoAccessSyntax, AuthorityKeyIdentifier, CrlDistributionPoints, SubjectAltName, SubjectInfoAccessSyntax,
};

use super::{CertificateError, KeyUsage};

/// What the extensions of a certificate say. Absent ones are `None` or empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Extensions {
    /// What the key may be used for.
    pub key_usage: Option<KeyUsage>,
    /// Whether this is a CA, and how long the path below it may be.
    pub basic_constraints: Option<BasicConstraints>,
    /// Purposes; ISO 15118 has none, some roots carry one.
    pub extended_key_usage: Vec<ObjectIdentifier>,
    /// Identifier of the subject's key, of any length.
    pub subject_key_id: Option<Vec<u8>>,
    /// Identifier of the issuer's key.
    pub authority_key_id: Option<Vec<u8>>,
    /// OCSP responders of the authority information access.
    pub ocsp_urls: Vec<String>,
    /// Where the issuer's certificate lies.
    pub ca_issuers_urls: Vec<String>,
    /// Where revocation lists lie.
    pub crl_urls: Vec<String>,
    /// DNS names of the subject alternative name; a PCID in some provisioning certificates.
    pub dns_names: Vec<String>,
    /// What the subject information access names. A cross-certificate of ISO 15118-20 has [`CROSS_CERTIFICATE`] there, for
    /// information.
    pub subject_info_access: Vec<ObjectIdentifier>,
    /// Extensions that neither ISO 15118-2 nor -20 defines, critical or not.
    pub undefined: Vec<ObjectIdentifier>,
    /// Nobody need ask whether this OCSP responder is revoked (`id-pkix-ocsp-nocheck`, RFC 6960, 4.2.2.2.1).
    pub ocsp_no_check: bool,
    /// Critical extensions that this crate cannot honour: a chain with one of them is refused.
    pub unknown_critical: Vec<ObjectIdentifier>,
}

/// The access method by which ISO 15118-20 marks a cross-certificate.
pub const CROSS_CERTIFICATE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.0.15118.20.0.6");

/// Basic constraints (RFC 5280, 4.2.1.9).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BasicConstraints {
    /// Whether the subject is a CA.
    pub ca: bool,
    /// How many CA certificates may follow below, not counting self-issued ones.
    pub path_length: Option<u32>,
    /// `cA FALSE` was written out, which DER forbids and a real contract certificate does.
    pub explicit_false: bool,
}

/// What the profiles of the standard know.
const DEFINED: [ObjectIdentifier; 7] = [
    SUBJECT_KEY_ID,
    KEY_USAGE,
    BASIC_CONSTRAINTS,
    CRL_DISTRIBUTION_POINTS,
    AUTHORITY_KEY_ID,
    AUTHORITY_INFO_ACCESS,
    SUBJECT_INFO_ACCESS,
];

const SUBJECT_KEY_ID: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.14");
const KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.15");
const SUBJECT_ALT_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.17");
const BASIC_CONSTRAINTS: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.19");
const CRL_DISTRIBUTION_POINTS: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.31");
/// Understood in that no policy is asked for, so that every policy is acceptable (RFC 5280, 6.1.1 (c)).
const CERTIFICATE_POLICIES: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.32");
const AUTHORITY_KEY_ID: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.35");
const EXTENDED_KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.37");
const AUTHORITY_INFO_ACCESS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.1.1");
const SUBJECT_INFO_ACCESS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.1.11");
const OCSP: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1");
const OCSP_NO_CHECK: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.5");
const CA_ISSUERS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.2");

impl Extensions {
    /// Reads the content of the `SEQUENCE OF Extension`.
    pub(super) fn read(content: &[u8]) -> Result<Self, CertificateError> {
        let mut list = SliceReader::new(content)?;
        let mut extensions = Self::default();
        let mut seen = Vec::new();
        while !list.is_finished() {
            let (oid, critical, value) = list.sequence(|extension| {
                let oid = ObjectIdentifier::decode(extension)?;
                // Written out even when FALSE by some.
                let critical = Tag::peek(extension)? == Tag::Boolean && bool::decode(extension)?;
                Ok::<_, der::Error>((oid, critical, <&OctetStringRef>::decode(extension)?.as_bytes()))
            })?;
            if seen.contains(&oid) {
                return Err(CertificateError::DuplicateExtension(oid));
            }
            seen.push(oid);
            if !DEFINED.contains(&oid) {
                extensions.undefined.push(oid);
            }
            extensions.take(oid, critical, value)?;
        }
        Ok(extensions)
    }

    fn take(&mut self, oid: ObjectIdentifier, critical: bool, value: &[u8]) -> Result<(), CertificateError> {
        let named = |name| move |source| CertificateError::Extension { name, source };
        match oid {
            SUBJECT_KEY_ID => {
                let id = <&OctetStringRef>::from_der(value).map_err(named("subjectKeyIdentifier"))?;
                self.subject_key_id = Some(id.as_bytes().to_vec());
            }
            KEY_USAGE => self.key_usage = Some(read_key_usage(value).map_err(named("keyUsage"))?),
            SUBJECT_ALT_NAME => {
                let names = SubjectAltName::from_der(value).map_err(named("subjectAltName"))?;
                self.dns_names = names.0.iter().filter_map(dns_name).collect();
            }
            BASIC_CONSTRAINTS => {
                self.basic_constraints = Some(read_basic_constraints(value).map_err(named("basicConstraints"))?);
            }
            CRL_DISTRIBUTION_POINTS => self.crl_urls = read_crl_urls(value).map_err(named("cRLDistributionPoints"))?,
            CERTIFICATE_POLICIES => {}
            AUTHORITY_KEY_ID => {
                let id = AuthorityKeyIdentifier::from_der(value).map_err(named("authorityKeyIdentifier"))?;
                self.authority_key_id = id.key_identifier.map(|id| id.as_bytes().to_vec());
            }
            EXTENDED_KEY_USAGE => {
                self.extended_key_usage = Vec::from_der(value).map_err(named("extKeyUsage"))?;
            }
            AUTHORITY_INFO_ACCESS => {
                let access = AuthorityInfoAccessSyntax::from_der(value).map_err(named("authorityInfoAccess"))?;
                for description in access.0 {
                    match description.access_method {
                        OCSP => self.ocsp_urls.extend(url(&description.access_location)),
                        CA_ISSUERS => self.ca_issuers_urls.extend(url(&description.access_location)),
                        _ => {}
                    }
                }
            }
            SUBJECT_INFO_ACCESS => {
                let access = SubjectInfoAccessSyntax::from_der(value).map_err(named("subjectInfoAccess"))?;
                self.subject_info_access = access.0.iter().map(|description| description.access_method).collect();
            }
            OCSP_NO_CHECK => self.ocsp_no_check = true,
            unknown if critical => self.unknown_critical.push(unknown),
            _ => {}
        }
        Ok(())
    }
}

fn read_basic_constraints(value: &[u8]) -> Result<BasicConstraints, der::Error> {
    AnyRef::from_der(value)?.sequence(|fields| {
        let mut constraints = BasicConstraints::default();
        if !fields.is_finished() && Tag::peek(fields)? == Tag::Boolean {
            constraints.ca = bool::decode(fields)?;
            constraints.explicit_false = !constraints.ca;
        }
        if !fields.is_finished() {
            constraints.path_length = Some(u32::decode(fields)?);
        }
        Ok(constraints)
    })
}

fn read_key_usage(value: &[u8]) -> Result<KeyUsage, der::Error> {
    let bits = BitStringRef::from_der(value)?;
    let mut usage = 0;
    for (index, set) in bits.bits().take(9).enumerate() {
        usage |= u16::from(set) << index;
    }
    Ok(KeyUsage::from_bits(usage))
}

fn read_crl_urls(value: &[u8]) -> Result<Vec<String>, der::Error> {
    let points = CrlDistributionPoints::from_der(value)?;
    let mut urls = Vec::new();
    for point in &points.0 {
        if let Some(DistributionPointName::FullName(names)) = &point.distribution_point {
            urls.extend(names.iter().filter_map(url));
        }
    }
    Ok(urls)
}

fn url(name: &GeneralName) -> Option<String> {
    match name {
        GeneralName::UniformResourceIdentifier(url) => Some(url.to_string()),
        _ => None,
    }
}

fn dns_name(name: &GeneralName) -> Option<String> {
    match name {
        GeneralName::DnsName(name) => Some(name.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use der::Encode;

    use super::*;

    #[test]
    fn basic_constraints_in_every_spelling() {
        let read = |hex| read_basic_constraints(&hex::decode(hex).unwrap());
        assert_eq!(read("3000").unwrap(), BasicConstraints::default());
        let explicit = BasicConstraints { explicit_false: true, ..BasicConstraints::default() };
        assert_eq!(read("3003010100").unwrap(), explicit);
        let first = BasicConstraints { ca: true, path_length: Some(1), explicit_false: false };
        assert_eq!(read("30060101ff020101").unwrap(), first);
        assert_eq!(read("30070101ff020203e8").unwrap().path_length, Some(1000));
        for wrong in ["", "30", "3001", "30030101", "3003010101", "30060101ff0201ff", "30090101ff0201010500", "300300"]
        {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn key_usage_bits() {
        let read = |hex| read_key_usage(&hex::decode(hex).unwrap());
        assert_eq!(read("03020106").unwrap(), KeyUsage::KEY_CERT_SIGN | KeyUsage::CRL_SIGN);
        assert_eq!(
            read("030203e8").unwrap().to_string(),
            "digitalSignature, nonRepudiation, keyEncipherment, keyAgreement"
        );
        assert_eq!(read("0303070080").unwrap().to_string(), "decipherOnly");
        assert!(read("0500").is_err());
    }

    #[test]
    fn an_extension_twice_is_refused_and_unknown_critical_ones_are_kept() {
        let unknown = hex::decode("300c06032a03040101ff04020500").unwrap();
        let extensions = Extensions::read(&unknown).unwrap();
        assert_eq!(extensions.unknown_critical, [ObjectIdentifier::new_unwrap("1.2.3.4")]);
        assert_eq!(extensions.undefined, extensions.unknown_critical);
        let twice = Extensions::read(&unknown.repeat(2)).unwrap_err();
        assert_eq!(twice, CertificateError::DuplicateExtension(ObjectIdentifier::new_unwrap("1.2.3.4")));
        let written_out = hex::decode("300c06032a03040101000402 0500".replace(' ', "")).unwrap();
        assert!(Extensions::read(&written_out).unwrap().unknown_critical.is_empty());
    }

    #[test]
    fn a_cross_certificate_may_say_so() {
        // subjectInfoAccess with one description: 1.0.15118.20.0.6 at the URI "http://x".
        let method = CROSS_CERTIFICATE.to_der().unwrap();
        let location = [&[0x86, 8][..], b"http://x"].concat();
        let tlv = |tag: u8, content: Vec<u8>| [&[tag, u8::try_from(content.len()).unwrap()][..], &content].concat();
        let syntax = tlv(0x30, tlv(0x30, [method, location].concat()));
        let extension = tlv(0x30, [SUBJECT_INFO_ACCESS.to_der().unwrap(), tlv(4, syntax)].concat());
        let extensions = Extensions::read(&extension).unwrap();
        assert_eq!(extensions.subject_info_access, [CROSS_CERTIFICATE]);
        assert!(extensions.undefined.is_empty() && extensions.unknown_critical.is_empty());
    }
}
