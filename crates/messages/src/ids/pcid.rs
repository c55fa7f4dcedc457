//! PCID: the identifier of a provisioning certificate, and so of a car.

use super::text_id::{compared_by_key, text_id};
use super::{IdError, Wmi};
use std::fmt;

/// A provisioning certificate identifier: WMI (3 characters) and 14 more letters or digits, optionally an eighteenth.
///
/// Source: OPNC v1's `pcidParam.v1`. No rule for the eighteenth character is known that published examples keep, so it is
/// never verified. Two PCIDs are equal when they are in upper case.
#[derive(Debug, Clone)]
pub struct Pcid {
    sent: String,
    key: String,
}

text_id!(Pcid);
compared_by_key!(Pcid);

impl Pcid {
    /// The message of the official files for a text that is no PCID, without the name of the field.
    pub(crate) const RULE: &str = r#"must match "^[a-zA-Z0-9]{17,18}$""#;

    /// Reads a PCID in any case.
    ///
    /// # Errors
    /// When the text is no PCID; the error's text is the one of the official files.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let fits = (17..=18).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !fits {
            return Err(IdError::new("pcid", Self::RULE, text));
        }
        Ok(Self { sent: text.to_owned(), key: text.to_ascii_uppercase() })
    }

    /// Exactly what was sent.
    pub fn as_sent(&self) -> &str {
        &self.sent
    }

    /// The normal form that tells whether two PCIDs are one car: upper case.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The world manufacturer identifier: whose car it is.
    pub fn wmi(&self) -> Wmi {
        Wmi::of_pcid_key(&self.key)
    }

    /// The first 17 characters of the key, which a PCID shares with its twin: some parties send a check character as the
    /// eighteenth, others leave it out. A look-up that finds no exact match may take the one record with this stem.
    pub fn stem(&self) -> &str {
        self.key.get(..17).unwrap_or(&self.key)
    }

    /// Whether one of the two is the other with one more character.
    pub fn is_twin_of(&self, other: &Self) -> bool {
        self.key.len() != other.key.len() && self.stem() == other.stem()
    }
}

impl fmt::Display for Pcid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_official_error_text() {
        let error = Pcid::parse("short").unwrap_err();
        assert_eq!(error.to_string(), r#"pcid : must match "^[a-zA-Z0-9]{17,18}$""#);
    }

    /// I3: compared in upper case, 17 and 18 characters are twins and yet two identifiers.
    #[test]
    fn twins() {
        let pcid = Pcid::parse("DEhubcopncprovcer").unwrap();
        let twin = Pcid::parse("DEHUBCOPNCPROVCERX").unwrap();
        assert_eq!(pcid, Pcid::parse("DEHUBCOPNCPROVCER").unwrap());
        assert_ne!(pcid, twin);
        assert!(pcid.is_twin_of(&twin) && twin.is_twin_of(&pcid));
        assert!(!pcid.is_twin_of(&pcid));
        assert!(!twin.is_twin_of(&Pcid::parse("DEHUBCOPNCPROVCERY").unwrap()));
        assert_eq!((pcid.stem(), twin.stem()), ("DEHUBCOPNCPROVCER", "DEHUBCOPNCPROVCER"));
        assert_eq!(pcid.wmi().to_string(), "DEH");
    }

    #[test]
    fn refused() {
        for wrong in [
            "",
            "DEHUBCOPNCPROVCE",
            "DEHUBCOPNCPROVCERXX",
            "DEH-UBCOPNCPROVCE",
            "DEHUBCOPNCPROVCE_",
            "DEHUBCOPNCPROVCE ",
            "DEHUBCOPNCPROVCE\n",
            "DEHUBCOPNCPROVC０",
            "DEHUBCOPNCPROVC٠1",
            "DEHUBCOPNCPROVCE*",
        ] {
            assert!(Pcid::parse(wrong).is_err(), "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn whatever_the_pattern_allows_is_read(text in "[a-zA-Z0-9]{17,18}") {
            let pcid = Pcid::parse(&text).unwrap();
            prop_assert_eq!(pcid.to_string(), text.clone());
            prop_assert_eq!(&Pcid::parse(&text.to_lowercase()).unwrap(), &pcid);
            prop_assert_eq!(&Pcid::parse(pcid.key()).unwrap(), &pcid);
            let json = serde_json::to_string(&pcid).unwrap();
            let back: Pcid = serde_json::from_str(&json).unwrap();
            prop_assert_eq!(back.as_sent(), text);
        }
    }
}
