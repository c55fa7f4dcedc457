//! What can happen, and the names under which parties hear of it.
//!
//! One kind has several names: `emsp.*` is the family of today, `mo.*` that of older files (E1), and a factory reset has
//! a second word in the enumeration (E2). A party hears of a kind by the name that it has subscribed to.

use std::fmt;

/// A kind of event. Its word in the outbox is that of the specification without the receiver's family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EventKind {
    /// A root entered the pool.
    RootAdded,
    /// The validity of a root has ended.
    RootExpired,
    /// A root left the pool.
    RootRevoked,
    /// A car got another key pair: what was encrypted for the old one is lost.
    CarUpdated,
    /// A car left the pool.
    CarDeleted,
    /// All contracts of a car were removed: it was sold, or reset.
    CarReset,
    /// Contract data entered the pool.
    ContractCreated,
    /// Contract data took the place of earlier ones.
    ContractUpdated,
    /// Contract data left the pool.
    ContractDeleted,
    /// The OEM has taken the event of a new contract.
    CreationSent,
    /// The OEM has taken the event of a replaced contract.
    UpdateSent,
    /// The OEM has taken the event of a deleted contract.
    DeletionSent,
    /// The OEM could not be told of a contract; it is tried again.
    Queued,
    /// The OEM refused to hear of a contract, or could not be told in all tries.
    Rejected,
    /// The contract was fetched by the OEM, or installed through a station.
    Delivered,
    /// A party asked for a delivery to see whether its receiver works. Nobody can subscribe to it.
    Test,
}

impl EventKind {
    /// All of them.
    pub const ALL: [Self; 16] = [
        Self::RootAdded,
        Self::RootExpired,
        Self::RootRevoked,
        Self::CarUpdated,
        Self::CarDeleted,
        Self::CarReset,
        Self::ContractCreated,
        Self::ContractUpdated,
        Self::ContractDeleted,
        Self::CreationSent,
        Self::UpdateSent,
        Self::DeletionSent,
        Self::Queued,
        Self::Rejected,
        Self::Delivered,
        Self::Test,
    ];

    /// The word in the outbox.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RootAdded => "root.cert.added",
            Self::RootExpired => "root.cert.expired",
            Self::RootRevoked => "root.cert.revoked",
            Self::CarUpdated => "prov.cert.updated",
            Self::CarDeleted => "prov.cert.deleted",
            Self::CarReset => "prov.cert.factory.reset",
            Self::ContractCreated => "contract.created",
            Self::ContractUpdated => "contract.updated",
            Self::ContractDeleted => "contract.deleted",
            Self::CreationSent => "contract.created.sent.to.oem",
            Self::UpdateSent => "contract.updated.sent.to.oem",
            Self::DeletionSent => "contract.deleted.sent.to.oem",
            Self::Queued => "contract.queued.to.oem",
            Self::Rejected => "contract.rejected.by.oem",
            Self::Delivered => "contract.delivered.to.oem",
            Self::Test => "endpoint.test",
        }
    }

    /// Reads what [`as_str`](Self::as_str) writes.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// Its name for who has subscribed to none: the canonical one.
    pub fn canonical(self) -> EventName {
        EventName::ALL.iter().copied().find(|name| name.kind == self).unwrap_or(TEST)
    }
}

impl fmt::Display for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A name under which a kind of event is delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EventName {
    name: &'static str,
    kind: EventKind,
}

const TEST: EventName = name("endpoint.test", EventKind::Test);

const fn name(name: &'static str, kind: EventKind) -> EventName {
    EventName { name, kind }
}

impl EventName {
    /// All that can be subscribed to; the canonical name of a kind comes before its other names.
    pub const ALL: &'static [Self] = &[
        name("root.cert.added", EventKind::RootAdded),
        name("root.cert.expired", EventKind::RootExpired),
        name("root.cert.revoked", EventKind::RootRevoked),
        name("emsp.prov.cert.updated", EventKind::CarUpdated),
        name("emsp.prov.cert.deleted", EventKind::CarDeleted),
        name("emsp.prov.cert.factory.reset", EventKind::CarReset),
        name("emsp.prov.cert.updated.factory.reset", EventKind::CarReset),
        name("emsp.contract.created.sent.to.oem", EventKind::CreationSent),
        name("emsp.contract.updated.sent.to.oem", EventKind::UpdateSent),
        name("emsp.contract.deleted.sent.to.oem", EventKind::DeletionSent),
        name("emsp.contract.queued.to.oem", EventKind::Queued),
        name("emsp.contract.rejected.by.oem", EventKind::Rejected),
        name("emsp.contract.delivered.to.oem", EventKind::Delivered),
        name("oem.contract.created", EventKind::ContractCreated),
        name("oem.contract.updated", EventKind::ContractUpdated),
        name("oem.contract.deleted", EventKind::ContractDeleted),
        name("mo.prov.cert.updated", EventKind::CarUpdated),
        name("mo.prov.cert.deleted", EventKind::CarDeleted),
        name("mo.prov.cert.factory.reset", EventKind::CarReset),
        name("mo.prov.cert.updated.factory.reset", EventKind::CarReset),
        name("mo.contract.created.sent.to.oem", EventKind::CreationSent),
        name("mo.contract.updated.sent.to.oem", EventKind::UpdateSent),
        name("mo.contract.deleted.sent.to.oem", EventKind::DeletionSent),
        name("mo.contract.queued.to.oem", EventKind::Queued),
        name("mo.contract.rejected.by.oem", EventKind::Rejected),
        name("mo.contract.delivered.to.oem", EventKind::Delivered),
    ];

    /// The same as words.
    pub const NAMES: [&'static str; 26] = {
        let mut names = [""; 26];
        let (mut from, mut to) = (Self::ALL, names.as_mut_slice());
        while let ([first, rest @ ..], [place, places @ ..]) = (from, to) {
            *place = first.name;
            from = rest;
            to = places;
        }
        names
    };

    /// Reads a name that can be subscribed to.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|name| name.name == text)
    }

    /// Reads a name under which something may be delivered: a test has one too.
    pub fn kept(text: &str) -> Option<Self> {
        if text == TEST.name { Some(TEST) } else { Self::parse(text) }
    }

    /// The name.
    pub fn as_str(self) -> &'static str {
        self.name
    }

    /// What it is the name of.
    pub fn kind(self) -> EventKind {
        self.kind
    }
}

impl fmt::Display for EventName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl serde::Serialize for EventName {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name)
    }
}

impl<'de> serde::Deserialize<'de> for EventName {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::kept(&text).ok_or_else(|| serde::de::Error::custom(format!("unknown event {text}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_names_lead_back_and_are_unique() {
        for kind in EventKind::ALL {
            assert_eq!(EventKind::parse(kind.as_str()), Some(kind));
            assert_eq!(kind.canonical().kind(), kind);
            assert!(!kind.canonical().as_str().starts_with("mo."));
        }
        for name in EventName::ALL {
            assert_eq!(EventName::parse(name.as_str()), Some(*name));
            assert!(name.as_str().contains(name.kind().as_str()) || name.kind() == EventKind::CarReset, "{name}");
        }
        assert!(EventName::NAMES.into_iter().eq(EventName::ALL.iter().map(|name| name.as_str())));
        assert_eq!(EventName::parse("endpoint.test"), None, "a test is for one endpoint");
    }
}
