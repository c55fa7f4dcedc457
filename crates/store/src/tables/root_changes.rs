//! Changes of the root pool that one admin asked for and another has to approve.

use jiff::Timestamp;
use uuid::Uuid;

use super::roots::{self, Root};
use crate::row::Row;
use crate::statement::statements;
use crate::value::Value;
use crate::{Reader, StoreError, Tx};

/// A change that somebody asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RootChange {
    /// The root as it will be, or as it is when it is to leave. Its id is the id of the change, its age the time when
    /// the change was asked for.
    pub root: Root,
    /// What is to happen to it.
    pub kind: ChangeKind,
    /// What has become of it.
    pub status: ChangeStatus,
    /// Who asked for it.
    pub requested_by: String,
    /// When it ends without a decision.
    pub expires_at: Timestamp,
    /// Who decided.
    pub decided_by: Option<String>,
    /// When it was decided, or ended.
    pub decided_at: Option<Timestamp>,
}

macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$doc])* $variant,)+ }

        impl $name {
            /// The word in the database and in lists.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

words! {
    /// What is to happen to a root.
    ChangeKind {
        /// It enters the pool, or gets other types and lists.
        Put = "put",
        /// It leaves the pool.
        Delete = "delete",
    }
}

words! {
    /// What has become of a change.
    ChangeStatus {
        /// It waits.
        Pending = "pending",
        /// It has been made.
        Approved = "approved",
        /// Somebody was against it, or who asked for it took it back.
        Rejected = "rejected",
        /// Nobody decided in time.
        Expired = "expired",
    }
}

macro_rules! columns {
    () => {
        "id, kind, status, fingerprint, types, ctl_list, der, certificate_revocation_list, cross_certificate_pair,
         labeled_uri, not_after, requested_by, requested_at AS created_at, expires_at, decided_by, decided_at"
    };
}

statements! {
    ADD = "INSERT INTO root_changes (id, kind, status, fingerprint, types, ctl_list, der, certificate_revocation_list,
             cross_certificate_pair, labeled_uri, not_after, requested_by, requested_at, expires_at, decided_by,
             decided_at)
           VALUES ($1, $2, 'pending', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, NULL, NULL)";
    BY_ID = concat!("SELECT ", columns!(), " FROM root_changes WHERE id = $1");
    PENDING_OF = concat!("SELECT ", columns!(), " FROM root_changes WHERE fingerprint = $1 AND status = 'pending'");
    LIST = concat!("SELECT ", columns!(), " FROM root_changes ORDER BY requested_at, id");
    DECIDE = "UPDATE root_changes SET status = $2, decided_by = $3, decided_at = $4 WHERE id = $1 AND status = 'pending'";
    EXPIRE = concat!(
        "UPDATE root_changes SET status = 'expired', decided_at = $1 WHERE status = 'pending' AND expires_at <= $1
         RETURNING ", columns!()
    );
    REMOVE = "DELETE FROM root_changes WHERE requested_at < $1 AND status <> 'pending'";
}

/// Keeps a change that waits. There is at most one for a root.
///
/// # Errors
/// [`StoreError`] when the database fails, or a change of the same root waits already.
pub async fn add(tx: &mut Tx<'_>, change: &RootChange) -> Result<(), StoreError> {
    let root = &change.root;
    tx.execute(
        &ADD,
        [
            root.id.into(),
            change.kind.as_str().into(),
            (&root.fingerprint).into(),
            roots::types_to_text(&root.types).into(),
            Value::json("ctl_list", &root.ctl_list)?,
            (&root.der).into(),
            (&root.certificate_revocation_list).into(),
            (&root.cross_certificate_pair).into(),
            (&root.labeled_uri).into(),
            root.not_after.into(),
            (&change.requested_by).into(),
            root.created_at.into(),
            change.expires_at.into(),
        ],
    )
    .await?;
    Ok(())
}

/// The change with this id.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn by_id(reader: &mut Reader, id: Uuid) -> Result<Option<RootChange>, StoreError> {
    reader.fetch_optional(&BY_ID, [id.into()]).await?.map(|row| read(&row)).transpose()
}

/// The change of this root that waits.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn pending_of(reader: &mut Reader, root: &Root) -> Result<Option<RootChange>, StoreError> {
    reader.fetch_optional(&PENDING_OF, [(&root.fingerprint).into()]).await?.map(|row| read(&row)).transpose()
}

/// All changes that are kept, in the order in which they were asked for.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn list(reader: &mut Reader) -> Result<Vec<RootChange>, StoreError> {
    reader.fetch_all(&LIST, []).await?.iter().map(read).collect()
}

/// Notes what became of a change; whether it was waiting.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn decide(
    tx: &mut Tx<'_>,
    id: Uuid,
    status: ChangeStatus,
    by: &str,
    at: Timestamp,
) -> Result<bool, StoreError> {
    Ok(tx.execute(&DECIDE, [id.into(), status.as_str().into(), by.into(), at.into()]).await? > 0)
}

/// Ends the changes whose time is over; which ones.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn expire(tx: &mut Tx<'_>, now: Timestamp) -> Result<Vec<RootChange>, StoreError> {
    tx.fetch_all(&EXPIRE, [now.into()]).await?.iter().map(read).collect()
}

/// Removes changes that were asked for before this time and do not wait any more; how many.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn remove(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, StoreError> {
    tx.execute(&REMOVE, [before.into()]).await
}

fn read(row: &Row) -> Result<RootChange, StoreError> {
    Ok(RootChange {
        root: roots::read(row)?,
        kind: row.word("kind", ChangeKind::parse)?,
        status: row.word("status", ChangeStatus::parse)?,
        requested_by: row.text("requested_by")?,
        expires_at: row.time("expires_at")?,
        decided_by: row.text_or_null("decided_by")?,
        decided_at: row.time_or_null("decided_at")?,
    })
}
