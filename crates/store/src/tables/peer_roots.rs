//! The roots of peers, apart from those of our own pool, each with the peer that it comes from.

use jiff::Timestamp;
use opnc_messages::RootType;
use opnc_messages::ids::Fingerprint;
use uuid::Uuid;

use super::roots::{types_from_text, types_to_text};
use crate::row::Row;
use crate::statement::statements;
use crate::{Reader, StoreError, Tx};

/// A root that a peer has in its pool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerRoot {
    /// The peer.
    pub party_id: Uuid,
    /// The peer's name here.
    pub peer: String,
    /// SHA-256 of `der`.
    pub fingerprint: Fingerprint,
    /// Our id for it.
    pub id: Uuid,
    /// What the peer has it for; never empty.
    pub types: Vec<RootType>,
    /// The certificate, DER.
    pub der: Vec<u8>,
    /// The end of its validity.
    pub not_after: Timestamp,
    /// When it was first seen at this peer.
    pub created_at: Timestamp,
}

macro_rules! select {
    () => {
        "SELECT r.party_id, p.name, r.fingerprint, r.id, r.types, r.der, r.not_after, r.created_at
         FROM peer_roots r JOIN parties p ON p.id = r.party_id"
    };
}

statements! {
    PUT = "INSERT INTO peer_roots (party_id, fingerprint, id, types, der, not_after, created_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7)
           ON CONFLICT (party_id, fingerprint) DO UPDATE SET types = excluded.types";
    LIST = concat!(select!(), " ORDER BY r.created_at, r.id");
    OF_PEER = concat!(select!(), " WHERE r.party_id = $1 ORDER BY r.created_at, r.id");
    BY_FINGERPRINT = concat!(select!(), " WHERE r.fingerprint = $1 ORDER BY r.created_at, r.id");
    BY_ID = concat!(select!(), " WHERE r.id = $1");
    REMOVE = "DELETE FROM peer_roots WHERE party_id = $1 AND fingerprint = $2";
}

/// Keeps a root of a peer; one that is there gets the new types.
///
/// # Errors
/// [`StoreError`] when the database fails, or there is no such peer.
pub async fn put(tx: &mut Tx<'_>, root: &PeerRoot) -> Result<(), StoreError> {
    tx.execute(
        &PUT,
        [
            root.party_id.into(),
            (&root.fingerprint).into(),
            root.id.into(),
            types_to_text(&root.types).into(),
            (&root.der).into(),
            root.not_after.into(),
            root.created_at.into(),
        ],
    )
    .await?;
    Ok(())
}

/// Every root of every peer, the oldest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn list(reader: &mut Reader) -> Result<Vec<PeerRoot>, StoreError> {
    reader.fetch_all(&LIST, []).await?.iter().map(read).collect()
}

/// The roots of one peer, the oldest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn of_peer(reader: &mut Reader, party: Uuid) -> Result<Vec<PeerRoot>, StoreError> {
    reader.fetch_all(&OF_PEER, [party.into()]).await?.iter().map(read).collect()
}

/// One root, once for each peer that has it.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn by_fingerprint(reader: &mut Reader, fingerprint: &Fingerprint) -> Result<Vec<PeerRoot>, StoreError> {
    reader.fetch_all(&BY_FINGERPRINT, [fingerprint.into()]).await?.iter().map(read).collect()
}

/// The root with this id.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn by_id(reader: &mut Reader, id: Uuid) -> Result<Option<PeerRoot>, StoreError> {
    let row = reader.fetch_optional(&BY_ID, [id.into()]).await?;
    row.map(|row| read(&row)).transpose()
}

/// Forgets a root of a peer; whether it was there.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn remove(tx: &mut Tx<'_>, party: Uuid, fingerprint: &Fingerprint) -> Result<bool, StoreError> {
    Ok(tx.execute(&REMOVE, [party.into(), fingerprint.into()]).await? > 0)
}

fn read(row: &Row) -> Result<PeerRoot, StoreError> {
    Ok(PeerRoot {
        party_id: row.uuid("party_id")?,
        peer: row.text("name")?,
        fingerprint: row.fingerprint("fingerprint")?,
        id: row.uuid("id")?,
        types: row.word("types", types_from_text)?,
        der: row.blob("der")?,
        not_after: row.time("not_after")?,
        created_at: row.time("created_at")?,
    })
}
