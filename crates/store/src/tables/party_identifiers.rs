//! What a party owns: the identifiers whose records it may write.

use opnc_messages::Role;
use opnc_messages::ids::{Fingerprint, OperatorId, ProviderId, Wmi};
use uuid::Uuid;

use crate::row::Row;
use crate::statement::statements;
use crate::{Reader, StoreError, Tx};

/// Something a party owns.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PartyIdentifier {
    /// An OEM's world manufacturer identifier: the start of its PCIDs.
    Wmi(Wmi),
    /// An eMSP's country and provider: the start of its EMAIDs.
    Provider(ProviderId),
    /// A CPO's country and operator: the start of its EVSE IDs.
    Operator(OperatorId),
    /// The root of a PKI or CPS.
    Root(Fingerprint),
    /// A common name under which it may sign contract data (A1).
    CpsName(String),
}

statements! {
    ADD = "INSERT INTO party_identifiers (party_id, kind, value) VALUES ($1, $2, $3)
           ON CONFLICT (party_id, kind, value) DO NOTHING";
    OF_PARTY = "SELECT kind, value FROM party_identifiers WHERE party_id = $1 ORDER BY kind, value";
    HOLDERS = "SELECT party_id FROM party_identifiers WHERE kind = $1 AND value = $2 ORDER BY party_id";
    OF_PARTICIPANTS = "SELECT i.kind, i.value FROM party_identifiers i JOIN parties p ON p.id = i.party_id
                       WHERE p.role <> $1 ORDER BY i.kind, i.value";
    REMOVE = "DELETE FROM party_identifiers WHERE party_id = $1 AND kind = $2 AND value = $3";
}

/// Gives the identifier to the party.
///
/// # Errors
/// [`StoreError`] when the database fails, or there is no such party.
pub async fn add(tx: &mut Tx<'_>, party: Uuid, identifier: &PartyIdentifier) -> Result<(), StoreError> {
    let (kind, value) = identifier.to_columns();
    tx.execute(&ADD, [party.into(), kind.into(), value.into()]).await?;
    Ok(())
}

/// All that the party owns.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn of_party(reader: &mut Reader, party: Uuid) -> Result<Vec<PartyIdentifier>, StoreError> {
    reader.fetch_all(&OF_PARTY, [party.into()]).await?.iter().map(PartyIdentifier::read).collect()
}

/// The parties that have this identifier.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn holders(reader: &mut Reader, identifier: &PartyIdentifier) -> Result<Vec<Uuid>, StoreError> {
    let (kind, value) = identifier.to_columns();
    reader.fetch_all(&HOLDERS, [kind.into(), value.into()]).await?.iter().map(|row| row.uuid("party_id")).collect()
}

/// All that the parties of this ecosystem own, peers left out: what those are approved for is not held here.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn of_participants(reader: &mut Reader) -> Result<Vec<PartyIdentifier>, StoreError> {
    let peers = Role::Peer.as_str();
    reader.fetch_all(&OF_PARTICIPANTS, [peers.into()]).await?.iter().map(PartyIdentifier::read).collect()
}

/// Takes the identifier from the party; whether it had it.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn remove(tx: &mut Tx<'_>, party: Uuid, identifier: &PartyIdentifier) -> Result<bool, StoreError> {
    let (kind, value) = identifier.to_columns();
    Ok(tx.execute(&REMOVE, [party.into(), kind.into(), value.into()]).await? > 0)
}

impl PartyIdentifier {
    pub(crate) fn to_columns(&self) -> (&'static str, String) {
        match self {
            Self::Wmi(wmi) => ("wmi", wmi.to_string()),
            Self::Provider(provider) => ("provider", provider.to_string()),
            Self::Operator(operator) => ("operator", operator.to_string()),
            Self::Root(fingerprint) => ("root", fingerprint.to_string()),
            Self::CpsName(name) => ("cpsName", name.clone()),
        }
    }

    fn read(row: &Row) -> Result<Self, StoreError> {
        Self::from_columns(row, &row.text("kind")?, "value")
    }

    pub(crate) fn from_columns(row: &Row, kind: &str, value: &'static str) -> Result<Self, StoreError> {
        match kind {
            "wmi" => row.parsed(value, Wmi::parse).map(Self::Wmi),
            "provider" => row.parsed(value, ProviderId::parse).map(Self::Provider),
            "operator" => row.parsed(value, OperatorId::parse).map(Self::Operator),
            "root" => row.fingerprint(value).map(Self::Root),
            "cpsName" => row.text(value).map(Self::CpsName),
            other => Err(row.corrupt(value, format!("{other:?} is no kind of identifier"))),
        }
    }
}
