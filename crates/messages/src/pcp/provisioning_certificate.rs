//! The provisioning certificate of a car, in requests and answers.

use crate::fields::{Body, Fields};
use crate::ids::{Fingerprint, Pcid, SerialNumber, SubjectKeyId};
use crate::schema::{Described, Kind, Member, Schema};
use crate::{CertificateChain, IsoVersion, values};
use serde::Serialize;

/// A car's provisioning certificate with its chain (`provisioningCertificateChainData.v1`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProvisioningCertificateData {
    /// The leaf, whose common name is the PCID, and its sub CAs.
    pub provisioning_certificate_chain: CertificateChain,
    /// The edition that the car speaks. ISO 15118-2 when it is not said.
    #[serde(rename = "xsdMsgDefNamespace")]
    pub iso_version: IsoVersion,
    /// The serial number of the root. Deprecated: the root follows from the chain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub root_issuer_serial_number: Option<SerialNumber>,
    /// The key identifiers of the V2G roots in the car, each once; none when the OEM does not say.
    #[serde(rename = "v2gRootAuthorityKeyIdentifiers", skip_serializing_if = "Vec::is_empty")]
    pub v2g_root_key_ids: Vec<SubjectKeyId>,
    /// The key identifier of the OEM root. Informative.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub root_authority_key_identifier: Option<SubjectKeyId>,
    /// The SHA-256 hash of the leaf. Informative.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<Fingerprint>,
    /// The PCID that the car had before. Kept and returned; nothing moves with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_pcid: Option<Pcid>,
}

impl ProvisioningCertificateData {
    /// A request to publish this chain.
    pub fn new(provisioning_certificate_chain: CertificateChain, iso_version: IsoVersion) -> Self {
        Self {
            provisioning_certificate_chain,
            iso_version,
            root_issuer_serial_number: None,
            v2g_root_key_ids: Vec::new(),
            root_authority_key_identifier: None,
            fingerprint: None,
            previous_pcid: None,
        }
    }
}

impl Body for ProvisioningCertificateData {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let chain = fields
            .nested(&["provisioningCertificateChain"], |chain| CertificateChain::read(chain, "vehicleCertificate"));
        let iso_version = fields.optional(&["xsdMsgDefNamespace"], values::iso_version);
        let root_issuer_serial_number = fields.optional(&["rootIssuerSerialNumber"], values::serial_number);
        let key_ids = fields.list(&["v2gRootAuthorityKeyIdentifiers"], values::key_id);
        let root_authority_key_identifier = fields.optional(&["rootAuthorityKeyIdentifier"], values::key_id);
        let fingerprint = fields.optional(&["fingerprint"], values::fingerprint);
        let previous_pcid = fields.optional(&["previousPcid"], values::previous_pcid);
        Some(Self {
            provisioning_certificate_chain: chain?,
            iso_version: iso_version.unwrap_or(IsoVersion::Iso2),
            root_issuer_serial_number,
            v2g_root_key_ids: each_once(key_ids),
            root_authority_key_identifier,
            fingerprint,
            previous_pcid,
        })
    }
}

impl Described for ProvisioningCertificateData {
    const SCHEMA: &'static Schema = &Schema {
        name: "ProvisioningCertificateData",
        about: "The provisioning certificate of a car.",
        members: &[
            Member::required("provisioningCertificateChain", Kind::Object(CertificateChain::SCHEMA)),
            Member::optional("xsdMsgDefNamespace", Kind::IsoVersion)
                .about("The edition that the certificate is made for; the certificate decides."),
            Member::optional("rootIssuerSerialNumber", Kind::SerialNumber).about("Informative."),
            Member::optional("v2gRootAuthorityKeyIdentifiers", Kind::Values(&Kind::KeyId))
                .about("The key identifiers of the V2G roots in the car."),
            Member::optional("rootAuthorityKeyIdentifier", Kind::KeyId)
                .about("The key identifier of the OEM root. Informative."),
            Member::optional("fingerprint", Kind::Fingerprint).about("SHA-256 of the leaf. Informative."),
            Member::optional("previousPcid", Kind::Pcid)
                .about("The PCID that the car had before. Kept and returned; nothing moves with it."),
        ],
    };
}

fn each_once(key_ids: Vec<SubjectKeyId>) -> Vec<SubjectKeyId> {
    let mut seen = std::collections::BTreeSet::new();
    key_ids.into_iter().filter(|id| seen.insert(id.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::{Problems, parse_body};
    use serde_json::{Value, json};

    fn read(body: &Value) -> Result<ProvisioningCertificateData, Problems> {
        parse_body(body.to_string().as_bytes())
    }

    fn chain() -> Value {
        json!({"certificate": "AQ==", "subCa1Certificate": "Ag=="})
    }

    /// B12: only the chain is required.
    #[test]
    fn only_the_chain_is_required() {
        let data = read(&json!({"provisioningCertificateChain": chain()})).unwrap();
        assert_eq!(data.iso_version, IsoVersion::Iso2);
        assert_eq!(read(&json!({"previousPcid": null})).unwrap_err(), ["provisioningCertificateChain : is required"]);
    }

    /// B7: the key identifiers are written in colon hex here, and read in either form; B11: the previous PCID stays.
    #[test]
    fn key_identifiers_and_the_previous_pcid() {
        let data = read(&json!({
            "provisioningCertificateChain": chain(),
            "v2gRootAuthorityKeyIdentifiers": ["S0X/giX8EJY=", "4B:45:FF:82:25:FC:10:96", "01:02"],
            "rootAuthorityKeyIdentifier": "S0X/giX8EJY=",
            "previousPcid": "DEhubcopncprovcer",
        }))
        .unwrap();
        let written = serde_json::to_value(&data).unwrap();
        assert_eq!(written["v2gRootAuthorityKeyIdentifiers"], json!(["4b:45:ff:82:25:fc:10:96", "01:02"]));
        assert_eq!(written["rootAuthorityKeyIdentifier"], "4b:45:ff:82:25:fc:10:96");
        assert_eq!(written["previousPcid"], "DEhubcopncprovcer");
    }

    #[test]
    fn all_problems_at_once() {
        let body = json!({
            "provisioningCertificateChain": {"certificate": "-", "subCA1Certificate": "-", "subCa2Certificate": "-"},
            "xsdMsgDefNamespace": "urn:iso:15118:3",
            "rootIssuerSerialNumber": "",
            "v2gRootAuthorityKeyIdentifiers": ["01:02", "?"],
            "rootAuthorityKeyIdentifier": 1,
            "fingerprint": "ff",
            "previousPcid": "short",
        });
        let problems = read(&body).unwrap_err();
        assert_eq!(problems.len(), 9, "{problems:?}");
        for text in [
            "Invalid certificate format on vehicleCertificate",
            "Invalid certificate format on subCa1Certificate",
            "Invalid certificate format on subCa2Certificate",
            r#"previousPcid : must match "^[a-zA-Z0-9]{17,18}$""#,
        ] {
            assert!(problems.iter().any(|problem| problem == text), "{text}");
        }
        assert!(
            problems.iter().any(|problem| problem.starts_with("v2gRootAuthorityKeyIdentifiers[1] : must be a key"))
        );
    }
}
