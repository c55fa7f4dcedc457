//! A certificate by hashes alone.

use super::HashAlgorithm;
use crate::fields::{Body, Fields, Problem};
use crate::ids::SerialNumber;
use crate::schema::{Described, Kind, Member, Schema};
use crate::values;
use serde::{Serialize, Serializer};

/// The longest serial number that is looked for; RFC 5280 allows 20 bytes.
const LONGEST_SERIAL: usize = 40;
/// The longest place that is asked.
const LONGEST_URL: usize = 2048;

/// What a charging station sends of a certificate in the place of it: `OCSPRequestDataType` of OCPP 2.0.1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CertificateHashData {
    /// How the hashes were made.
    pub hash_algorithm: HashAlgorithm,
    /// The hash of the issuer's name, DER.
    #[serde(serialize_with = "as_hex")]
    pub issuer_name_hash: Vec<u8>,
    /// The hash of the issuer's public key, without its frame.
    #[serde(serialize_with = "as_hex")]
    pub issuer_key_hash: Vec<u8>,
    /// The serial number of the certificate.
    pub serial_number: SerialNumber,
    /// Where its state can be asked for. Required by OCPP; where another way is known, it is not used.
    #[serde(rename = "responderURL", skip_serializing_if = "Option::is_none")]
    pub responder_url: Option<String>,
}

fn as_hex<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&hex::encode(bytes))
}

impl Body for CertificateHashData {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let hash_algorithm = fields.required(&["hashAlgorithm"], HashAlgorithm::read);
        let issuer_name_hash = fields.required(&["issuerNameHash"], values::hex);
        let issuer_key_hash = fields.required(&["issuerKeyHash"], values::hex);
        let serial_number = fields.required(&["serialNumber"], values::serial_number);
        let responder_url = fields.optional(&["responderURL", "responderUrl"], values::url);
        let found = Self {
            hash_algorithm: hash_algorithm?,
            issuer_name_hash: issuer_name_hash?,
            issuer_key_hash: issuer_key_hash?,
            serial_number: serial_number?,
            responder_url,
        };
        let length = found.hash_algorithm.length();
        for (name, hash) in [("issuerNameHash", &found.issuer_name_hash), ("issuerKeyHash", &found.issuer_key_hash)] {
            if hash.len() != length {
                let rule = format!("must have the {} digits of {}", 2 * length, found.hash_algorithm);
                fields.problem(name, Problem::about(rule));
            }
        }
        if found.serial_number.as_bytes().len() > LONGEST_SERIAL {
            let rule = format!("must have no more than {} digits", 2 * LONGEST_SERIAL);
            fields.problem("serialNumber", Problem::about(rule));
        }
        if found.responder_url.as_ref().is_some_and(|url| url.len() > LONGEST_URL) {
            fields.problem("responderURL", Problem::about(format!("must have no more than {LONGEST_URL} bytes")));
        }
        Some(found)
    }
}

impl HashAlgorithm {
    /// How many bytes its hashes have.
    pub fn length(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }
}

impl Described for CertificateHashData {
    const SCHEMA: &'static Schema = &Schema {
        name: "CertificateHashData",
        about: "What a charging station sends of a certificate in the place of it (OCSPRequestDataType of OCPP 2.0.1).",
        members: &[
            Member::required("hashAlgorithm", Kind::OneOf(HashAlgorithm::WORDS)),
            Member::required("issuerNameHash", Kind::Hex).about("The hash of the issuer's name."),
            Member::required("issuerKeyHash", Kind::Hex).about("The hash of the issuer's public key."),
            Member::required("serialNumber", Kind::SerialNumber),
            Member::optional("responderURL", Kind::Url)
                .also(&["responderUrl"])
                .about("Where its state can be asked for, when no better place is known."),
        ],
    };
}
