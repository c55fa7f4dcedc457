//! Webhook endpoints: where a party wants to hear of which events.

use std::collections::BTreeMap;

use jiff::Timestamp;
use opnc_messages::event::EventName;
pub use opnc_messages::event::SignatureStyle;
use opnc_messages::ids::{ProviderId, Wmi};
use opnc_messages::{Role, RootType};
use uuid::Uuid;

use crate::party_identifiers::PartyIdentifier;
use crate::row::Row;
use crate::statement::{ids, statements};
use crate::value::Value;
use crate::{Reader, StoreError, Tx};

/// A webhook endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Its id here.
    pub id: Uuid,
    /// Whose it is.
    pub party_id: Uuid,
    /// The identity of the party that it belongs to, where that made it: it hears of nothing else.
    pub acting: Option<PartyIdentifier>,
    /// Where events are sent.
    pub url: String,
    /// A note of its owner.
    pub description: Option<String>,
    /// `metadata`, a JSON object as it was sent.
    pub metadata: Option<String>,
    /// The events it hears of, under these names.
    pub enabled_events: Vec<EventName>,
    /// Only cars of these WMIs; empty: of all that the party has.
    pub wmis: Vec<Wmi>,
    /// Only contracts of these providers; empty: of all that the party has.
    pub providers: Vec<ProviderId>,
    /// Only roots of these types; empty: all (E11).
    pub root_types: Vec<RootType>,
    /// Whether it hears of anything at present.
    pub enabled: bool,
    /// The secret that deliveries are signed with, sealed.
    pub secret: Vec<u8>,
    /// The secret before it, for as long as it is used as well.
    pub previous_secret: Option<PreviousSecret>,
    /// How the signature is written (E3).
    pub signature_style: SignatureStyle,
    /// Whether bodies name certificates by fingerprint alone (E7).
    pub identifiers_only: bool,
    /// Since when each delivery has failed.
    pub failing_since: Option<Timestamp>,
    /// Since when none is tried any more.
    pub parked_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its owner changed it last.
    pub updated_at: Timestamp,
}

/// A secret that was replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviousSecret {
    /// The secret, sealed.
    pub sealed: Vec<u8>,
    /// Until when deliveries carry its signature too.
    pub until: Timestamp,
}

macro_rules! columns {
    () => {
        "e.id, e.party_id, e.acting_kind, e.acting_value, e.url, e.description, e.metadata, e.enabled_events, e.wmis,
         e.providers, e.root_types, e.enabled, e.secret, e.previous_secret, e.previous_until, e.signature_style,
         e.identifiers_only, e.failing_since, e.parked_at, e.created_at, e.updated_at"
    };
}

pub mod health;

statements! {
    ADD = "INSERT INTO event_endpoints (id, party_id, acting_kind, acting_value, created_at, url, description, metadata,
             enabled_events, wmis, providers, root_types, enabled, secret, previous_secret, previous_until,
             signature_style, identifiers_only, failing_since, parked_at, updated_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)";
    UPDATE = "UPDATE event_endpoints SET url = $2, description = $3, metadata = $4, enabled_events = $5, wmis = $6,
                providers = $7, root_types = $8, enabled = $9, secret = $10, previous_secret = $11,
                previous_until = $12, signature_style = $13, identifiers_only = $14, failing_since = $15,
                parked_at = $16, updated_at = $17,
                pause_until = CASE WHEN CAST($15 AS BIGINT) IS NULL THEN NULL ELSE pause_until END
              WHERE id = $1";
    REMOVE = "DELETE FROM event_endpoints WHERE id = $1";
    REMOVE_FIRST = "DELETE FROM deliveries WHERE endpoint_id = $1 AND state = 'waiting' AND blocked = 0";
    REMOVE_BLOCKED = "DELETE FROM deliveries WHERE endpoint_id = $1 AND state = 'waiting' AND blocked = 1";
    FIND = concat!("SELECT ", columns!(), " FROM event_endpoints e WHERE e.id = $1");
    OF_PARTY = concat!(
        "SELECT ", columns!(), " FROM event_endpoints e WHERE e.party_id = $1 ORDER BY e.created_at, e.id"
    );
    ENABLED = concat!(
        "SELECT ", columns!(), ", p.role FROM event_endpoints e JOIN parties p ON p.id = e.party_id
         WHERE e.enabled = 1 AND p.status = 'active' ORDER BY e.created_at, e.id"
    );
    OF_HOLDERS = concat!(
        "SELECT ", columns!(), ", p.role, i.value AS held FROM party_identifiers i
         JOIN parties p ON p.id = i.party_id JOIN event_endpoints e ON e.party_id = i.party_id
         WHERE i.kind = $51 AND i.value IN (", ids!(), ") AND e.enabled = 1 AND p.status = 'active'
         ORDER BY e.created_at, e.id"
    );
    LIST = concat!("SELECT ", columns!(), " FROM event_endpoints e ORDER BY e.created_at, e.id");
}

/// Adds an endpoint under a new id.
///
/// # Errors
/// [`StoreError`] when the database fails, or there is no such party.
pub async fn add(tx: &mut Tx<'_>, endpoint: &Endpoint) -> Result<(), StoreError> {
    let (kind, value) = match &endpoint.acting {
        Some(identity) => {
            let (kind, value) = identity.to_columns();
            (Some(kind), Some(value))
        }
        None => (None, None),
    };
    let mut values =
        vec![endpoint.id.into(), endpoint.party_id.into(), kind.into(), value.into(), endpoint.created_at.into()];
    values.extend(changeable(endpoint)?);
    tx.execute(&ADD, values).await?;
    Ok(())
}

