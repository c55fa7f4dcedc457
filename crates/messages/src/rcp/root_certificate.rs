//! A root certificate of the pool, in requests and answers.

use super::RootTypes;
use crate::fields::{Body, Fields, Problem, wrong_kind};
use crate::ids::{Fingerprint, SerialNumber, SubjectKeyId};
use crate::schema::{Described, Kind, Member, Schema};
use crate::values::{self, one_of, string};
use crate::{CertificateDer, date};
use jiff::Timestamp;
use serde::{Serialize, Serializer};
use serde_json::Value;
use uuid::Uuid;

/// A root certificate and what is said of it (`rootCertificate.v1`).
///
/// Members marked _informative_ repeat what the certificate says: in answers they are derived from it, and what a request
/// says in them is not used. The fingerprint is informative too, except that a pool compares it when it is given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RootCertificate {
    /// The UUID that the pool gave it. Not used in requests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub root_certificate_id: Option<Uuid>,
    /// The certificate.
    pub ca_certificate: CertificateDer,
    /// What it is the anchor of.
    #[serde(flatten)]
    pub root_types: RootTypes,
    /// The certificate trust lists that recognise it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub root_ctl_list: Vec<Ctl>,
    /// The subject. Informative.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub distinguished_name: Option<String>,
    /// The subject's common name. Informative.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub common_name: Option<String>,
    /// The subject's organisation. Informative.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization_name: Option<String>,
    /// The key identifier; base64 on the wire. Informative.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "base64_key_id")]
    pub root_authority_key_identifier: Option<SubjectKeyId>,
    /// The serial number. Informative.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub root_issuer_serial_number: Option<SerialNumber>,
    /// Start of validity. Informative.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "date::serialize_option")]
    pub valid_from: Option<Timestamp>,
    /// End of validity. Informative.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "date::serialize_option")]
    pub valid_to: Option<Timestamp>,
    /// Where or what the revocation list is; the official file does not say which.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate_revocation_list: Option<String>,
    /// Cross-certificates, in a form that the official file leaves open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cross_certificate_pair: Option<String>,
    /// A labelled URI (RFC 2079).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labeled_uri: Option<String>,
    /// The SHA-256 hash of the certificate, confirmed over a second channel when it is in a request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<Fingerprint>,
    /// The peer whose root it is, in answers of a pool that recognises it and has not got it itself: an extension of ours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
}

/// A certificate trust list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub enum Ctl {
    /// The European list.
    #[serde(rename = "European CTL")]
    European,
    /// The American list.
    #[serde(rename = "American CTL")]
    American,
    /// None.
    #[serde(rename = "No CTL")]
    None,
}

impl Ctl {
    /// All values, as bodies carry them.
    pub const ALL: [Self; 3] = [Self::European, Self::American, Self::None];

    /// The value in bodies.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::European => "European CTL",
            Self::American => "American CTL",
            Self::None => "No CTL",
        }
    }

    /// Reads a name in any case; `EU`, `US` and `none` are short for the three.
    pub fn parse(text: &str) -> Option<Self> {
        let short = [("EU", Self::European), ("US", Self::American), ("none", Self::None)];
        let short = short.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(text)).map(|(_, ctl)| ctl);
        short.or_else(|| Self::ALL.into_iter().find(|ctl| ctl.as_str().eq_ignore_ascii_case(text)))
    }

    fn read(value: &Value) -> Result<Self, Problem> {
        let text = string(value)?;
        Self::parse(text).ok_or_else(|| one_of(&Self::ALL.map(Self::as_str), text))
    }

    /// A list, or one alone, as the official file puts the allowed values on the list itself.
    fn read_list(value: &Value) -> Result<Vec<Self>, Problem> {
        match value {
            Value::String(_) => Self::read(value).map(|ctl| vec![ctl]),
            Value::Array(entries) => entries.iter().map(Self::read).collect(),
            _ => Err(wrong_kind("a list of strings", value)),
        }
    }
}

