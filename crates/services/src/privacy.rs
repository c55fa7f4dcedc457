//! What is kept about a person's contract or car: all of it shown, and what may go erased.
//!
//! An EMAID names a contract of a person, a PCID a car that a person drives: both are personal data. Nothing else
//! here is. docs/explanation/privacy.md says what stays after an erasure, and why.

mod erase;
mod export;

use opnc_messages::ids::{Emaid, Pcid};

pub use erase::{Erasure, Kept, erase, plan};
pub use export::export;

/// The identifier that a request is about.
#[derive(Debug, Clone)]
pub enum Subject {
    /// A contract.
    Emaid(Emaid),
    /// A car.
    Pcid(Pcid),
}

impl Subject {
    /// What it is, in a word.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Emaid(_) => "emaid",
            Self::Pcid(_) => "pcid",
        }
    }

    /// The normal form, by which it stands in the audit log (as a keyed hash).
    pub fn key(&self) -> &str {
        match self {
            Self::Emaid(emaid) => emaid.contract_key(),
            Self::Pcid(pcid) => pcid.key(),
        }
    }

    /// Whether an event is about it.
    fn is_in(&self, payload: &serde_json::Value) -> bool {
        let text = |name: &str| payload.get(name).and_then(serde_json::Value::as_str);
        match self {
            Self::Emaid(emaid) => {
                text("emaid").and_then(|text| Emaid::parse(text).ok()).is_some_and(|one| one == *emaid)
            }
            Self::Pcid(pcid) => text("pcid").and_then(|text| Pcid::parse(text).ok()).is_some_and(|one| one == *pcid),
        }
    }
}
