//! The error texts that the official files show as examples, word for word, because clients match on them.
//!
//! The texts for a malformed EMAID and PCID are what [`IdError`](crate::ids::IdError) displays.

/// A `CertificateInstallationReq` that cannot be read.
pub const EXI_INVALID: &str = "EXI format is invalid!";

/// Contract data for an EMAID that belongs to another car.
pub const EMAID_USED_BY_OTHER_PCID: &str = "Invalid Tupple - EMAID is already used by other PCID.";

/// A look-up of a car that is not in the pool.
pub const PROVISIONING_CERTIFICATE_NOT_FOUND: &str = "The OEM provisioning certificate with given PCID is not found.";

/// Contract data for a car that is not in the pool.
pub const PROVISIONING_CERTIFICATE_NOT_AVAILABLE: &str =
    "The OEM provisioning certificate with the given PCID is not available.";

/// An EMAID without contract data in the pool.
pub const CONTRACT_NOT_FOUND: &str = "The contract for the given EMAID not found.";

/// A contract that would end before it is made.
pub const CONTRACT_ENDS_IN_PAST: &str = "The given contractEnds date is in the past.";

/// A session ID that is not up to 8 bytes in hexadecimal.
pub const SESSION_ID_INVALID: &str =
    "Invalid SessionID format, make sure the length is maximum 8 characters and it is represented in HEX binary";

/// A root certificate that is not in the pool.
pub const ROOT_NOT_FOUND: &str = "Root certificate with the given ID is not found";

/// A field that holds no certificate: `vehicleCertificate`, `subCa1Certificate`, `subCa2Certificate` in the official file,
/// and in the same manner `contractCertificate`, `cpsCertificate`, `caCertificate`.
pub fn invalid_certificate(what: &str) -> String {
    format!("Invalid certificate format on {what}")
}

/// A contract date (`contractBegins`, `contractEnds`) that is no date.
pub fn date_does_not_match(field: &str) -> String {
    format!("The {field} does not match the specification")
}
