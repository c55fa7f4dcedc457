//! Serial numbers of certificates.

use std::fmt;

use rand::CryptoRng;

/// A serial number: 16 bytes, positive, 126 of its bits random.
///
/// RFC 5280 allows 20 bytes; random bits keep the next number unknown to somebody who attacks the hash function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Serial([u8; 16]);

impl Serial {
    /// Draws a number.
    pub fn random(rng: &mut dyn CryptoRng) -> Self {
        let mut bytes = [0; 16];
        rng.fill_bytes(&mut bytes);
        if let Some(first) = bytes.first_mut() {
            // Clear the sign and set the bit behind it: every number is positive and equally long.
            *first = *first & 0x7f | 0x40;
        }
        Self(bytes)
    }

    /// The number, big endian.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Lower-case hexadecimal digits.
impl fmt::Display for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}
