//! The certificate installation and update messages of ISO 15118-2:2014.

mod body;
mod certificate_chain;
mod certificate_installation;
mod certificate_update;
pub mod fragment;
mod header;
mod id_value;
mod message;
mod response_code;

pub use crate::xmldsig::X509IssuerSerial;
pub use body::Body;
pub use certificate_chain::CertificateChain;
pub use certificate_installation::{CertificateInstallationReq, CertificateInstallationRes};
pub use certificate_update::{CertificateUpdateReq, CertificateUpdateRes};
pub use header::{FaultCode, Header, Notification};
pub use id_value::{IdBytes, IdText};
pub use message::{Message, decode, encode};
pub use response_code::ResponseCode;

use crate::value::Limit;

/// The namespace by which ISO 15118-2 messages are known in the OPNC API (`xsdMsgDefNamespace`).
pub const NAMESPACE: &str = "urn:iso:15118:2:2013:MsgDef";

// The length facets of V2G_CI_MsgDataTypes.xsd.
const ID: Limit = Limit::none("Id");
const CERTIFICATE: Limit = Limit::max("Certificate", 800);
const ENCRYPTED_PRIVATE_KEY: Limit = Limit::max("ContractSignatureEncryptedPrivateKey", 48);
const DH_PUBLIC_KEY: Limit = Limit::max("DHpublickey", 65);
const EMAID: Limit = Limit { what: "eMAID", min: 14, max: 15 };
