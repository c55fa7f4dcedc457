//! The contract that an eMSP made with its own PKI, before it is signed.

use super::KeyCarrier;
use crate::fields::{Body, Fields};
use crate::ids::{Emaid, Pcid};
use crate::schema::{Described, Kind, Member, Schema};
use crate::{Base64Bytes, CertificateChain, IsoVersion, values};
use serde::Serialize;

/// A contract certificate, its chain, and its key as only the car can unwrap it (`contractCertificateBundle.v1`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ContractCertificateBundle {
    /// The car. With it the signed data are stored, without it they are only signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pcid: Option<Pcid>,
    /// The contract, which the leaf names as its common name.
    pub emaid: Emaid,
    /// The contract certificate and its sub CAs.
    pub contract_certificate_chain: CertificateChain,
    /// The contract key, wrapped for the car.
    pub contract_signature_encrypted_private_key: Base64Bytes,
    /// The ephemeral public key of the key agreement.
    #[serde(rename = "dHpublickey")]
    pub dh_public_key: Base64Bytes,
}

const KEY: [&str; 1] = ["contractSignatureEncryptedPrivateKey"];
const DH_KEY: [&str; 3] = ["dHpublickey", "dHPublicKey", "DHpublickey"];

impl ContractCertificateBundle {
    /// The element that the wrapped key goes into in a message of this edition.
    ///
    /// # Errors
    /// What is wrong with the lengths of wrapped key and DH key, each with its name.
    pub fn carrier(&self, version: IsoVersion) -> Result<KeyCarrier, Vec<String>> {
        let key = self.contract_signature_encrypted_private_key.as_bytes().len();
        let dh_key = self.dh_public_key.as_bytes().len();
        KeyCarrier::of(version, key, dh_key).map_err(|(key, dh_key)| {
            let key = key.map(|rule| format!("contractSignatureEncryptedPrivateKey : {rule}"));
            key.into_iter().chain(dh_key.map(|rule| format!("dHpublickey : {rule}"))).collect()
        })
    }
}

impl Body for ContractCertificateBundle {
    /// The schema has the wrapped key and the public key beside the chain, its example has them inside: both are read.
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let pcid = fields.optional(&["pcid"], values::pcid);
        let emaid = fields.required(&["emaid"], values::emaid);
        let (mut key, mut dh_key) = (None, None);
        let chain = fields.nested(&["contractCertificateChain"], |chain| {
            key = chain.optional(&KEY, values::base64);
            dh_key = chain.optional(&DH_KEY, values::base64);
            CertificateChain::read(chain, "contractCertificate")
        });
        let key = fields.optional(&KEY, values::base64).or(key).or_else(|| fields.required(&KEY, values::base64));
        let dh_key =
            fields.optional(&DH_KEY, values::base64).or(dh_key).or_else(|| fields.required(&DH_KEY, values::base64));
        Some(Self {
            pcid,
            emaid: emaid?,
            contract_certificate_chain: chain?,
            contract_signature_encrypted_private_key: key?,
            dh_public_key: dh_key?,
        })
    }
}

impl Described for ContractCertificateBundle {
    const SCHEMA: &'static Schema = &Schema {
        name: "ContractCertificateBundle",
        about: "Contract data that an eMSP made, unsigned. The keys may stand inside the chain as well.",
        members: &[
            Member::optional("pcid", Kind::Pcid)
                .about("The car. Without it the data are signed and not put into the pool (B18)."),
            Member::required("emaid", Kind::Emaid).about("The contract."),
            Member::required("contractCertificateChain", Kind::Object(CertificateChain::SCHEMA)),
            Member::required("contractSignatureEncryptedPrivateKey", Kind::Base64)
                .about("The private key of the contract, wrapped for the car."),
            Member::required("dHpublickey", Kind::Base64)
                .also(&["dHPublicKey", "DHpublickey"])
                .about("The ephemeral public key that it was wrapped with."),
        ],
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::{Problems, parse_body};
    use serde_json::{Value, json};

    fn bundle() -> Value {
        json!({
            "emaid": "DE-8AA-001234567",
            "contractCertificateChain": {"certificate": "AQ==", "subCa1Certificate": "Ag=="},
            "contractSignatureEncryptedPrivateKey": "Aw==",
            "dHpublickey": "BA==",
        })
    }

    fn read(body: &Value) -> Result<ContractCertificateBundle, Problems> {
        parse_body(body.to_string().as_bytes())
    }

    /// B6: three spellings are read, one is written.
    #[test]
    fn every_spelling_of_the_dh_key() {
        for name in ["dHpublickey", "dHPublicKey", "DHpublickey"] {
            let mut body = bundle();
            let key = body.as_object_mut().unwrap().remove("dHpublickey").unwrap();
            body[name] = key;
            assert_eq!(serde_json::to_value(read(&body).unwrap()).unwrap(), bundle());
        }
    }

    /// The official example has the keys inside the chain, the schema beside it.
    #[test]
    fn keys_inside_the_chain() {
        let mut body = bundle();
        for name in ["contractSignatureEncryptedPrivateKey", "dHpublickey"] {
            let key = body.as_object_mut().unwrap().remove(name).unwrap();
            body["contractCertificateChain"][name] = key;
        }
        assert_eq!(serde_json::to_value(read(&body).unwrap()).unwrap(), bundle());
        body["contractCertificateChain"]["dHpublickey"] = json!(null);
        assert_eq!(read(&body).unwrap_err(), ["dHpublickey : is required"]);
    }

    /// B18: the PCID is optional, and a wrong one is wrong all the same.
    #[test]
    fn the_pcid_is_optional() {
        assert_eq!(read(&bundle()).unwrap().pcid, None);
        let mut body = bundle();
        body["pcid"] = json!("DEHUBCOPNCPROVCER");
        assert_eq!(read(&body).unwrap().pcid.unwrap().key(), "DEHUBCOPNCPROVCER");
        body["pcid"] = json!("");
        assert_eq!(read(&body).unwrap_err(), [r#"pcid : must match "^[a-zA-Z0-9]{17,18}$""#]);
    }

    /// Contract data of ISO 15118-2 are refused for -20, and the reverse, each value by its name.
    #[test]
    fn lengths_follow_the_edition() {
        let mut bundle = read(&bundle()).unwrap();
        for (version, other) in [(IsoVersion::Iso2, (94, 133)), (IsoVersion::Iso20, (48, 65))] {
            bundle.contract_signature_encrypted_private_key = vec![0; other.0].into();
            bundle.dh_public_key = vec![0; other.1].into();
            let problems = bundle.carrier(version).unwrap_err();
            assert!(problems.iter().any(|problem| problem.starts_with("dHpublickey : must have ")), "{problems:?}");
        }
        assert_eq!(bundle.carrier(IsoVersion::Iso2), Ok(KeyCarrier::Iso2));
    }

    #[test]
    fn all_problems_at_once() {
        let body = json!({
            "emaid": "DE", "contractCertificateChain": {"certificate": "."}, "contractSignatureEncryptedPrivateKey": "",
            "dHPublicKey": "%%",
        });
        assert_eq!(
            read(&body).unwrap_err(),
            [
                r#"emaid : must match "^[A-Za-z]{2}[-]?\w{3}[-]?\w{9,28}[-]?(\w{1})?$""#,
                "Invalid certificate format on contractCertificate",
                "contractCertificateChain.subCa1Certificate : is required",
                "contractSignatureEncryptedPrivateKey : must be base64 of at least one byte",
                "dHPublicKey : must be base64 of at least one byte",
            ]
        );
    }
}
