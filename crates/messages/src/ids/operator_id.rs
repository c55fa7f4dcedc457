//! Operator ID: the identifier of a CPO.

use super::IdError;
use super::text_id::text_id;
use std::fmt;

/// Country (2 letters) and operator (3 letters or digits), in upper case without separator. The first five characters of
/// an EVSE ID.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OperatorId(String);

text_id!(OperatorId);

impl OperatorId {
    /// Reads an operator ID in any case, with `*` between country and operator or without.
    ///
    /// # Errors
    /// When the text is no operator ID.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        party(text, b'*')
            .map(Self)
            .ok_or_else(|| IdError::new("operatorId", r#"must match "^[A-Za-z]{2}[*]?[A-Za-z0-9]{3}$""#, text))
    }

    pub(super) fn of_evse_key(key: &str) -> Self {
        Self(key.chars().take(5).collect())
    }

    /// The five characters, in upper case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OperatorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Country and party with an optional separator between them, as five characters in upper case.
pub(super) fn party(text: &str, separator: u8) -> Option<String> {
    let (country, rest) = text.split_at_checked(2)?;
    let party = rest.strip_prefix(char::from(separator)).unwrap_or(rest);
    let fits = country.bytes().all(|byte| byte.is_ascii_alphabetic())
        && party.len() == 3
        && party.bytes().all(|byte| byte.is_ascii_alphanumeric());
    fits.then(|| format!("{country}{party}").to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_any_case_with_or_without_separator() {
        for spelling in ["DEICE", "deice", "DE*ICE"] {
            assert_eq!(OperatorId::parse(spelling).unwrap().as_str(), "DEICE");
        }
        for wrong in ["", "DE*IC", "DE-ICE", "DE**ICE", "D*ICE", "DEICE*"] {
            assert!(OperatorId::parse(wrong).is_err(), "{wrong}");
        }
    }
}
