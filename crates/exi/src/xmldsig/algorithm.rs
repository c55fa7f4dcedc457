//! The algorithm URIs that stand in signatures of ISO 15118.

/// EXI canonicalization: both the canonicalization method and the one transform of each reference.
pub const CANONICAL_EXI: &str = "http://www.w3.org/TR/canonical-exi/";
/// SHA-256 digests, ISO 15118-2.
pub const SHA256: &str = "http://www.w3.org/2001/04/xmlenc#sha256";
/// SHA-512 digests, ISO 15118-20.
pub const SHA512: &str = "http://www.w3.org/2001/04/xmlenc#sha512";
/// SHAKE256 digests, the other choice of ISO 15118-20.
pub const SHAKE256: &str = "urn:iso:std:iso:15118:-20:Security:xmlenc#SHAKE256";
/// ECDSA with SHA-256 on secp256r1, ISO 15118-2.
pub const ECDSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256";
/// ECDSA with SHA-512 on secp521r1, ISO 15118-20.
pub const ECDSA_SHA512: &str = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512";
/// Ed448, the other choice of ISO 15118-20.
pub const ED448: &str = "urn:iso:std:iso:15118:-20:Security:xmldsig#Ed448";
