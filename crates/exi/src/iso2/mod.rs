//! The certificate installation and update messages of ISO 15118-2:2014.

mod body;
mod certificate_chain;
mod certificate_installation;
mod certificate_update;
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
pub use message::Message;
pub use response_code::ResponseCode;

/// The namespace by which ISO 15118-2 messages are known in the OPNC API (`xsdMsgDefNamespace`).
pub const NAMESPACE: &str = "urn:iso:15118:2:2013:MsgDef";
