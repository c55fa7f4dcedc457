//! How the last look at the roots of each peer went.

use jiff::Timestamp;
use uuid::Uuid;

use crate::row::Row;
use crate::statement::statements;
use crate::value::Value;
use crate::{Reader, StoreError, Tx};

/// The last look at the roots of a peer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerSync {
    /// The peer.
    pub party_id: Uuid,
    /// When it was tried.
    pub tried_at: Timestamp,
    /// When its roots were read last.
    pub read_at: Option<Timestamp>,
    /// The entity tag of what was read then.
    pub tag: Option<String>,
    /// Why the last try failed, or what was refused; in words.
    pub problems: Vec<String>,
}

statements! {
    PUT = "INSERT INTO peer_syncs (party_id, tried_at, read_at, tag, problems) VALUES ($1, $2, $3, $4, $5)
           ON CONFLICT (party_id) DO UPDATE SET tried_at = excluded.tried_at, read_at = excluded.read_at,
             tag = excluded.tag, problems = excluded.problems";
    FIND = "SELECT party_id, tried_at, read_at, tag, problems FROM peer_syncs WHERE party_id = $1";
}

/// Notes how it went, in the place of the time before.
///
/// # Errors
/// [`StoreError`] when the database fails, or there is no such peer.
pub async fn put(tx: &mut Tx<'_>, sync: &PeerSync) -> Result<(), StoreError> {
    let values = [
        sync.party_id.into(),
        sync.tried_at.into(),
        sync.read_at.into(),
        (&sync.tag).into(),
        Value::json("problems", &sync.problems)?,
    ];
    tx.execute(&PUT, values).await?;
    Ok(())
}

/// How it went with this peer; `None` before the first time.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn find(reader: &mut Reader, party: Uuid) -> Result<Option<PeerSync>, StoreError> {
    let row = reader.fetch_optional(&FIND, [party.into()]).await?;
    row.map(|row| read(&row)).transpose()
}

fn read(row: &Row) -> Result<PeerSync, StoreError> {
    Ok(PeerSync {
        party_id: row.uuid("party_id")?,
        tried_at: row.time("tried_at")?,
        read_at: row.time_or_null("read_at")?,
        tag: row.text_or_null("tag")?,
        problems: row.json("problems")?,
    })
}
