//! Serial number: how an issuer names one of its certificates.

use super::IdError;
use super::text_id::text_id;
use std::fmt;

/// A certificate's serial number as a positive number of any length. Written as lower-case hexadecimal digits without
/// separators and without leading zero bytes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SerialNumber(Vec<u8>);

text_id!(SerialNumber);

impl SerialNumber {
    /// Reads hexadecimal digits in any case, with `:` between pairs or without. An odd number of digits is allowed: big
    /// number libraries leave leading zeros out.
    ///
    /// # Errors
    /// When the text is anything else.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let padded = if text.len() % 2 == 1 && !text.contains(':') { format!("0{text}") } else { text.to_owned() };
        crate::encoding::from_hex(&padded)
            .filter(|bytes| !bytes.is_empty())
            .map(|bytes| Self::from_bytes(&bytes))
            .ok_or_else(|| {
                IdError::new("serialNumber", "must be a serial number in hexadecimal digits without separators", text)
            })
    }

    /// The number that these bytes are, most significant first.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        let start = zeros.min(bytes.len().saturating_sub(1));
        Self(bytes.get(start..).unwrap_or_default().to_vec())
    }

    /// The number's bytes, most significant first.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for SerialNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_number() {
        let serial = SerialNumber::parse("69ab00d259bbdf42ce80529ad30ce5ed").unwrap();
        assert_eq!(SerialNumber::parse("0069AB00D259BBDF42CE80529AD30CE5ED").unwrap(), serial);
        assert_eq!(SerialNumber::parse("69:ab:00:d2:59:bb:df:42:ce:80:52:9a:d3:0c:e5:ed").unwrap(), serial);
        assert_eq!(serial.to_string(), "69ab00d259bbdf42ce80529ad30ce5ed");
        assert_eq!(SerialNumber::parse("f00").unwrap().to_string(), "0f00");
        assert_eq!(SerialNumber::parse("0").unwrap().as_bytes(), [0]);
        for wrong in ["", "-1", "xyz", "1 2", "0x12", "1:2"] {
            assert!(SerialNumber::parse(wrong).is_err(), "{wrong}");
        }
    }
}