/// Writes what can change of an endpoint; whether there is one with this id. One that is not failing is not left alone
/// any longer.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn update(tx: &mut Tx<'_>, endpoint: &Endpoint) -> Result<bool, StoreError> {
    let mut values = vec![endpoint.id.into()];
    values.extend(changeable(endpoint)?);
    Ok(tx.execute(&UPDATE, values).await? > 0)
}

/// Removes an endpoint and what waits for it; whether there was one. What has come to its end is shown to nobody any more, and
/// goes with its event: to look for it would take as long as there are deliveries.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn remove(tx: &mut Tx<'_>, id: Uuid) -> Result<bool, StoreError> {
    tx.execute(&REMOVE_FIRST, [id.into()]).await?;
    tx.execute(&REMOVE_BLOCKED, [id.into()]).await?;
    Ok(tx.execute(&REMOVE, [id.into()]).await? > 0)
}

/// The endpoint with this id.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn find(reader: &mut Reader, id: Uuid) -> Result<Option<Endpoint>, StoreError> {
    let row = reader.fetch_optional(&FIND, [id.into()]).await?;
    row.map(|row| read(&row)).transpose()
}

/// The endpoints of a party, the oldest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn of_party(reader: &mut Reader, party: Uuid) -> Result<Vec<Endpoint>, StoreError> {
    reader.fetch_all(&OF_PARTY, [party.into()]).await?.iter().map(read).collect()
}

/// All endpoints, the oldest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn list(reader: &mut Reader) -> Result<Vec<Endpoint>, StoreError> {
    reader.fetch_all(&LIST, []).await?.iter().map(read).collect()
}

/// All endpoints that are enabled, of parties that are active, with the party's role.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn enabled(reader: &mut Reader) -> Result<Vec<(Endpoint, Role)>, StoreError> {
    reader.fetch_all(&ENABLED, []).await?.iter().map(read_with_role).collect()
}

/// Of them, those of parties that hold one of these identifiers, once with each that is held.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn of_holders(
    reader: &mut Reader,
    identifiers: &[PartyIdentifier],
) -> Result<Vec<(PartyIdentifier, Endpoint, Role)>, StoreError> {
    let mut by_kind: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
    for (kind, value) in identifiers.iter().map(PartyIdentifier::to_columns) {
        by_kind.entry(kind).or_default().push(value);
    }
    let mut found = Vec::new();
    for (kind, values) in by_kind {
        for (statement, values) in reader.by_ids(&OF_HOLDERS, &values, [kind.into()]) {
            for row in reader.fetch_all(statement, values).await? {
                let (endpoint, role) = read_with_role(&row)?;
                found.push((PartyIdentifier::from_columns(&row, kind, "held")?, endpoint, role));
            }
        }
    }
    Ok(found)
}

fn changeable(endpoint: &Endpoint) -> Result<[Value; 16], StoreError> {
    let previous = endpoint.previous_secret.as_ref();
    Ok([
        (&endpoint.url).into(),
        (&endpoint.description).into(),
        (&endpoint.metadata).into(),
        Value::json("enabled_events", &endpoint.enabled_events)?,
        Value::json("wmis", &endpoint.wmis)?,
        Value::json("providers", &endpoint.providers)?,
        Value::json("root_types", &endpoint.root_types)?,
        endpoint.enabled.into(),
        (&endpoint.secret).into(),
        previous.map(|previous| previous.sealed.as_slice()).into(),
        previous.map(|previous| previous.until).into(),
        endpoint.signature_style.as_str().into(),
        endpoint.identifiers_only.into(),
        endpoint.failing_since.into(),
        endpoint.parked_at.into(),
        endpoint.updated_at.into(),
    ])
}

fn read_with_role(row: &Row) -> Result<(Endpoint, Role), StoreError> {
    Ok((read(row)?, row.word("role", Role::parse)?))
}

fn read(row: &Row) -> Result<Endpoint, StoreError> {
    let previous = row.blob_or_null("previous_secret")?.zip(row.time_or_null("previous_until")?);
    let acting = match row.text_or_null("acting_kind")? {
        Some(kind) => Some(PartyIdentifier::from_columns(row, &kind, "acting_value")?),
        None => None,
    };
    Ok(Endpoint {
        id: row.uuid("id")?,
        party_id: row.uuid("party_id")?,
        acting,
        url: row.text("url")?,
        description: row.text_or_null("description")?,
        metadata: row.text_or_null("metadata")?,
        enabled_events: row.json("enabled_events")?,
        wmis: row.json("wmis")?,
        providers: row.json("providers")?,
        root_types: row.json("root_types")?,
        enabled: row.flag("enabled")?,
        secret: row.blob("secret")?,
        previous_secret: previous.map(|(sealed, until)| PreviousSecret { sealed, until }),
        signature_style: row.word("signature_style", SignatureStyle::parse)?,
        identifiers_only: row.flag("identifiers_only")?,
        failing_since: row.time_or_null("failing_since")?,
        parked_at: row.time_or_null("parked_at")?,
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}
