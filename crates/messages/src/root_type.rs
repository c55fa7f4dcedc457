//! What a root certificate is the anchor of.

use std::fmt;

/// The kinds of PKI in the root certificate pool. One root can be of several.
///
/// Their order is the one in which a root of several types chooses the one type that v1 clients can read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RootType {
    /// Charging infrastructure: stations, CPSs, contracts of eMSPs without a PKI.
    V2g,
    /// An eMSP's own PKI.
    Emsp,
    /// A car maker's PKI.
    Oem,
    /// Private environment: home stations and fleets.
    Pe,
}

impl RootType {
    /// All of them, in their order.
    pub const ALL: [Self; 4] = [Self::V2g, Self::Emsp, Self::Oem, Self::Pe];

    /// The value in API bodies.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V2g => "V2G",
            Self::Emsp => "eMSP",
            Self::Oem => "OEM",
            Self::Pe => "PE",
        }
    }

    /// Reads a type in any case, with `MO` as another name of eMSP.
    pub fn parse(text: &str) -> Option<Self> {
        if text.eq_ignore_ascii_case("MO") {
            return Some(Self::Emsp);
        }
        Self::ALL.into_iter().find(|kind| kind.as_str().eq_ignore_ascii_case(text))
    }
}

impl fmt::Display for RootType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl serde::Serialize for RootType {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> serde::Deserialize<'de> for RootType {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("unknown root type {text}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// B2: any case, and `MO`.
    #[test]
    fn any_case_and_mo() {
        for (text, expected) in
            [("eMSP", RootType::Emsp), ("emsp", RootType::Emsp), ("MO", RootType::Emsp), ("v2g", RootType::V2g)]
        {
            assert_eq!(RootType::parse(text), Some(expected));
        }
        for kind in RootType::ALL {
            assert_eq!(RootType::parse(kind.as_str()), Some(kind));
        }
        assert_eq!(RootType::parse("CPS"), None);
    }
}
