//! A row of the audit log as it is printed. An export has the hash before it too, so that it can be verified alone.

use jiff::Timestamp;
use opnc_services::audit::{AuditRow, End};
use serde::Serialize;
use uuid::Uuid;

/// A row of the audit log.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Record {
    pub(super) seq: u64,
    pub(super) id: Uuid,
    pub(super) at: Timestamp,
    pub(super) at_microseconds: i64,
    pub(super) party_id: Option<Uuid>,
    pub(super) actor: Option<String>,
    pub(super) operation: String,
    pub(super) outcome: &'static str,
    pub(super) subject: String,
    /// The name of the party that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) subject_name: Option<String>,
    pub(super) trace_id: Uuid,
    pub(super) hash: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) previous_hash: Option<String>,
}

/// The columns of a CSV export.
pub(super) const COLUMNS: &str =
    "seq,id,at,atMicroseconds,partyId,actor,operation,outcome,subject,traceId,hash,previousHash\r\n";

impl Record {
    /// The row alone.
    pub(super) fn new(row: AuditRow) -> Self {
        let entry = row.entry;
        Self {
            seq: row.seq,
            id: entry.id,
            at: entry.at,
            at_microseconds: entry.at.as_microsecond(),
            party_id: entry.party_id,
            actor: entry.actor,
            operation: entry.operation,
            outcome: entry.outcome.as_str(),
            subject: entry.subject_hash,
            subject_name: None,
            trace_id: entry.trace_id,
            hash: hex::encode(row.hash),
            previous_hash: None,
        }
    }

    /// The row as a link of the chain.
    pub(super) fn linked(row: AuditRow, before: &End) -> Self {
        Self { previous_hash: Some(hex::encode(before.hash)), ..Self::new(row) }
    }

    /// Who did it: the party, or the account of the machine.
    pub(super) fn who(&self) -> String {
        match (&self.actor, self.party_id) {
            (Some(actor), _) => format!("{actor} (operator)"),
            (None, Some(party)) => party.to_string(),
            (None, None) => "the program".to_owned(),
        }
    }

    /// A line of a CSV file (RFC 4180).
    pub(super) fn csv(&self) -> String {
        let id = |id: Option<Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
        let text = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let fields = [
            self.seq.to_string(),
            self.id.to_string(),
            self.at.to_string(),
            self.at_microseconds.to_string(),
            id(self.party_id),
            text(self.actor.as_deref().unwrap_or_default()),
            text(&self.operation),
            self.outcome.to_owned(),
            text(&self.subject),
            self.trace_id.to_string(),
            self.hash.clone(),
            self.previous_hash.clone().unwrap_or_default(),
        ];
        fields.join(",") + "\r\n"
    }
}
