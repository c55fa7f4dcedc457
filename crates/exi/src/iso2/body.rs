//! `Body`: exactly one of the messages of ISO 15118-2.

use super::{CertificateInstallationReq, CertificateInstallationRes, CertificateUpdateReq, CertificateUpdateRes};

/// The message proper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// A car asks for its contract certificate.
    CertificateInstallationReq(CertificateInstallationReq),
    /// The answer to it.
    CertificateInstallationRes(CertificateInstallationRes),
    /// A car asks for a newer contract certificate.
    CertificateUpdateReq(CertificateUpdateReq),
    /// The answer to it.
    CertificateUpdateRes(CertificateUpdateRes),
}
