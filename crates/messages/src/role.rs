//! What a party is in the ecosystem.

use std::fmt;

/// The role of a party, as the access table names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// The operator of the pools.
    Admin,
    /// A car maker.
    Oem,
    /// An operator of charging stations.
    Cpo,
    /// An eMSP with its own PKI.
    EmspOwnPki,
    /// An eMSP whose contract certificates come from the V2G PKI.
    EmspNoPki,
    /// A certificate provisioning service.
    Cps,
    /// The pools of another ecosystem, which ask for their own parties.
    Peer,
}

impl Role {
    /// Those of the access table: all but the peer, which calls as one of them.
    pub const ALL: [Self; 6] = [Self::Admin, Self::Oem, Self::Cpo, Self::EmspOwnPki, Self::EmspNoPki, Self::Cps];

    /// The name in the access table, in configuration and in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Oem => "oem",
            Self::Cpo => "cpo",
            Self::EmspOwnPki => "emspOwnPki",
            Self::EmspNoPki => "emspNoPki",
            Self::Cps => "cps",
            Self::Peer => "peer",
        }
    }

    /// Reads what [`as_str`](Self::as_str) writes.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().chain([Self::Peer]).find(|role| role.as_str() == text)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl serde::Serialize for Role {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> serde::Deserialize<'de> for Role {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("unknown role {text}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip() {
        for role in Role::ALL.into_iter().chain([Role::Peer]) {
            assert_eq!(Role::parse(role.as_str()), Some(role));
            let json = serde_json::to_string(&role).unwrap();
            assert_eq!(serde_json::from_str::<Role>(&json).unwrap(), role);
        }
        assert_eq!(Role::parse("emsp"), None);
    }
}
