//! The chain: how a row is hashed, and how rows are put behind the head.
//!
//! hash = SHA-256(hash before ‖ fields), each field as a netstring (`5:hello,`), so that no two rows have the same
//! encoding; a field that is missing is an empty one. Numbers are decimal, ids in lower case with hyphens, the time in
//! microseconds since 1970. The hash before the first row is 32 zero bytes.

use aws_lc_rs::digest::{SHA256, digest};

use super::ends::{self, End};
use super::entry::{AuditEntry, AuditRow};
use crate::statement::statements;
use crate::{Reader, StoreError};

statements! {
    INSERT = "INSERT INTO audit (seq, id, at, party_id, actor, operation, outcome, subject_hash, trace_id, hash)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
}

/// What is wrong with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// A row is missing in front of this one, or there twice.
    #[error("row {expected} is missing: row {found} follows row {before}", before = expected.saturating_sub(1))]
    Missing {
        /// The number that should follow.
        expected: u64,
        /// The number that does.
        found: u64,
    },
    /// The row does not have the hash that it should have: it, or the rows before it, were changed.
    #[error("row {seq} was changed, or put in later: its hash does not follow from it and the row before")]
    Changed {
        /// Its number.
        seq: u64,
    },
    /// Rows are missing at the end.
    #[error("rows are missing at the end: the head is row {head}, the last row there is {last}")]
    Cut {
        /// The number that the head has.
        head: u64,
        /// The number of the last row.
        last: u64,
    },
    /// The ends of the chain are gone.
    #[error(
        "the table audit_ends has lost a row: where the log ends is not known, so rows may be missing, and nothing can be \
         written; restore a backup"
    )]
    Ends,
    /// The head has another hash than the last row.
    #[error("the head of the chain has another hash than row {seq}")]
    Head {
        /// The number of the last row.
        seq: u64,
    },
}

/// The hash of a row behind the row with the hash `before`.
#[must_use]
pub fn chain_hash(before: &[u8; 32], seq: u64, entry: &AuditEntry) -> [u8; 32] {
    let text = |value: Option<String>| value.unwrap_or_default();
    let fields = [
        seq.to_string(),
        entry.id.to_string(),
        entry.at.as_microsecond().to_string(),
        text(entry.party_id.map(|id| id.to_string())),
        text(entry.actor.clone()),
        entry.operation.clone(),
        entry.outcome.as_str().to_owned(),
        entry.subject_hash.clone(),
        entry.trace_id.to_string(),
    ];
    let mut bytes = before.to_vec();
    for field in fields {
        bytes.extend_from_slice(format!("{}:{field},", field.len()).as_bytes());
    }
    let mut hash = [0; 32];
    hash.iter_mut().zip(digest(&SHA256, &bytes).as_ref()).for_each(|(to, from)| *to = *from);
    hash
}

impl AuditRow {
    /// Whether this row stands rightly behind `before`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn follows(&self, before: &End) -> Result<(), Fault> {
        let expected = before.seq.saturating_add(1);
        if self.seq != expected {
            return Err(Fault::Missing { expected, found: self.seq });
        }
        if chain_hash(&before.hash, self.seq, &self.entry) == self.hash {
            Ok(())
        } else {
            Err(Fault::Changed { seq: self.seq })
        }
    }

    /// Where the chain stands behind this row.
    #[must_use]
    pub fn end(&self) -> End {
        End { seq: self.seq, hash: self.hash }
    }
}

/// Puts entries behind the head, which other transactions wait for from here until this one ends.
pub(crate) async fn write(reader: &mut Reader, entries: Vec<AuditEntry>) -> Result<(), StoreError> {
    if entries.is_empty() {
        return Ok(());
    }
    let mut head = ends::lock_head(reader).await?;
    let mut rows = Vec::with_capacity(entries.len());
    for entry in entries {
        let seq = head.seq.saturating_add(1);
        let hash = chain_hash(&head.hash, seq, &entry);
        head = End { seq, hash };
        rows.push([
            ends::number(seq)?,
            entry.id.into(),
            entry.at.into(),
            entry.party_id.into(),
            entry.actor.into(),
            entry.operation.into(),
            entry.outcome.as_str().into(),
            entry.subject_hash.into(),
            entry.trace_id.into(),
            (&hash).into(),
        ]);
    }
    reader.insert_all(&INSERT, rows).await?;
    ends::put_head(reader, &head).await
}

#[cfg(test)]
mod tests {
    use super::super::Outcome;
    use super::*;
    use uuid::Uuid;

    /// Made with Python's hashlib from the description of the algorithm in docs/how-to/audit.md.
    #[test]
    fn the_hash_is_the_documented_one() {
        let entry = AuditEntry {
            id: Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001),
            at: jiff::Timestamp::from_microsecond(1_780_315_200_000_001).unwrap(),
            party_id: None,
            actor: Some("Jürgen".into()),
            operation: "PutRootCertificate".into(),
            outcome: Outcome::Done,
            subject_hash: "00112233445566778899aabbccddeeff".into(),
            trace_id: Uuid::nil(),
        };
        let first = chain_hash(&[0; 32], 1, &entry);
        assert_eq!(hex(&first), "40179c54550db9bcc42bdfce36122e80c9460e5bfb68c0eb0837811478e8f928");
        assert_eq!(
            hex(&chain_hash(&first, 2, &entry)),
            "243d77a99b4476aa98bb9729c84d2155ac2839640edd860e22f943517cb7b24b"
        );
    }

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
