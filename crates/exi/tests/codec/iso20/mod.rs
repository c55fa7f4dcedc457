//! The same for ISO 15118-20.

mod content;
mod messages;
mod properties;
mod refused;
mod vectors;

/// The documents of ISO 15118-20 among the vectors.
const DOCUMENTS: [&str; 2] = ["iso20_CertificateInstallationReq", "iso20_CertificateInstallationRes"];
