//! ISO 15118 certificate installation messages in EXI, and the fragments of them that are signed.
//!
//! Both directions, for the messages of Plug & Charge that a backend carries: `CertificateInstallationReq`/`Res` and
//! `CertificateUpdateReq`/`Res` of ISO 15118-2 ([`iso2`]), `CertificateInstallationReq`/`Res` of ISO 15118-20 ([`iso20`]), and
//! the parts of XML Signature that both generations of the standard share ([`xmldsig`]).
//!
//! The codec is strict: it reads exactly the bytes that it would write. Whatever a `decode` accepts, the `encode` beside it
//! gives back byte for byte, so a message can be stored, looked into and passed on without a signature ever breaking.
//! Everything else is refused with an [`Error`] that names the reason and the bit.

mod bits;
mod chain;
mod error;
mod event;
mod fragment;
mod integer;
pub mod iso2;
pub mod iso20;
mod root_certificate_ids;
mod value;
pub mod xmldsig;

pub use error::{EncodeError, Error, ErrorKind};
pub use integer::Integer;

/// The EXI header that ISO 15118 uses: no cookie, no options, final version 1.
const HEADER: u32 = 0x80;
