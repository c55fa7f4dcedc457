//! `CertificateUpdateReq` and `CertificateUpdateRes`: a car asks for a newer contract certificate.

use super::{CertificateChain, IdBytes, IdText, ResponseCode, X509IssuerSerial};

/// A car asks for a newer certificate of a contract that it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateUpdateReq {
    /// The `Id` that the car's signature refers to, without `#`.
    pub id: String,
    /// The contract chain that the car has now.
    pub contract_signature_cert_chain: CertificateChain,
    /// The EMAID of the contract, 14 or 15 characters.
    pub emaid: String,
    /// The V2G roots that the car holds, 1 to 20.
    pub list_of_root_certificate_ids: Vec<X509IssuerSerial>,
}

/// The newer contract certificate, its private key wrapped to the old contract key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateUpdateRes {
    /// How the request ended.
    pub response_code: ResponseCode,
    /// The chain of the Certificate Provisioning Service, whose leaf key made the signature in the header.
    pub sa_provisioning_certificate_chain: CertificateChain,
    /// The contract certificate and its CA certificates.
    pub contract_signature_cert_chain: CertificateChain,
    /// The private key of the contract certificate, wrapped: 16 bytes of IV, 32 bytes of ciphertext.
    pub contract_signature_encrypted_private_key: IdBytes,
    /// The ephemeral public key of the key agreement, uncompressed point, 65 bytes.
    pub dh_public_key: IdBytes,
    /// The EMAID of the contract.
    pub emaid: IdText,
    /// After how many days the car may ask again; -1 stands for never.
    pub retry_counter: Option<i16>,
}
