//! The certificate installation messages of ISO 15118-20:2022.
//!
//! They are the counterparts of those in [`iso2`](crate::iso2), with longer keys and certificates, and with several contracts
//! per car: a response carries one and says how many are left. There is no update message any more. The shapes are those of
//! `V2G_CI_CommonMessages.xsd` and `V2G_CI_CommonTypes.xsd`.

mod certificate_chain;
mod certificate_installation;
mod dh_public_key;
mod element;
pub mod fragment;
mod header;
mod installation_data;
mod message;
mod processing;
mod response_code;

pub use crate::xmldsig::X509IssuerSerial;
pub use certificate_chain::{CertificateChain, SignedCertificateChain};
pub use certificate_installation::{CertificateInstallationReq, CertificateInstallationRes};
pub use header::Header;
pub use installation_data::{EcdhCurve, EncryptedPrivateKey, SignedInstallationData};
pub use message::{Body, Message, decode, encode};
pub use processing::Processing;
pub use response_code::ResponseCode;

use crate::value::Limit;

/// The namespace of the schema that the messages belong to. The OPNC API also knows them by other names.
pub const NAMESPACE: &str = "urn:iso:std:iso:15118:-20:CommonMessages";

const ID: Limit = Limit::none("Id");
