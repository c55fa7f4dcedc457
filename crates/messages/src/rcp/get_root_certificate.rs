//! The answer to GetRootCertificate.

use super::RootCertificate;
use crate::fields::{Body, Fields};
use crate::schema::{Described, Kind, Member, Schema};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

/// One root certificate.
///
/// The official file calls the member `roootCertificate`, with three o's; it is written under that name and the right one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetRootCertificateRes {
    /// The root.
    pub root_certificate: RootCertificate,
}

impl Body for GetRootCertificateRes {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let root_certificate = fields.nested(&["rootCertificate", "roootCertificate"], RootCertificate::read)?;
        Some(Self { root_certificate })
    }
}

impl Described for GetRootCertificateRes {
    const SCHEMA: &'static Schema = &Schema {
        name: "GetRootCertificateRes",
        about: "One root certificate, under the name of the official file and under the right one (B1).",
        members: &[
            Member::required("rootCertificate", Kind::Object(RootCertificate::SCHEMA))
                .also(&["roootCertificate"])
                .about("The root."),
            Member::optional("roootCertificate", Kind::Object(RootCertificate::SCHEMA))
                .about("The same, as the official file spells it."),
        ],
    };
}

impl Serialize for GetRootCertificateRes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_map(Some(2))?;
        members.serialize_entry("rootCertificate", &self.root_certificate)?;
        members.serialize_entry("roootCertificate", &self.root_certificate)?;
        members.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse_body;
    use serde_json::json;

    /// B1: both spellings are written, either is read.
    #[test]
    fn both_spellings() {
        let root = json!({"caCertificate": "AQ==", "rootType": "V2G", "rootTypeList": ["V2G"]});
        let both = json!({"rootCertificate": root, "roootCertificate": root});
        for name in ["rootCertificate", "roootCertificate"] {
            let read: GetRootCertificateRes = parse_body(json!({name: root}).to_string().as_bytes()).unwrap();
            assert_eq!(serde_json::to_value(&read).unwrap(), both);
        }
    }
}
