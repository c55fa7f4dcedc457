//! Distinguished names.
//!
//! Two names are equal when their bytes are. Chains are built by [`Name::matches`], which is how X.509 compares. ISO 15118
//! asks for values and not for their order, and the order differs in the field: for that there is [`Name::same_set`].

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::OnceLock;

use der::asn1::{AnyRef, Ia5StringRef, ObjectIdentifier, PrintableStringRef, SetOfVec};
use der::{Any, Decode, Encode, Reader, SliceReader, Tag, Tagged};
use thiserror::Error;
use x509_cert::attr::AttributeTypeAndValue;

use super::CertificateError;
use super::canonical::canonical;

/// The attribute types that names of ISO 15118 use.
pub mod attribute {
    use der::asn1::ObjectIdentifier;

    /// `CN`
    pub const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
    /// `C`
    pub const COUNTRY: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.6");
    /// `O`
    pub const ORGANIZATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.10");
    /// `OU`
    pub const ORGANIZATIONAL_UNIT: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.11");
    /// `DC`
    pub const DOMAIN_COMPONENT: ObjectIdentifier = ObjectIdentifier::new_unwrap("0.9.2342.19200300.100.1.25");

    /// Short names, as texts write them.
    pub(super) const SHORT: [(&str, ObjectIdentifier); 5] = [
        ("CN", COMMON_NAME),
        ("C", COUNTRY),
        ("O", ORGANIZATION),
        ("OU", ORGANIZATIONAL_UNIT),
        ("DC", DOMAIN_COMPONENT),
    ];
}

/// One part of a name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Attribute {
    /// Which attribute.
    pub kind: ObjectIdentifier,
    /// Its text; `#` and the DER in hex when it is not text.
    pub value: String,
}

/// A distinguished name. Equality is that of the encoded bytes.
#[derive(Clone)]
pub struct Name {
    der: Vec<u8>,
    attributes: Vec<Attribute>,
    canonical: OnceLock<Vec<u8>>,
}

/// A name cannot be made of these values.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NameError {
    /// Nothing in it, or more than RFC 5280 allows.
    #[error("{kind} in a name must have 1 to 64 characters, {value:?} has not")]
    Length {
        /// The attribute's short name.
        kind: String,
        /// The value given.
        value: String,
    },
    /// A country is two letters.
    #[error("{0:?} is not a country of two letters (ISO 3166)")]
    Country(String),
    /// A domain component is ASCII.
    #[error("{0:?} is not a domain component: ASCII only")]
    DomainComponent(String),
}

impl Name {
    /// Makes a name of attributes, encoded one by one in this order.
    ///
    /// `C` becomes a PrintableString, `DC` an IA5String and everything else a UTF8String, as RFC 5280 asks.
    ///
    /// # Errors
    /// [`NameError`] for a value that its attribute cannot have.
    pub fn new(attributes: Vec<Attribute>) -> Result<Self, NameError> {
        let mut sets = Vec::with_capacity(attributes.len());
        for attribute in &attributes {
            let value = encode_value(attribute)?;
            let set = SetOfVec::try_from([AttributeTypeAndValue { oid: attribute.kind, value }]);
            sets.extend(set.ok());
        }
        // Short values only (checked above): the encoding cannot fail.
        Ok(Self { der: sets.to_der().unwrap_or_default(), attributes, canonical: OnceLock::new() })
    }

    /// Reads an encoded `Name`.
    pub(crate) fn from_der(der: &[u8]) -> Result<Self, CertificateError> {
        let mut attributes = Vec::new();
        let content = AnyRef::from_der(der)?;
        content.tag().assert_eq(Tag::Sequence).map_err(CertificateError::Der)?;
        let mut list = SliceReader::new(content.value())?;
        while !list.is_finished() {
            let set = list.decode::<AnyRef<'_>>()?;
            set.tag().assert_eq(Tag::Set).map_err(CertificateError::Der)?;
            let mut members = SliceReader::new(set.value())?;
            while !members.is_finished() {
                attributes.push(members.sequence(|member| {
                    let kind = ObjectIdentifier::decode(member)?;
                    let value = decode_value(AnyRef::decode(member)?)?;
                    Ok::<_, der::Error>(Attribute { kind, value })
                })?);
            }
        }
        Ok(Self { der: der.to_vec(), attributes, canonical: OnceLock::new() })
    }