impl RootCertificate {
    /// A request to put this certificate into the pool.
    pub fn new(ca_certificate: CertificateDer, root_types: RootTypes) -> Self {
        Self {
            root_certificate_id: None,
            ca_certificate,
            root_types,
            root_ctl_list: Vec::new(),
            distinguished_name: None,
            common_name: None,
            organization_name: None,
            root_authority_key_identifier: None,
            root_issuer_serial_number: None,
            valid_from: None,
            valid_to: None,
            certificate_revocation_list: None,
            cross_certificate_pair: None,
            labeled_uri: None,
            fingerprint: None,
            origin: None,
        }
    }
}

impl Body for RootCertificate {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let root_certificate_id = fields.optional(&["rootCertificateId"], values::uuid);
        let ca_certificate = fields.required(&["caCertificate"], values::certificate("caCertificate"));
        let root_types = RootTypes::read(fields);
        let root_ctl_list = fields.optional(&["rootCtlList"], Ctl::read_list).unwrap_or_default();
        let distinguished_name = fields.optional(&["distinguishedName"], values::text);
        let common_name = fields.optional(&["commonName"], values::text);
        let organization_name = fields.optional(&["organizationName"], values::text);
        let root_authority_key_identifier = fields.optional(&["rootAuthorityKeyIdentifier"], values::key_id);
        let root_issuer_serial_number = fields.optional(&["rootIssuerSerialNumber"], values::serial_number);
        let valid_from = fields.optional(&["validFrom"], values::date);
        let valid_to = fields.optional(&["validTo"], values::date);
        let certificate_revocation_list = fields.optional(&["certificateRevocationList"], values::text);
        let cross_certificate_pair = fields.optional(&["crossCertificatePair"], values::text);
        let labeled_uri = fields.optional(&["labeledUri"], values::text);
        let fingerprint = fields.optional(&["fingerprint"], values::fingerprint);
        let origin = fields.optional(&["origin"], values::text);
        Some(Self {
            root_certificate_id,
            ca_certificate: ca_certificate?,
            root_types: root_types?,
            root_ctl_list,
            distinguished_name,
            common_name,
            organization_name,
            root_authority_key_identifier,
            root_issuer_serial_number,
            valid_from,
            valid_to,
            certificate_revocation_list,
            cross_certificate_pair,
            labeled_uri,
            fingerprint,
            origin,
        })
    }
}

const ROOT_TYPE: Kind = Kind::OneOf(&["V2G", "eMSP", "OEM", "PE"]);

impl Described for RootCertificate {
    const SCHEMA: &'static Schema = &Schema {
        name: "RootCertificate",
        about: "A root certificate and what is said of it. Informative members repeat the certificate: in answers they are derived from it, in requests they are not used.",
        members: &[
            Member::optional("rootCertificateId", Kind::Uuid)
                .about("The id that the pool gave it; not used in requests."),
            Member::required("caCertificate", Kind::Certificate).about("The certificate."),
            Member::required("rootType", ROOT_TYPE)
                .also(&["rootTypeList"])
                .about("What it is the anchor of; a list is read as well."),
            Member::optional("rootTypeList", Kind::Values(&ROOT_TYPE)).about("Everything that it is the anchor of."),
            Member::optional("rootCtlList", Kind::Values(&Kind::OneOf(&["European CTL", "American CTL", "No CTL"])))
                .about("The certificate trust lists that recognise it."),
            Member::optional("distinguishedName", Kind::Text).about("The subject. Informative."),
            Member::optional("commonName", Kind::Text).about("The subject's common name. Informative."),
            Member::optional("organizationName", Kind::Text).about("The subject's organisation. Informative."),
            Member::optional("rootAuthorityKeyIdentifier", Kind::KeyId).about("Base64. Informative."),
            Member::optional("rootIssuerSerialNumber", Kind::SerialNumber).about("Informative."),
            Member::optional("validFrom", Kind::Date).about("Informative."),
            Member::optional("validTo", Kind::Date).about("Informative."),
            Member::optional("certificateRevocationList", Kind::Text),
            Member::optional("crossCertificatePair", Kind::Text),
            Member::optional("labeledUri", Kind::Text).about("A labelled URI (RFC 2079)."),
            Member::optional("fingerprint", Kind::Fingerprint)
                .about("SHA-256 of the certificate, confirmed over a second channel. Compared when it is given."),
            Member::optional("origin", Kind::Text).about(
                "In answers, the ecosystem whose root it is, when it is recognised here and not in this pool. Ours.",
            ),
        ],
    };
}

