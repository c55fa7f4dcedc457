//! The parties of the ecosystem: who may act here, and in which role.

use jiff::Timestamp;
use opnc_messages::Role;
use uuid::Uuid;

use crate::row::Row;
use crate::statement::statements;
use crate::{Reader, StoreError, Tx};

/// A party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// Its id here.
    pub id: Uuid,
    /// Its name, for people.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// Whether it may do anything at present.
    pub status: PartyStatus,
    /// When it was added.
    pub created_at: Timestamp,
}

/// Whether a party may act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartyStatus {
    /// Its credentials work.
    Active,
    /// Its credentials are refused, its data stay.
    Disabled,
}

impl PartyStatus {
    /// The word in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Active, Self::Disabled].into_iter().find(|status| status.as_str() == text)
    }
}

statements! {
    ADD = "INSERT INTO parties (id, name, role, status, created_at) VALUES ($1, $2, $3, $4, $5)";
    FIND = "SELECT id, name, role, status, created_at FROM parties WHERE id = $1";
    LIST = "SELECT id, name, role, status, created_at FROM parties ORDER BY created_at, id";
    ANY = "SELECT id FROM parties LIMIT 1";
    SET_STATUS = "UPDATE parties SET status = $2 WHERE id = $1";
}

/// Adds a party under a new id.
///
/// # Errors
/// [`StoreError`] when the database fails, or the id is taken.
pub async fn add(tx: &mut Tx<'_>, party: &Party) -> Result<(), StoreError> {
    tx.execute(
        &ADD,
        [
            party.id.into(),
            (&party.name).into(),
            party.role.as_str().into(),
            party.status.as_str().into(),
            party.created_at.into(),
        ],
    )
    .await?;
    Ok(())
}

/// The party with this id.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn find(reader: &mut Reader, id: Uuid) -> Result<Option<Party>, StoreError> {
    let row = reader.fetch_optional(&FIND, [id.into()]).await?;
    row.map(|row| read(&row)).transpose()
}

/// Whether there is no party at all.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn is_empty(reader: &mut Reader) -> Result<bool, StoreError> {
    Ok(reader.fetch_optional(&ANY, []).await?.is_none())
}

/// All parties, the oldest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn list(reader: &mut Reader) -> Result<Vec<Party>, StoreError> {
    reader.fetch_all(&LIST, []).await?.iter().map(read).collect()
}

/// Enables or disables a party; whether there is one.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn set_status(tx: &mut Tx<'_>, id: Uuid, status: PartyStatus) -> Result<bool, StoreError> {
    Ok(tx.execute(&SET_STATUS, [id.into(), status.as_str().into()]).await? > 0)
}

fn read(row: &Row) -> Result<Party, StoreError> {
    Ok(Party {
        id: row.uuid("id")?,
        name: row.text("name")?,
        role: row.word("role", Role::parse)?,
        status: row.word("status", PartyStatus::parse)?,
        created_at: row.time("created_at")?,
    })
}
