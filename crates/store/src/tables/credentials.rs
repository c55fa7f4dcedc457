//! OAuth2 clients and the hashes of their secrets. A secret itself is never stored.

use jiff::Timestamp;
use uuid::Uuid;

use crate::row::Row;
use crate::statement::statements;
use crate::value::Value;
use crate::{Reader, StoreError, Tx};

/// A client: one credential of a party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// The `client_id` of the token endpoint.
    pub client_id: String,
    /// Whose credential it is.
    pub party_id: Uuid,
    /// The scopes it may ask for; `None`: all that its party has.
    pub scopes: Option<Vec<String>>,
}

statements! {
    PUT = "INSERT INTO client_credentials (client_id, party_id, scopes) VALUES ($1, $2, $3)
           ON CONFLICT (client_id) DO UPDATE SET party_id = excluded.party_id, scopes = excluded.scopes";
    FIND = "SELECT client_id, party_id, scopes FROM client_credentials WHERE client_id = $1";
    OF_PARTY = "SELECT client_id, party_id, scopes FROM client_credentials WHERE party_id = $1 ORDER BY client_id";
    SECRETS = "SELECT hash FROM client_secrets WHERE client_id = $1 AND (expires_at IS NULL OR expires_at > $2)";
    VALIDITY = "SELECT created_at, COALESCE(expires_at, 0) AS ends_at FROM client_secrets
                WHERE client_id = $1 AND (expires_at IS NULL OR expires_at > $2) ORDER BY created_at DESC, ends_at";
    DROP_PREVIOUS = "DELETE FROM client_secrets WHERE client_id = $1 AND expires_at IS NOT NULL";
    LIMIT_CURRENT = "UPDATE client_secrets SET expires_at = $2 WHERE client_id = $1";
    ADD_SECRET = "INSERT INTO client_secrets (client_id, hash, created_at, expires_at) VALUES ($1, $2, $3, NULL)";
}

/// Adds a client, or replaces its party and scopes.
///
/// # Errors
/// [`StoreError`] when the database fails, or there is no such party.
pub async fn put(tx: &mut Tx<'_>, client: &Client) -> Result<(), StoreError> {
    let scopes = client.scopes.as_ref().map(|scopes| Value::json("scopes", scopes)).transpose()?;
    let scopes = scopes.unwrap_or(Value::Text(None));
    tx.execute(&PUT, [(&client.client_id).into(), client.party_id.into(), scopes]).await?;
    Ok(())
}

/// The client with this id.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn find(reader: &mut Reader, client_id: &str) -> Result<Option<Client>, StoreError> {
    let row = reader.fetch_optional(&FIND, [client_id.into()]).await?;
    row.map(|row| read(&row)).transpose()
}

/// The clients of a party.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn of_party(reader: &mut Reader, party: Uuid) -> Result<Vec<Client>, StoreError> {
    reader.fetch_all(&OF_PARTY, [party.into()]).await?.iter().map(read).collect()
}

/// The SHA-256 hashes of the secrets that the client may use at this time: one, or two during a rotation.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn secrets(reader: &mut Reader, client_id: &str, at: Timestamp) -> Result<Vec<[u8; 32]>, StoreError> {
    reader.fetch_all(&SECRETS, [client_id.into(), at.into()]).await?.iter().map(|row| row.hash("hash")).collect()
}

/// When each of those secrets was made, and when it ends; the newest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn validity(
    reader: &mut Reader,
    client_id: &str,
    at: Timestamp,
) -> Result<Vec<(Timestamp, Option<Timestamp>)>, StoreError> {
    let rows = reader.fetch_all(&VALIDITY, [client_id.into(), at.into()]).await?;
    let ends = |row: &Row| row.time("ends_at").map(|at| (at != Timestamp::UNIX_EPOCH).then_some(at));
    rows.iter().map(|row| Ok((row.time("created_at")?, ends(row)?))).collect()
}

/// Ends every secret of the client but the newest, at once; whether there was one.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn drop_previous(tx: &mut Tx<'_>, client_id: &str) -> Result<bool, StoreError> {
    Ok(tx.execute(&DROP_PREVIOUS, [client_id.into()]).await? > 0)
}

/// Gives the client a new secret. The one it had is good until `old_until`, the one before that no longer.
///
/// # Errors
/// [`StoreError`] when the database fails, or there is no such client.
pub async fn rotate_secret(
    tx: &mut Tx<'_>,
    client_id: &str,
    hash: &[u8; 32],
    now: Timestamp,
    old_until: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(&DROP_PREVIOUS, [client_id.into()]).await?;
    tx.execute(&LIMIT_CURRENT, [client_id.into(), old_until.into()]).await?;
    tx.execute(&ADD_SECRET, [client_id.into(), hash.into(), now.into()]).await?;
    Ok(())
}

fn read(row: &Row) -> Result<Client, StoreError> {
    Ok(Client {
        client_id: row.text("client_id")?,
        party_id: row.uuid("party_id")?,
        scopes: row.json_or_null("scopes")?,
    })
}
