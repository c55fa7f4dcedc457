//! One row of the audit log.

use jiff::Timestamp;
use uuid::Uuid;

/// What is to be remembered of an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Its id, a UUID of version 7.
    pub id: Uuid,
    /// When it was done.
    pub at: Timestamp,
    /// The party that did it; `None`: somebody at the machine itself, or the program.
    pub party_id: Option<Uuid>,
    /// The person at the machine, by the name of the operating system's account.
    pub actor: Option<String>,
    /// The operation, by its OPNC name or ours.
    pub operation: String,
    /// What became of it.
    pub outcome: Outcome,
    /// The keyed hash of the identifier it was about.
    pub subject_hash: String,
    /// The request it was made by.
    pub trace_id: Uuid,
}

/// What became of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It is done.
    Done,
    /// It waits for somebody else's approval.
    Pending,
    /// It was refused, because the caller may not do it.
    Denied,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Done, Self::Pending, Self::Denied];

    /// The word in the database, in exports and on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Pending => "pending",
            Self::Denied => "denied",
        }
    }

    /// Reads [`Outcome::as_str`].
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.as_str() == word)
    }
}

/// An entry in its place in the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// Its number: the first row ever is 1, and none is left out.
    pub seq: u64,
    /// What it says.
    pub entry: AuditEntry,
    /// The hash over the row and the hash before it.
    pub hash: [u8; 32],
}
