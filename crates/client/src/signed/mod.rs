//! Documents that an ecosystem signs: compact JSON Web Signatures (RFC 7515) with ES256, and nothing else of that RFC.
//!
//! A bundle of roots or a trust list may reach its reader by way of others, so that the connection proves nothing. Reading one
//! needs its text and a key that the reader trusts beforehand: no service and no clock.

mod key_set;
mod text;

pub use key_set::{KeyError, KeySet, VerifyingKey};
pub use text::{SignedError, Verified, compact, unverified, verify};
