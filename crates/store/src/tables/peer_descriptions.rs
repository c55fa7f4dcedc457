//! The signed descriptions of peers that the operator has accepted, one of each peer.

use jiff::Timestamp;
use uuid::Uuid;

use crate::row::Row;
use crate::statement::statements;
use crate::{Reader, StoreError, Tx};

/// How a peer has described itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerDescription {
    /// The peer.
    pub party_id: Uuid,
    /// The id that its ecosystem gives itself.
    pub ecosystem: String,
    /// The document as it came.
    pub document: String,
    /// When it was signed.
    pub issued: Timestamp,
}

statements! {
    PUT = "INSERT INTO peer_descriptions (party_id, ecosystem, document, issued) VALUES ($1, $2, $3, $4)
           ON CONFLICT (party_id) DO UPDATE SET ecosystem = excluded.ecosystem, document = excluded.document,
             issued = excluded.issued";
    LIST = "SELECT party_id, ecosystem, document, issued FROM peer_descriptions ORDER BY party_id";
    FIND = "SELECT party_id, ecosystem, document, issued FROM peer_descriptions WHERE party_id = $1";
    BY_ECOSYSTEM = "SELECT party_id, ecosystem, document, issued FROM peer_descriptions WHERE ecosystem = $1";
}

/// Keeps a description, in the place of an earlier one of the peer.
///
/// # Errors
/// [`StoreError`] when the database fails, or another peer is of that ecosystem.
pub async fn put(tx: &mut Tx<'_>, description: &PeerDescription) -> Result<(), StoreError> {
    let values = [
        description.party_id.into(),
        (&description.ecosystem).into(),
        (&description.document).into(),
        description.issued.into(),
    ];
    tx.execute(&PUT, values).await?;
    Ok(())
}

/// All of them.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn list(reader: &mut Reader) -> Result<Vec<PeerDescription>, StoreError> {
    reader.fetch_all(&LIST, []).await?.iter().map(read).collect()
}

/// That of one peer.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn find(reader: &mut Reader, party: Uuid) -> Result<Option<PeerDescription>, StoreError> {
    let row = reader.fetch_optional(&FIND, [party.into()]).await?;
    row.map(|row| read(&row)).transpose()
}

/// That of the peer which is this ecosystem.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn by_ecosystem(reader: &mut Reader, ecosystem: &str) -> Result<Option<PeerDescription>, StoreError> {
    let row = reader.fetch_optional(&BY_ECOSYSTEM, [ecosystem.into()]).await?;
    row.map(|row| read(&row)).transpose()
}

fn read(row: &Row) -> Result<PeerDescription, StoreError> {
    Ok(PeerDescription {
        party_id: row.uuid("party_id")?,
        ecosystem: row.text("ecosystem")?,
        document: row.text("document")?,
        issued: row.time("issued")?,
    })
}