    /// The encoded name.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// Its parts, as they are ordered in the encoding.
    pub fn attributes(&self) -> &[Attribute] {
        &self.attributes
    }

    /// Every value of an attribute, for example all domain components.
    pub fn all(&self, kind: ObjectIdentifier) -> impl Iterator<Item = &str> {
        self.attributes.iter().filter(move |attribute| attribute.kind == kind).map(|attribute| attribute.value.as_str())
    }

    /// The first value of an attribute.
    pub fn first(&self, kind: ObjectIdentifier) -> Option<&str> {
        self.all(kind).next()
    }

    /// Whether both are the same name as X.509 sees it (RFC 5280, 7.1): the same parts in the same order, whatever the kind
    /// of string, case and space.
    pub fn matches(&self, other: &Self) -> bool {
        self.der == other.der
            || self.attributes.len() == other.attributes.len() && self.canonical() == other.canonical()
    }

    /// The bytes that all names that match have in common.
    pub fn canonical(&self) -> &[u8] {
        // What was read once can be read again.
        self.canonical.get_or_init(|| canonical(&self.der).unwrap_or_else(|_| self.der.clone()))
    }

    /// Whether both names have the same parts, in whatever order and encoding.
    pub fn same_set(&self, other: &Self) -> bool {
        sorted(&self.attributes) == sorted(&other.attributes)
    }

    /// Whether `text` writes this name, in whatever order: `CN=Root,O=Org,C=DE,DC=V2G` (RFC 4514), with or without spaces.
    ///
    /// Cars name the roots they hold like this (`X509IssuerName`), and no two write them alike.
    pub fn is_written(&self, text: &str) -> bool {
        parse_text(text).is_some_and(|attributes| sorted(&attributes) == sorted(&self.attributes))
    }
}

fn sorted(attributes: &[Attribute]) -> Vec<&Attribute> {
    let mut sorted: Vec<_> = attributes.iter().collect();
    sorted.sort();
    sorted
}

fn encode_value(attribute: &Attribute) -> Result<Any, NameError> {
    let value = attribute.value.as_str();
    let length = || NameError::Length { kind: short_name(attribute.kind), value: value.to_owned() };
    if value.is_empty() || value.chars().count() > 64 {
        return Err(length());
    }
    let encoded = match attribute.kind {
        attribute::COUNTRY => {
            let letters = value.len() == 2 && value.bytes().all(|byte| byte.is_ascii_alphabetic());
            let value = PrintableStringRef::new(value).ok().filter(|_| letters);
            value.ok_or_else(|| NameError::Country(attribute.value.clone()))?.to_der()
        }
        attribute::DOMAIN_COMPONENT => {
            Ia5StringRef::new(value).map_err(|_| NameError::DomainComponent(value.to_owned()))?.to_der()
        }
        _ => value.to_der(),
    };
    encoded.and_then(|der| Any::from_der(&der)).map_err(|_| length())
}

/// The text of a value. Strings of the old kinds are read byte by byte, as everybody does.
fn decode_value(value: AnyRef<'_>) -> Result<String, der::Error> {
    text_of(value).map_or_else(|| Ok(format!("#{}", hex::encode(value.to_der()?))), Ok)
}

/// The same; `None` when it is not text.
pub(super) fn text_of(value: AnyRef<'_>) -> Option<String> {
    let bytes = value.value();
    match value.tag() {
        Tag::Utf8String | Tag::PrintableString | Tag::Ia5String | Tag::NumericString | Tag::VisibleString => {
            std::str::from_utf8(bytes).ok().map(str::to_owned)
        }
        Tag::TeletexString => Some(bytes.iter().copied().map(char::from).collect()),
        Tag::BmpString => {
            let (units, rest) = bytes.as_chunks::<2>();
            let units: Vec<u16> = units.iter().map(|unit| u16::from_be_bytes(*unit)).collect();
            String::from_utf16(&units).ok().filter(|_| rest.is_empty())
        }
        _ => None,
    }
}

fn short_name(kind: ObjectIdentifier) -> String {
    let known = attribute::SHORT.iter().find(|(_, oid)| *oid == kind);
    known.map_or_else(|| kind.to_string(), |(name, _)| (*name).to_owned())
}

