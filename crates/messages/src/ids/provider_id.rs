//! Provider ID: the identifier of an eMSP.

use super::IdError;
use super::text_id::text_id;
use std::fmt;

/// Country (2 letters) and provider (3 letters or digits), in upper case without hyphen. The first five characters of an EMAID.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProviderId(String);

text_id!(ProviderId);

impl ProviderId {
    /// Reads a provider ID in any case, with a hyphen between country and provider or without.
    ///
    /// # Errors
    /// When the text is no provider ID.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        super::operator_id::party(text, b'-')
            .map(Self)
            .ok_or_else(|| IdError::new("providerId", r#"must match "^[A-Za-z]{2}[-]?[A-Za-z0-9]{3}$""#, text))
    }

    pub(super) fn of_emaid_key(key: &str) -> Self {
        Self(key.chars().take(5).collect())
    }

    /// The five characters, in upper case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProviderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_any_case_with_or_without_hyphen() {
        for spelling in ["DE8AA", "de8aa", "DE-8AA", "de-8Aa"] {
            assert_eq!(ProviderId::parse(spelling).unwrap().as_str(), "DE8AA");
        }
        for wrong in ["", "DE8A", "DE8AAA", "D18AA", "DE*8AA", "DE--8AA", "DE-8A", "DE8-AA", "DE-8A_", "DEé1"] {
            assert!(ProviderId::parse(wrong).is_err(), "{wrong}");
        }
    }
}
