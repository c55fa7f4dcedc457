//! EMAID: the identifier of a contract.

use super::text_id::{compared_by_key, text_id};
use super::{IdError, ProviderId, check_character};
use std::fmt;

/// An e-mobility account identifier: country (2 letters), provider (3), instance (9 or more), optional check character.
///
/// Source: the pattern of OPNC v1's `emaidParam.v1`, with `\w` read as ASCII letters and digits. Hyphens are optional.
/// Two EMAIDs are equal when their [`contract_key`](Self::contract_key) is.
#[derive(Debug, Clone)]
pub struct Emaid {
    sent: String,
    key: String,
}

text_id!(Emaid);
compared_by_key!(Emaid);

impl Emaid {
    /// The message of the official files for a text that is no EMAID, without the name of the field.
    pub(crate) const RULE: &str = r#"must match "^[A-Za-z]{2}[-]?\w{3}[-]?\w{9,28}[-]?(\w{1})?$""#;

    /// The longest EMAID that an ISO 15118-2 message can carry, without hyphens.
    pub const ISO2_LENGTH: usize = 15;

    /// Reads an EMAID in any case, with hyphens or without.
    ///
    /// # Errors
    /// When the text is no EMAID; the error's text is the one of the official files.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        if !is_emaid(text.as_bytes()) {
            return Err(IdError::new("emaid", Self::RULE, text));
        }
        let mut key: String = text.chars().filter(|c| *c != '-').map(|c| c.to_ascii_uppercase()).collect();
        if has_valid_check_character(&key) {
            key.pop();
        }
        Ok(Self { sent: text.to_owned(), key })
    }

    /// Exactly what was sent.
    pub fn as_sent(&self) -> &str {
        &self.sent
    }

    /// As sent, without hyphens: the form that certificates and EXI messages carry.
    pub fn wire(&self) -> String {
        self.sent.replace('-', "")
    }

    /// The normal form that tells whether two EMAIDs are one contract: upper case, no hyphens, and without the fifteenth
    /// character where that is the check character of the fourteen before it.
    pub fn contract_key(&self) -> &str {
        &self.key
    }

    /// Country and provider: who the contract is with.
    pub fn provider_id(&self) -> ProviderId {
        ProviderId::of_emaid_key(&self.key)
    }

    /// Whether an ISO 15118-2 message can carry it (15 characters at most).
    pub fn fits_iso2(&self) -> bool {
        self.wire().len() <= Self::ISO2_LENGTH
    }

    /// What to tell the sender of a fifteenth character that is no check character. Such an EMAID is still a good one.
    pub fn check_character_warning(&self) -> Option<String> {
        let wire = self.wire();
        let expected = check_character(wire.get(..14)?)?;
        let found = wire.get(14..).filter(|rest| rest.len() == 1)?;
        if found.eq_ignore_ascii_case(expected.encode_utf8(&mut [0; 4])) {
            return None;
        }
        Some(format!(
            "The last character of EMAID {} is not its check character, which would be {expected}: it is taken as a part of the identifier.",
            self.sent
        ))
    }
}

impl fmt::Display for Emaid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sent)
    }
}

/// The official pattern, with ASCII letters and digits in place of `\w`.
fn is_emaid(text: &[u8]) -> bool {
    let Some((country, rest)) = text.split_at_checked(2) else { return false };
    let Some((provider, rest)) = skip_hyphen(rest).split_at_checked(3) else { return false };
    let rest = skip_hyphen(rest);
    let instance_length = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let tail_fits = match rest.get(instance_length..) {
        Some([]) => (9..=29).contains(&instance_length),
        Some([b'-']) => (9..=28).contains(&instance_length),
        Some([b'-', check]) => (9..=28).contains(&instance_length) && check.is_ascii_alphanumeric(),
        _ => false,
    };
    country.iter().all(u8::is_ascii_alphabetic) && provider.iter().all(u8::is_ascii_alphanumeric) && tail_fits
}

fn skip_hyphen(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"-").unwrap_or(text)
}

