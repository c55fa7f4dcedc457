//! The JSON form of a message.
//!
//! Element names and nesting are those of the schema, in its order; content beside attributes is called `value`. That is
//! how the codec in the Python package iso15118 writes messages, so either can read what the other printed.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use opnc_exi::Integer;
use opnc_exi::iso2::{
    Body, CertificateChain, CertificateInstallationReq, CertificateInstallationRes, CertificateUpdateReq,
    CertificateUpdateRes, Header, IdBytes, IdText, Message, Notification, X509IssuerSerial,
};
use opnc_exi::xmldsig::{Reference, Signature, SignedInfo};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

/// A JSON value whose members keep their order and whose numbers have any size.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Json {
    Text(String),
    Number(Box<RawValue>),
    List(Vec<Json>),
    #[serde(serialize_with = "in_order")]
    Object(Vec<Member>),
}

pub(super) type Member = (&'static str, Json);

fn in_order<S: Serializer>(members: &[Member], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(members.iter().map(|(name, value)| (name, value)))
}

/// An object of the members that are there.
pub(super) fn object<const N: usize>(members: [Option<Member>; N]) -> Json {
    Json::Object(members.into_iter().flatten().collect())
}

/// A member that is always there.
pub(super) fn member(name: &'static str, value: impl Into<Json>) -> Option<Member> {
    Some((name, value.into()))
}

/// A member that may be missing.
pub(super) fn optional(name: &'static str, value: Option<impl Into<Json>>) -> Option<Member> {
    value.map(|value| (name, value.into()))
}

pub(super) fn list<'a, T: 'a>(values: &'a [T]) -> Json
where
    Json: From<&'a T>,
{
    Json::List(values.iter().map(Json::from).collect())
}

impl From<&str> for Json {
    fn from(text: &str) -> Json {
        Json::Text(text.to_owned())
    }
}

impl From<&String> for Json {
    fn from(text: &String) -> Json {
        Json::Text(text.clone())
    }
}

impl From<&Vec<u8>> for Json {
    fn from(binary: &Vec<u8>) -> Json {
        Json::Text(STANDARD.encode(binary))
    }
}

/// A number; hex text where it is so long that the codec does not write it in decimal.
impl From<&Integer> for Json {
    fn from(integer: &Integer) -> Json {
        let digits = integer.to_string();
        RawValue::from_string(digits.clone()).map_or(Json::Text(digits), Json::Number)
    }
}

impl From<&Message> for Json {
    fn from(message: &Message) -> Json {
        let message = object([member("Header", &message.header), member("Body", &message.body)]);
        object([member("V2G_Message", message)])
    }
}

impl From<&Header> for Json {
    fn from(header: &Header) -> Json {
        object([
            member("SessionID", hex::encode_upper(&header.session_id).as_str()),
            optional("Notification", header.notification.as_ref()),
            optional("Signature", header.signature.as_ref()),
        ])
    }
}

impl From<&Notification> for Json {
    fn from(notification: &Notification) -> Json {
        object([
            member("FaultCode", notification.fault_code.as_str()),
            optional("FaultMsg", notification.fault_msg.as_ref()),
        ])
    }
}

impl From<&Signature> for Json {
    fn from(signature: &Signature) -> Json {
        object([
            optional("Id", signature.id.as_ref()),
            member("SignedInfo", &signature.signed_info),
            member(
                "SignatureValue",
                object([
                    optional("Id", signature.signature_value_id.as_ref()),
                    member("value", &signature.signature_value),
                ]),
            ),
        ])
    }
}

impl From<&SignedInfo> for Json {
    fn from(info: &SignedInfo) -> Json {
        object([
            optional("Id", info.id.as_ref()),
            member("CanonicalizationMethod", method(&info.canonicalization_method)),
            member("SignatureMethod", method(&info.signature_method)),
            member("Reference", list(&info.references)),
        ])
    }
}

impl From<&Reference> for Json {
    fn from(reference: &Reference) -> Json {
        let transforms = || {
            let transforms = reference.transforms.iter().map(|algorithm| method(algorithm)).collect();
            object([member("Transform", Json::List(transforms))])
        };
        object([
            optional("Id", reference.id.as_ref()),
            optional("Type", reference.reference_type.as_ref()),
            optional("URI", reference.uri.as_ref()),
            optional("Transforms", (!reference.transforms.is_empty()).then(transforms)),
            member("DigestMethod", method(&reference.digest_method)),
            member("DigestValue", &reference.digest_value),
        ])
    }
}

fn method(algorithm: &str) -> Json {
    object([member("Algorithm", algorithm)])
}

impl From<&Body> for Json {
    fn from(body: &Body) -> Json {
        object([match body {
            Body::CertificateInstallationReq(request) => member("CertificateInstallationReq", request),
            Body::CertificateInstallationRes(response) => member("CertificateInstallationRes", response),
            Body::CertificateUpdateReq(request) => member("CertificateUpdateReq", request),
            Body::CertificateUpdateRes(response) => member("CertificateUpdateRes", response),
        }])
    }
}

impl From<&CertificateInstallationReq> for Json {
    fn from(request: &CertificateInstallationReq) -> Json {
        object([
            member("Id", &request.id),
            member("OEMProvisioningCert", &request.oem_provisioning_cert),
            member("ListOfRootCertificateIDs", roots(&request.list_of_root_certificate_ids)),
        ])
    }
}

impl From<&CertificateInstallationRes> for Json {
    fn from(response: &CertificateInstallationRes) -> Json {
        object([
            member("ResponseCode", response.response_code.as_str()),
            member("SAProvisioningCertificateChain", &response.sa_provisioning_certificate_chain),
            member("ContractSignatureCertChain", &response.contract_signature_cert_chain),
            member("ContractSignatureEncryptedPrivateKey", &response.contract_signature_encrypted_private_key),
            member("DHpublickey", &response.dh_public_key),
            member("eMAID", &response.emaid),
        ])
    }
}

impl From<&CertificateUpdateReq> for Json {
    fn from(request: &CertificateUpdateReq) -> Json {
        object([
            member("Id", &request.id),
            member("ContractSignatureCertChain", &request.contract_signature_cert_chain),
            member("eMAID", &request.emaid),
            member("ListOfRootCertificateIDs", roots(&request.list_of_root_certificate_ids)),
        ])
    }
}

impl From<&CertificateUpdateRes> for Json {
    fn from(response: &CertificateUpdateRes) -> Json {
        let retry_counter =
            response.retry_counter.map(|days| Integer::new(days < 0, &days.unsigned_abs().to_be_bytes()));
        object([
            member("ResponseCode", response.response_code.as_str()),
            member("SAProvisioningCertificateChain", &response.sa_provisioning_certificate_chain),
            member("ContractSignatureCertChain", &response.contract_signature_cert_chain),
            member("ContractSignatureEncryptedPrivateKey", &response.contract_signature_encrypted_private_key),
            member("DHpublickey", &response.dh_public_key),
            member("eMAID", &response.emaid),
            optional("RetryCounter", retry_counter.as_ref()),
        ])
    }
}

impl From<&CertificateChain> for Json {
    fn from(chain: &CertificateChain) -> Json {
        let sub_certificates = || object([member("Certificate", list(&chain.sub_certificates))]);
        object([
            optional("Id", chain.id.as_ref()),
            member("Certificate", &chain.certificate),
            optional("SubCertificates", (!chain.sub_certificates.is_empty()).then(sub_certificates)),
        ])
    }
}

impl From<&IdBytes> for Json {
    fn from(element: &IdBytes) -> Json {
        object([member("Id", &element.id), member("value", &element.value)])
    }
}

impl From<&IdText> for Json {
    fn from(element: &IdText) -> Json {
        object([member("Id", &element.id), member("value", &element.value)])
    }
}

pub(super) fn roots(ids: &[X509IssuerSerial]) -> Json {
    object([member("RootCertificateID", list(ids))])
}

impl From<&X509IssuerSerial> for Json {
    fn from(root: &X509IssuerSerial) -> Json {
        object([member("X509IssuerName", &root.issuer_name), member("X509SerialNumber", &root.serial_number)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serial_numbers_of_any_size_are_numbers() {
        let serial = Integer::new(true, &[0xff; 20]);
        let json = Json::from(&X509IssuerSerial { issuer_name: "CN=\"A\"".to_owned(), serial_number: serial });
        assert_eq!(
            serde_json::to_string(&json).unwrap(),
            r#"{"X509IssuerName":"CN=\"A\"","X509SerialNumber":-1461501637330902918203684832716283019655932542975}"#
        );
    }

    #[test]
    fn absurd_serial_numbers_are_text() {
        let json = Json::from(&Integer::new(true, &[0xff; 1000]));
        assert_eq!(serde_json::to_string(&json).unwrap(), format!("\"-0x{}\"", "ff".repeat(1000)));
    }
}
