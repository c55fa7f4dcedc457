//! `CertificateChainType`: a leaf certificate and the CA certificates above it.

/// A leaf certificate and the CA certificates above it, without the root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateChain {
    /// The `Id` that a signature refers to, without `#`.
    pub id: Option<String>,
    /// The leaf certificate, DER, at most 800 bytes.
    pub certificate: Vec<u8>,
    /// The CA certificates, DER, at most 4 of at most 800 bytes, in the sender's order. None: the `SubCertificates` element
    /// is absent (the schema knows no empty one).
    pub sub_certificates: Vec<Vec<u8>>,
}