fn has_valid_check_character(key: &str) -> bool {
    key.len() == 15 && key.get(..14).and_then(check_character) == key.chars().last()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn emaid(text: &str) -> Emaid {
        Emaid::parse(text).unwrap()
    }

    #[test]
    fn the_official_error_text() {
        let error = Emaid::parse("nonsense").unwrap_err();
        assert_eq!(error.to_string(), r#"emaid : must match "^[A-Za-z]{2}[-]?\w{3}[-]?\w{9,28}[-]?(\w{1})?$""#);
    }

    /// I4: hyphens and case make no difference to the record, and what was sent stays.
    #[test]
    fn spellings_of_one_contract() {
        let plain = emaid("DE8AA001234567");
        for spelling in
            ["DE-8AA-001234567", "de8aa001234567", "DE8AA-001234567", "De-8aa001234567-", "DE-8AA-001234567-0"]
        {
            assert_eq!(emaid(spelling), plain, "{spelling}");
            assert_eq!(emaid(spelling).as_sent(), spelling);
            assert_eq!(emaid(spelling).to_string(), spelling);
        }
        assert_eq!(emaid("de-8aa-001234567-0").wire(), "de8aa0012345670");
        assert_eq!(plain.provider_id().to_string(), "DE8AA");
    }

    /// I1: a fifteenth character counts as the check character only where it verifies.
    #[test]
    fn a_wrong_check_character_makes_another_contract_and_a_warning() {
        let right = emaid("DE8AA0012345670");
        assert_eq!(right.contract_key(), "DE8AA001234567");
        assert_eq!(right.check_character_warning(), None);
        let other = emaid("DE8AA0012345671");
        assert_eq!(other.contract_key(), "DE8AA0012345671");
        assert_ne!(other, right);
        assert!(other.check_character_warning().unwrap().contains("would be 0"));
        let real = emaid("TUAABcAz2BK7JRa");
        assert_eq!(real.contract_key(), "TUAABCAZ2BK7JRA");
        assert_eq!(real.wire(), "TUAABcAz2BK7JRa");
        assert!(real.check_character_warning().is_some());
        assert_eq!(emaid("DE8AA00123456700").check_character_warning(), None, "no check character is defined for 16");
    }

    /// I2: ISO 15118-2 carries 15 characters at most.
    #[test]
    fn what_iso2_can_carry() {
        assert!(emaid("DE-8AA-001234567-0").fits_iso2());
        assert!(!emaid("DE8AA00123456701").fits_iso2());
        assert!(!emaid(&format!("DE8AA{}", "1".repeat(29))).fits_iso2());
    }

    #[test]
    fn refused() {
        for wrong in [
            "",
            "DE",
            "DE8AA",
            "DE8AA00123456",
            "D18AA001234567",
            "DE--8AA001234567",
            "DE-8AA--001234567",
            "DE8AA001234567--",
            "DE8AA0012-34567",
            "DE8AA001234567-00",
            "-DE8AA001234567",
            "DE*8AA*001234567",
            "DE_8AA_001234567",
            "DE8AA00123456_",
            "DE 8AA 001234567",
            "DE8AA001234567\n",
            " DE8AA001234567",
            "DE8AA００1234567",
            "DE8AA٠٠1234567",
            "ＤＥ8AA001234567",
            "DE\u{2010}8AA\u{2010}001234567",
            "DE8AA001234567\0",
        ] {
            assert!(Emaid::parse(wrong).is_err(), "{wrong:?}");
        }
        assert!(Emaid::parse(&format!("DE8AA{}", "1".repeat(30))).is_err());
        assert!(Emaid::parse(&format!("DE8AA{}-", "1".repeat(29))).is_err());
    }

    proptest! {
        #[test]
        fn whatever_the_pattern_allows_is_read(text in "[A-Za-z]{2}-?[A-Za-z0-9]{3}-?[A-Za-z0-9]{9,28}-?[A-Za-z0-9]?") {
            let parsed = emaid(&text);
            prop_assert_eq!(parsed.to_string(), text.clone());
            prop_assert_eq!(&emaid(&parsed.wire()), &parsed);
            prop_assert_eq!(&emaid(&text.to_lowercase()), &parsed);
            prop_assert_eq!(&emaid(&text.to_uppercase()), &parsed);
            let json = serde_json::to_string(&parsed).unwrap();
            let back: Emaid = serde_json::from_str(&json).unwrap();
            prop_assert_eq!(back.as_sent(), text);
        }

        #[test]
        fn with_and_without_its_check_character_is_one_contract(text in "[A-Z]{2}[A-Z0-9]{12}") {
            let check = check_character(&text).unwrap();
            prop_assert_eq!(emaid(&format!("{text}{check}")), emaid(&text));
        }
    }
}
