//! Which edition of ISO 15118 a message is written for.

use std::fmt;

use crate::ids::Emaid;

/// ISO 15118-2 or ISO 15118-20. In API bodies it is the member `xsdMsgDefNamespace`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum IsoVersion {
    /// ISO 15118-2:2014.
    Iso2,
    /// ISO 15118-20:2022.
    Iso20,
}

impl IsoVersion {
    /// Both, oldest first.
    pub const ALL: [Self; 2] = [Self::Iso2, Self::Iso20];

    /// Every spelling of the namespace that the files of OPNC v1 and the standard itself use.
    const SPELLINGS: [(&str, Self); 4] = [
        ("urn:iso:15118:2:2013:MsgDef", Self::Iso2),
        ("urn:iso:15118:20:2020:MsgDef", Self::Iso20),
        ("urn:iso:15118:20:2022:MsgDef", Self::Iso20),
        ("urn:iso:std:iso:15118:-20:CommonMessages", Self::Iso20),
    ];

    /// Reads a namespace in any of its spellings.
    pub fn from_namespace(text: &str) -> Option<Self> {
        Self::SPELLINGS.iter().find(|(spelling, _)| *spelling == text).map(|(_, version)| *version)
    }

    /// The spelling that API bodies carry.
    pub fn namespace(self) -> &'static str {
        match self {
            Self::Iso2 => "urn:iso:15118:2:2013:MsgDef",
            Self::Iso20 => "urn:iso:15118:20:2020:MsgDef",
        }
    }

    /// The spelling that webhooks carry (B9).
    pub fn webhook_namespace(self) -> &'static str {
        match self {
            Self::Iso2 => "urn:iso:15118:2:2013:MsgDef",
            Self::Iso20 => "urn:iso:15118:20:2022:MsgDef",
        }
    }

    /// The part number alone, for the store: `2` or `20`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Iso2 => "2",
            Self::Iso20 => "20",
        }
    }

    /// Reads what [`as_str`](Self::as_str) writes.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|version| version.as_str() == text)
    }

    /// The largest certificate (bytes of DER) that messages of this edition can carry.
    pub fn max_certificate_size(self) -> usize {
        match self {
            Self::Iso2 => 800,
            Self::Iso20 => 1600,
        }
    }

    /// Refuses an EMAID that messages of this edition cannot carry: ISO 15118-2 has room for 15 characters (I2).
    ///
    /// # Errors
    /// The rule that the EMAID breaks, in words that follow its name.
    pub fn check_emaid(self, emaid: &Emaid) -> Result<(), String> {
        if self == Self::Iso2 && !emaid.fits_iso2() {
            return Err(format!("\"{emaid}\" has {} characters; ISO 15118-2 carries at most 15", emaid.wire().len()));
        }
        Ok(())
    }
}

impl fmt::Display for IsoVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ISO 15118-{}", self.as_str())
    }
}

impl serde::Serialize for IsoVersion {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.namespace())
    }
}

impl<'de> serde::Deserialize<'de> for IsoVersion {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_namespace(&text)
            .ok_or_else(|| serde::de::Error::custom(format!("unknown ISO 15118 namespace {text}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// B9: three spellings of -20, one emitted.
    #[test]
    fn every_spelling_of_the_namespace() {
        for spelling in
            ["urn:iso:15118:20:2020:MsgDef", "urn:iso:15118:20:2022:MsgDef", "urn:iso:std:iso:15118:-20:CommonMessages"]
        {
            let version = IsoVersion::from_namespace(spelling).unwrap();
            assert_eq!(version, IsoVersion::Iso20);
            assert_eq!(serde_json::to_value(version).unwrap(), "urn:iso:15118:20:2020:MsgDef");
        }
        assert_eq!(IsoVersion::from_namespace("urn:iso:15118:2:2013:MsgDef"), Some(IsoVersion::Iso2));
        assert_eq!(IsoVersion::from_namespace("urn:iso:15118:2:2010:MsgDef"), None);
        for version in IsoVersion::ALL {
            assert_eq!(IsoVersion::from_namespace(version.namespace()), Some(version));
            assert_eq!(IsoVersion::parse(version.as_str()), Some(version));
        }
    }
}
