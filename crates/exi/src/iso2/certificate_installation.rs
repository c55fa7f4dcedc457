//! `CertificateInstallationReq` and `CertificateInstallationRes`: a car asks for its contract, and gets it.

use super::{CertificateChain, IdBytes, IdText, ResponseCode, X509IssuerSerial};

/// A car asks for the contract certificate that belongs to its provisioning certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateInstallationReq {
    /// The `Id` that the car's signature refers to, without `#`.
    pub id: String,
    /// The car's provisioning certificate, DER, at most 800 bytes. Its chain is not part of the message.
    pub oem_provisioning_cert: Vec<u8>,
    /// The V2G roots that the car holds, 1 to 20.
    pub list_of_root_certificate_ids: Vec<X509IssuerSerial>,
}

/// The contract certificate for a car, its private key wrapped for that car, and the chain of who signed it all.
///
/// The schema makes every element mandatory: a response that reports a failure carries fillers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateInstallationRes {
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
}
