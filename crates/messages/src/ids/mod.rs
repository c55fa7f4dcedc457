//! The identifiers of the Plug & Charge world, each with its normal form.
//!
//! The only way to get one is `parse`. Identifiers that people write in several ways (EMAID, PCID, EVSE ID) keep what was
//! sent, because that is what gets signed and returned, and compare by a key; the others hold the normal form alone.

mod check_character;
mod emaid;
mod evse_id;
mod fingerprint;
mod operator_id;
mod pcid;
mod provider_id;
mod root_id;
mod serial_number;
mod session_id;
mod subject_key_id;
mod text_id;
mod wmi;

pub use check_character::check_character;
pub use emaid::Emaid;
pub use evse_id::EvseId;
pub use fingerprint::Fingerprint;
pub use operator_id::OperatorId;
pub use pcid::Pcid;
pub use provider_id::ProviderId;
pub use root_id::RootId;
pub use serial_number::SerialNumber;
pub use session_id::SessionId;
pub use subject_key_id::SubjectKeyId;
pub use wmi::Wmi;

/// A text that is not the identifier it should be.
///
/// Its `Display` is the message of the official files where they have one, because clients match on it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field} : {rule}")]
pub struct IdError {
    /// What the identifier is called in paths and bodies, for example `emaid`.
    pub field: &'static str,
    /// What it must be.
    pub rule: &'static str,
    /// The first characters of what was given instead.
    pub value: String,
}

impl IdError {
    /// Characters of the wrong value that are kept: enough to recognise it, whatever was sent.
    const KEPT: usize = 64;

    fn new(field: &'static str, rule: &'static str, value: &str) -> Self {
        Self { field, rule, value: value.chars().take(Self::KEPT).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_text_makes_a_parser_panic(text in any::<String>()) {
            let _ = Emaid::parse(&text);
            let _ = Pcid::parse(&text);
            let _ = EvseId::parse(&text);
            let _ = Wmi::parse(&text);
            let _ = ProviderId::parse(&text);
            let _ = OperatorId::parse(&text);
            let _ = Fingerprint::parse(&text);
            let _ = SubjectKeyId::parse(&text);
            let _ = SessionId::parse(&text);
            let _ = RootId::parse(&text);
            let _ = SerialNumber::parse(&text);
            let _ = check_character(&text);
        }

        /// One character from outside ASCII, anywhere in a good identifier, and it is none any more: digits and letters of
        /// other scripts would otherwise give two spellings that look alike.
        #[test]
        fn foreign_letters_and_digits_are_refused(at in 0usize..15, foreign in "[\\p{Nd}\\p{L}&&[^0-9A-Za-z]]") {
            let put = |text: &str| {
                let mut characters: Vec<char> = text.chars().collect();
                let last = characters.len() - 1;
                characters.splice(at.min(last)..=at.min(last), foreign.chars());
                characters.into_iter().collect::<String>()
            };
            prop_assert!(Emaid::parse(&put("DE8AA0012345670")).is_err());
            prop_assert!(Pcid::parse(&put("DEHUBCOPNCPROVCER")).is_err());
            prop_assert!(EvseId::parse(&put("DEICEE45B78C1234")).is_err());
            prop_assert!(Wmi::parse(&put("WAU")).is_err());
            prop_assert!(ProviderId::parse(&put("DEABC")).is_err());
            prop_assert!(OperatorId::parse(&put("DEABC")).is_err());
            prop_assert!(Fingerprint::parse(&put(&"0a".repeat(32))).is_err());
            prop_assert!(SessionId::parse(&put("0102030405060708")).is_err());
        }
    }

    #[test]
    fn an_error_keeps_the_start_of_what_was_sent() {
        let error = Pcid::parse(&"é".repeat(500)).unwrap_err();
        assert_eq!(error.value, "é".repeat(64));
    }
}
