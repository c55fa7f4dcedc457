//! EVSE ID: the identifier of a charging point.

use super::text_id::{compared_by_key, text_id};
use super::{IdError, OperatorId};
use std::fmt;

/// Country (2 letters), operator (3), the letter `E`, power outlet (1 to 30 letters, digits and `*`); `*` between the parts
/// is optional.
///
/// Source: the pattern for station certificates in OPNC v1's `pki` file (ISO 15118-2 Annex H). Two EVSE IDs are equal when
/// they are in upper case and without separators.
#[derive(Debug, Clone)]
pub struct EvseId {
    sent: String,
    key: String,
}

text_id!(EvseId);
compared_by_key!(EvseId);

impl EvseId {
    /// Reads an EVSE ID in any case, with separators or without.
    ///
    /// # Errors
    /// When the text is no EVSE ID.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        if !is_evse_id(text.as_bytes()) {
            let rule = r#"must match "^[A-Za-z]{2}[\*]?\w{3}[\*]?[E][\w\*]{1,30}$""#;
            return Err(IdError::new("evseId", rule, text));
        }
        let key = text.chars().filter(|c| *c != '*').map(|c| c.to_ascii_uppercase()).collect();
        Ok(Self { sent: text.to_owned(), key })
    }

    /// Exactly what was sent.
    pub fn as_sent(&self) -> &str {
        &self.sent
    }

    /// The normal form that tells whether two EVSE IDs are one charging point: upper case, no separators.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Country and operator: whose station it is.
    pub fn operator_id(&self) -> OperatorId {
        OperatorId::of_evse_key(&self.key)
    }
}

impl fmt::Display for EvseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sent)
    }
}

fn is_evse_id(text: &[u8]) -> bool {
    let Some((country, rest)) = text.split_at_checked(2) else { return false };
    let Some((operator, rest)) = skip_separator(rest).split_at_checked(3) else { return false };
    let [b'E' | b'e', outlet @ ..] = skip_separator(rest) else { return false };
    country.iter().all(u8::is_ascii_alphabetic)
        && operator.iter().all(u8::is_ascii_alphanumeric)
        && outlet.len() <= 30
        && outlet.iter().any(u8::is_ascii_alphanumeric)
        && outlet.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'*')
}

fn skip_separator(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"*").unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// I5: separators make no difference.
    #[test]
    fn compared_without_separators() {
        let evse = EvseId::parse("DE*ICE*E45B*78C").unwrap();
        assert_eq!(evse, EvseId::parse("deiceE45B78c").unwrap());
        assert_eq!(evse.key(), "DEICEE45B78C");
        assert_eq!(evse.operator_id().as_str(), "DEICE");
        assert_eq!(evse.to_string(), "DE*ICE*E45B*78C");
    }

    #[test]
    fn refused() {
        for wrong in
            ["", "DE*ICE*E", "DE*ICE*45B", "DE-ICE-E45B", "DE*ICE*E***", "DE**ICE*E45", "D1*ICE*E45", "DE*ICE*E45_1"]
        {
            assert!(EvseId::parse(wrong).is_err(), "{wrong}");
        }
        assert!(EvseId::parse(&format!("DE*ICE*E{}", "1".repeat(30))).is_ok());
        assert!(EvseId::parse(&format!("DE*ICE*E{}", "1".repeat(31))).is_err());
    }

    proptest! {
        #[test]
        fn whatever_the_pattern_allows_is_read(text in "[A-Za-z]{2}[*]?[A-Za-z0-9]{3}[*]?E[A-Za-z0-9][A-Za-z0-9*]{0,29}") {
            let evse = EvseId::parse(&text).unwrap();
            prop_assert_eq!(evse.to_string(), text.clone());
            prop_assert_eq!(&EvseId::parse(evse.key()).unwrap(), &evse);
            prop_assert_eq!(&EvseId::parse(&text.to_lowercase()).unwrap(), &evse);
        }
    }
}
