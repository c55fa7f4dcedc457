//! WMI: the identifier of a car maker.

use super::IdError;
use super::text_id::text_id;
use std::fmt;

/// A world manufacturer identifier: three letters or digits, in upper case. The first three characters of a PCID.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Wmi(String);

text_id!(Wmi);

impl Wmi {
    /// Reads a WMI in any case.
    ///
    /// # Errors
    /// When the text is not three ASCII letters or digits.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        if text.len() != 3 || !text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(IdError::new("wmi", r#"must match "^[a-zA-Z0-9]{3}$""#, text));
        }
        Ok(Self(text.to_ascii_uppercase()))
    }

    pub(super) fn of_pcid_key(key: &str) -> Self {
        Self(key.chars().take(3).collect())
    }

    /// The three characters, in upper case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Wmi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_any_case_and_nothing_else() {
        assert_eq!(Wmi::parse("wau").unwrap().as_str(), "WAU");
        for wrong in ["", "WA", "WAUX", "W-U", "WÄ", "W A"] {
            assert!(Wmi::parse(wrong).is_err(), "{wrong}");
        }
    }
}
