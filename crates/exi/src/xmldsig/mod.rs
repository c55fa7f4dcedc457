//! XML Signature as ISO 15118 uses it: one shape for both generations of the standard.
//!
//! A message carries a [`Signature`] in its header. What is signed is the EXI fragment of its [`SignedInfo`], which lists
//! the digests of the signed elements. The optional parts of XML Signature that ISO 15118 excludes (`KeyInfo`, `Object`,
//! parameters inside algorithm elements) are refused by name, because a verifier that skipped them would lose signed bytes.

pub mod algorithm;
mod issuer_serial;
mod method;
mod reference;
mod signature;
mod signed_info;

pub use issuer_serial::X509IssuerSerial;
pub use reference::{MAX_TRANSFORMS, Reference};
pub use signature::Signature;
pub use signed_info::{MAX_REFERENCES, SignedInfo, signed_info_fragment};

use crate::value::Limit;

const ID: Limit = Limit::none("Id");
const ALGORITHM: Limit = Limit::none("Algorithm");