/// Reads `K=V` parts with `,` between; `\` takes the next character as it is.
fn parse_text(text: &str) -> Option<Vec<Attribute>> {
    let mut parts = vec![String::new()];
    let mut escaped = false;
    for c in text.chars() {
        if c == ',' && !escaped {
            parts.push(String::new());
            continue;
        }
        escaped = c == '\\' && !escaped;
        if !escaped {
            parts.last_mut()?.push(c);
        }
    }
    parts
        .iter()
        .map(|part| {
            let (key, value) = part.split_once('=')?;
            let known = attribute::SHORT.iter().find(|(name, _)| name.eq_ignore_ascii_case(key.trim()));
            let kind = known.map(|(_, oid)| *oid).or_else(|| ObjectIdentifier::new(key.trim()).ok())?;
            Some(Attribute { kind, value: value.trim().to_owned() })
        })
        .collect()
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.der == other.der
    }
}

impl Eq for Name {}

impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.der.hash(state);
    }
}

/// The parts in the order of the encoding, as `CN=Root, O=Org, C=DE, DC=V2G`; commas in values are escaped. The alternate
/// form (`{:#}`) has no spaces behind the commas, as names in messages are written.
impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, attribute) in self.attributes.iter().enumerate() {
            let separator = match index {
                0 => "",
                _ if f.alternate() => ",",
                _ => ", ",
            };
            let value = attribute.value.replace('\\', "\\\\").replace(',', "\\,");
            write!(f, "{separator}{}={value}", short_name(attribute.kind))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Name({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(parts: &[(ObjectIdentifier, &str)]) -> Result<Name, NameError> {
        Name::new(parts.iter().map(|(kind, value)| Attribute { kind: *kind, value: (*value).to_owned() }).collect())
    }

    fn root() -> Name {
        use attribute::*;
        name(&[(COMMON_NAME, "Root"), (ORGANIZATION, "Org, Inc"), (COUNTRY, "DE"), (DOMAIN_COMPONENT, "V2G")]).unwrap()
    }

    #[test]
    fn written_and_read() {
        let root = root();
        assert_eq!(root.to_string(), "CN=Root, O=Org\\, Inc, C=DE, DC=V2G");
        assert_eq!(format!("{root:#}"), "CN=Root,O=Org\\, Inc,C=DE,DC=V2G");
        let read = Name::from_der(root.der()).unwrap();
        assert_eq!(read, root);
        assert_eq!(read.attributes(), root.attributes());
    }

    #[test]
    fn order_matters_for_chains_and_not_for_values() {
        let mut parts = root().attributes().to_vec();
        parts.reverse();
        let reversed = Name::new(parts).unwrap();
        assert_ne!(reversed, root());
        assert!(reversed.same_set(&root()));
        assert!(!name(&[(attribute::COMMON_NAME, "Root")]).unwrap().same_set(&root()));
    }

    #[test]
    fn texts_of_cars() {
        for text in ["CN=Root,O=Org\\, Inc,C=DE,DC=V2G", "DC=V2G, C=DE, O=Org\\, Inc, CN=Root", &root().to_string()] {
            assert!(root().is_written(text), "{text}");
        }
        for text in ["", "CN=Root", "CN=Root,O=Org, Inc,C=DE,DC=V2G", "CN=root,O=Org\\, Inc,C=DE,DC=V2G", "=,=,", "\\"]
        {
            assert!(!root().is_written(text), "{text}");
        }
    }

    #[test]
    fn values_that_do_not_fit() {
        use attribute::*;
        assert!(matches!(name(&[(COUNTRY, "D1")]), Err(NameError::Country(_))));
        assert!(matches!(name(&[(COUNTRY, "DEU")]), Err(NameError::Country(_))));
        assert!(matches!(name(&[(DOMAIN_COMPONENT, "V\u{dc}G")]), Err(NameError::DomainComponent(_))));
        assert!(matches!(name(&[(COMMON_NAME, "")]), Err(NameError::Length { .. })));
        assert!(matches!(name(&[(COMMON_NAME, &"x".repeat(65))]), Err(NameError::Length { .. })));
        assert!(name(&[(COMMON_NAME, &"\u{fc}".repeat(64))]).is_ok());
    }

    #[test]
    fn old_string_kinds() {
        let read = |hex: &str| decode_value(AnyRef::from_der(&hex::decode(hex).unwrap()).unwrap()).unwrap();
        assert_eq!(read("1402fc41"), "\u{fc}A");
        assert_eq!(read("1e0400fc0041"), "\u{fc}A");
        assert_eq!(read("1e0300fc00"), "#1e0300fc00");
        assert_eq!(read("0c01ff"), "#0c01ff");
    }
}
