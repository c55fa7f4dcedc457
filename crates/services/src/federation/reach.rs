//! How far a question may go, as the headers of its request say.

use opnc_store::party_identifiers::PartyIdentifier;

/// How far a question may go, and what goes with it. By default it stays here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reach {
    /// Whether peers may be asked (F1).
    pub peers: bool,
    /// The party that it is for: it goes straight to the pool that speaks for it.
    pub to: Option<PartyIdentifier>,
    /// The id that goes along through every call that one event causes (P8).
    pub correlation: String,
    /// The ecosystems through which a peer's question has come (F2).
    pub forwarded_by: Vec<String>,
}
