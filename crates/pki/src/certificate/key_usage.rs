//! The key usage extension (RFC 5280, 4.2.1.3).

use std::fmt;
use std::ops::BitOr;

/// A set of key usages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct KeyUsage(u16);

impl KeyUsage {
    /// Signatures over data.
    pub const DIGITAL_SIGNATURE: Self = Self(1);
    /// Signatures that the signer cannot deny (also named contentCommitment).
    pub const NON_REPUDIATION: Self = Self(1 << 1);
    /// Encryption of keys.
    pub const KEY_ENCIPHERMENT: Self = Self(1 << 2);
    /// Encryption of data.
    pub const DATA_ENCIPHERMENT: Self = Self(1 << 3);
    /// Key agreement (ECDH).
    pub const KEY_AGREEMENT: Self = Self(1 << 4);
    /// Signatures over certificates.
    pub const KEY_CERT_SIGN: Self = Self(1 << 5);
    /// Signatures over revocation lists.
    pub const CRL_SIGN: Self = Self(1 << 6);

    /// Set whose bit `n` is the bit `n` of the extension, first bit lowest.
    pub(crate) const fn from_bits(bits: u16) -> Self {
        Self(bits)
    }

    /// The bits, first one lowest.
    pub(crate) const fn bits(self) -> u16 {
        self.0
    }

    /// Both sets together, in a constant.
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether every usage of `other` is in this set.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// What `other` has and this set lacks.
    pub const fn lacks(self, other: Self) -> Self {
        Self(other.0 & !self.0)
    }

    /// Whether nothing is in it.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl BitOr for KeyUsage {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        self.with(other)
    }
}

const NAMES: [&str; 9] = [
    "digitalSignature",
    "nonRepudiation",
    "keyEncipherment",
    "dataEncipherment",
    "keyAgreement",
    "keyCertSign",
    "cRLSign",
    "encipherOnly",
    "decipherOnly",
];

/// The names of RFC 5280 with commas between.
impl fmt::Display for KeyUsage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let set = NAMES.iter().enumerate().filter(|(bit, _)| self.0 & (1 << bit) != 0).map(|(_, name)| *name);
        f.write_str(&set.collect::<Vec<_>>().join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets() {
        let usage = KeyUsage::DIGITAL_SIGNATURE | KeyUsage::KEY_AGREEMENT;
        assert!(usage.contains(KeyUsage::KEY_AGREEMENT));
        assert!(!usage.contains(KeyUsage::KEY_AGREEMENT | KeyUsage::CRL_SIGN));
        assert_eq!(usage.lacks(KeyUsage::KEY_AGREEMENT | KeyUsage::CRL_SIGN), KeyUsage::CRL_SIGN);
        assert_eq!(usage.to_string(), "digitalSignature, keyAgreement");
    }
}
