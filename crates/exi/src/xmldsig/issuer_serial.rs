//! `X509IssuerSerialType`: how a car names the root certificates that it holds.

use crate::Integer;

/// A certificate, named by its issuer and its serial number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct X509IssuerSerial {
    /// The issuer's distinguished name as text, in whatever spelling the sender chose (usually RFC 4514).
    pub issuer_name: String,
    /// The serial number.
    pub serial_number: Integer,
}
