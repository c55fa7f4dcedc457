//! A certificate chain without its root, as three services carry it.

use crate::fields::Fields;
use crate::schema::{Kind, Member, Schema};
use crate::{CertificateDer, values};
use serde::Serialize;

/// A leaf and its one or two sub CAs (`certificateChain.v1`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CertificateChain {
    /// The leaf.
    pub certificate: CertificateDer,
    /// The sub CA below the root; in a chain of one sub CA, that one.
    #[serde(rename = "subCa1Certificate")]
    pub sub_ca1: CertificateDer,
    /// The sub CA that issued the leaf, in a chain of two.
    #[serde(rename = "subCa2Certificate", skip_serializing_if = "Option::is_none")]
    pub sub_ca2: Option<CertificateDer>,
}

impl CertificateChain {
    /// Reads a chain; `leaf` is the name of the leaf in error texts. A lone sub CA may come under either name.
    pub(crate) fn read(fields: &mut Fields<'_>, leaf: &'static str) -> Option<Self> {
        const FIRST: [&str; 2] = ["subCa1Certificate", "subCA1Certificate"];
        let certificate = fields.required(&["certificate"], values::certificate(leaf));
        let sub_ca2 =
            fields.optional(&["subCa2Certificate", "subCA2Certificate"], values::certificate("subCa2Certificate"));
        let parse = values::certificate("subCa1Certificate");
        if let Some(lone) = sub_ca2.clone() {
            let (sub_ca1, sub_ca2) = match fields.optional(&FIRST, parse) {
                Some(sub_ca1) => (sub_ca1, sub_ca2),
                None => (lone, None),
            };
            return Some(Self { certificate: certificate?, sub_ca1, sub_ca2 });
        }
        let sub_ca1 = fields.required(&FIRST, parse);
        Some(Self { certificate: certificate?, sub_ca1: sub_ca1?, sub_ca2: None })
    }

    /// The sub CAs, from the leaf's issuer up.
    pub fn sub_cas(&self) -> impl Iterator<Item = &CertificateDer> {
        self.sub_ca2.iter().chain([&self.sub_ca1])
    }
}

impl CertificateChain {
    /// What it looks like.
    pub const SCHEMA: &'static Schema = &Schema {
        name: "CertificateChain",
        about: "A leaf and the CAs above it, without the root. A lone sub CA may come under either name.",
        members: &[
            Member::required("certificate", Kind::Certificate).about("The leaf."),
            Member::required("subCa1Certificate", Kind::Certificate)
                .also(&["subCA1Certificate", "subCa2Certificate", "subCA2Certificate"])
                .about("The sub CA next to the root."),
            Member::optional("subCa2Certificate", Kind::Certificate)
                .also(&["subCA2Certificate"])
                .about("The sub CA next to the leaf, where there are two."),
        ],
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::{Body, Problems, parse_body};
    use serde_json::{Value, json};

    struct Vehicle(CertificateChain);

    impl Body for Vehicle {
        fn read(fields: &mut Fields<'_>) -> Option<Self> {
            CertificateChain::read(fields, "vehicleCertificate").map(Self)
        }
    }

    fn read(body: &Value) -> Result<CertificateChain, Problems> {
        parse_body(body.to_string().as_bytes()).map(|Vehicle(chain)| chain)
    }

    /// B3: both spellings are read, one is written.
    #[test]
    fn both_spellings_of_the_sub_cas() {
        let written = json!({"certificate": "AQ==", "subCa1Certificate": "Ag==", "subCa2Certificate": "Aw=="});
        for body in [
            written.clone(),
            json!({"certificate": "AQ==", "subCA1Certificate": "Ag==", "subCA2Certificate": "Aw=="}),
            json!({"certificate": "AQ==", "subCa1Certificate": null, "subCA1Certificate": "Ag==", "subCa2Certificate": "Aw==", "subCA2Certificate": "BA=="}),
        ] {
            assert_eq!(serde_json::to_value(read(&body).unwrap()).unwrap(), written);
        }
    }

    /// B13: chains of one sub CA, under either name.
    #[test]
    fn the_second_sub_ca_is_optional() {
        let one = json!({"certificate": "AQ==", "subCa1Certificate": "Ag=="});
        let chain = read(&one).unwrap();
        assert_eq!(chain.sub_cas().map(CertificateDer::as_bytes).collect::<Vec<_>>(), [[2]]);
        assert_eq!(serde_json::to_value(&chain).unwrap(), one);
        assert_eq!(read(&json!({"certificate": "AQ==", "subCa2Certificate": "Ag=="})).unwrap(), chain);
        let two =
            read(&json!({"certificate": "AQ==", "subCa1Certificate": "Ag==", "subCa2Certificate": "Aw=="})).unwrap();
        assert_eq!(two.sub_cas().map(CertificateDer::as_bytes).collect::<Vec<_>>(), [[3], [2]]);
    }

    #[test]
    fn every_wrong_certificate_has_its_official_text() {
        assert_eq!(
            read(&json!({"certificate": "*", "subCa1Certificate": 1, "subCA2Certificate": ""})).unwrap_err(),
            [
                "Invalid certificate format on vehicleCertificate",
                "Invalid certificate format on subCa2Certificate",
                "Invalid certificate format on subCa1Certificate",
            ]
        );
        assert_eq!(read(&json!({})).unwrap_err(), ["certificate : is required", "subCa1Certificate : is required"]);
    }
}