fn base64_key_id<S: Serializer>(id: &Option<SubjectKeyId>, serializer: S) -> Result<S::Ok, S::Error> {
    id.as_ref().map(SubjectKeyId::to_base64).serialize(serializer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::{Problems, parse_body};
    use crate::{IsoVersion, RootType};
    use serde_json::json;

    fn read(body: &Value) -> Result<RootCertificate, Problems> {
        parse_body(body.to_string().as_bytes())
    }

    /// B2: `rootType` as a string or list, `rootTypeList`, any case, `MO`; both are written.
    #[test]
    fn every_spelling_of_the_types() {
        let both = RootTypes::new([RootType::Oem, RootType::Emsp]).unwrap();
        for types in [
            json!({"rootTypeList": ["OEM", "eMSP"]}),
            json!({"rootType": ["oem", "mo"]}),
            json!({"rootType": "MO", "rootTypeList": ["Oem"]}),
            json!({"rootType": "eMSP", "rootTypeList": ["eMSP", "OEM", "MO"]}),
        ] {
            let mut body = types.clone();
            body["caCertificate"] = json!("AQ==");
            let root = read(&body).unwrap();
            assert_eq!(root.root_types, both, "{types}");
            let written = serde_json::to_value(&root).unwrap();
            assert_eq!(written["rootType"], "eMSP");
            assert_eq!(written["rootTypeList"], json!(["eMSP", "OEM"]));
        }
        let single = read(&json!({"caCertificate": "AQ==", "rootTypeList": "pe"})).unwrap();
        assert_eq!(single.root_types.iter().collect::<Vec<_>>(), [RootType::Pe]);
        assert!(single.root_types.contains(RootType::Pe) && !single.root_types.contains(RootType::V2g));
    }

    #[test]
    fn wrong_types_of_a_root() {
        for (types, expected) in [
            (json!({}), vec!["rootType : is required"]),
            (json!({"rootType": null, "rootTypeList": []}), vec!["rootTypeList : must have at least one type"]),
            (json!({"rootType": 1}), vec!["rootType : must be a string or a list of strings, not a number"]),
            (
                json!({"rootType": ["V2G", "CPS"]}),
                vec![r#"rootType : must be one of "V2G", "eMSP", "OEM", "PE", not "CPS""#],
            ),
            (
                json!({"rootType": "CPO", "rootTypeList": [5]}),
                vec![
                    r#"rootType : must be one of "V2G", "eMSP", "OEM", "PE", not "CPO""#,
                    "rootTypeList : must be a string, not a number",
                ],
            ),
        ] {
            let mut body = types;
            body["caCertificate"] = json!("AQ==");
            assert_eq!(read(&body).unwrap_err(), expected, "{body}");
        }
    }

    /// B4: the limit is on DER bytes, so base64 of more than 800 characters is read.
    #[test]
    fn base64_of_a_large_certificate() {
        let der = vec![0x30; IsoVersion::Iso20.max_certificate_size()];
        let body = json!({"caCertificate": CertificateDer::from(der.clone()), "rootType": "V2G"});
        assert_eq!(read(&body).unwrap().ca_certificate.as_bytes(), der);
    }

    /// B7: the key identifier is base64 here, and read in either form.
    #[test]
    fn key_identifier() {
        for text in ["S0X/giX8EJY=", "4b:45:ff:82:25:fc:10:96"] {
            let root =
                read(&json!({"caCertificate": "AQ==", "rootType": "V2G", "rootAuthorityKeyIdentifier": text})).unwrap();
            assert_eq!(serde_json::to_value(&root).unwrap()["rootAuthorityKeyIdentifier"], "S0X/giX8EJY=");
        }
    }

    #[test]
    fn all_problems_at_once() {
        let body = json!({
            "rootCertificateId": "1", "caCertificate": "%", "rootCtlList": ["Lunar CTL"], "distinguishedName": 1,
            "rootAuthorityKeyIdentifier": "?", "rootIssuerSerialNumber": "?", "validFrom": "yesterday", "fingerprint": "00",
        });
        assert_eq!(read(&body).unwrap_err().len(), 9);
        assert_eq!(
            read(&json!({"caCertificate": "AQ==", "rootType": "V2G", "rootCtlList": "no ctl"})).unwrap().root_ctl_list,
            [Ctl::None]
        );
    }
}
