//! The pools of other ecosystems, beyond what they have as parties: how they are reached, and what may be asked of them.

use jiff::Timestamp;
use opnc_messages::Role;
use uuid::Uuid;

use crate::row::Row;
use crate::statement::statements;
use crate::value::Value;
use crate::{Reader, StoreError, Tx};

/// A peer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peer {
    /// The party that it is here, whose identifiers are those of its members.
    pub party_id: Uuid,
    /// What stands before `/opnc/v1` there.
    pub base_url: String,
    /// Our OAuth2 client there. Without it and a certificate, the peer can ask us, and we do not ask it.
    pub credentials: Option<PeerCredentials>,
    /// The certificate that we show there.
    pub certificate: Option<PeerCertificate>,
    /// The services that are asked there: `rcp`, `pcp`, `cps`, `ccp`.
    pub services: Vec<String>,
    /// The roles it has when it does not say for whom it asks, by their names.
    pub speaks_as: Vec<Role>,
    /// What is sent to it as `broadcast`, so that it does not ask on (F1).
    pub broadcast: bool,
    /// For how long it may take to answer, in milliseconds.
    pub timeout_ms: u32,
    /// How many questions may be with it at the same time.
    pub most_calls: u32,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// What we authenticate with at a peer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerCredentials {
    /// Our OAuth2 client id there.
    pub client_id: String,
    /// The client secret, sealed.
    pub sealed_secret: Vec<u8>,
    /// Where it issues tokens, when that is not `/oauth2/token` below its base URL.
    pub token_url: Option<String>,
}

/// The certificate by which TLS servers of a peer know us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerCertificate {
    /// Certificates in PEM, ours first.
    pub chain: String,
    /// Its private key, sealed.
    pub sealed_key: Vec<u8>,
}

impl Peer {
    /// Whether we can show ourselves there, and so ask.
    pub fn is_asked(&self) -> bool {
        self.credentials.is_some() || self.certificate.is_some()
    }
}

macro_rules! columns {
    () => {
        "party_id, base_url, token_url, client_id, client_secret, services, speaks_as, broadcast, timeout_ms, most_calls,
         created_at, updated_at, client_certificate, client_key"
    };
}

statements! {
    ADD = concat!(
        "INSERT INTO peers (", columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
    );
    UPDATE = "UPDATE peers SET base_url = $2, token_url = $3, client_id = $4, client_secret = $5, services = $6,
                speaks_as = $7, broadcast = $8, timeout_ms = $9, most_calls = $10, created_at = $11, updated_at = $12,
                client_certificate = $13, client_key = $14
              WHERE party_id = $1";
    FIND = concat!("SELECT ", columns!(), " FROM peers WHERE party_id = $1");
    LIST = concat!("SELECT ", columns!(), " FROM peers ORDER BY created_at, party_id");
    REMOVE = "DELETE FROM peers WHERE party_id = $1";
    REMOVE_CERTIFICATES = "DELETE FROM client_certificates WHERE party_id = $1";
    REMOVE_SECRETS = "DELETE FROM client_secrets
                      WHERE client_id IN (SELECT client_id FROM client_credentials WHERE party_id = $1)";
    REMOVE_CLIENTS = "DELETE FROM client_credentials WHERE party_id = $1";
    REMOVE_IDENTIFIERS = "DELETE FROM party_identifiers WHERE party_id = $1";
    REMOVE_PARTY = "DELETE FROM parties WHERE id = $1";
}

/// Adds what makes a party a peer.
///
/// # Errors
/// [`StoreError`] when the database fails, there is no such party, or it is a peer already.
pub async fn add(tx: &mut Tx<'_>, peer: &Peer) -> Result<(), StoreError> {
    tx.execute(&ADD, values(peer)?).await?;
    Ok(())
}

/// Writes a peer anew; whether there is one.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn update(tx: &mut Tx<'_>, peer: &Peer) -> Result<bool, StoreError> {
    Ok(tx.execute(&UPDATE, values(peer)?).await? > 0)
}

/// The peer that is this party.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn find(reader: &mut Reader, party: Uuid) -> Result<Option<Peer>, StoreError> {
    let row = reader.fetch_optional(&FIND, [party.into()]).await?;
    row.map(|row| read(&row)).transpose()
}

/// All peers, the oldest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn list(reader: &mut Reader) -> Result<Vec<Peer>, StoreError> {
    reader.fetch_all(&LIST, []).await?.iter().map(read).collect()
}

/// Removes a peer, and the party with its credentials and members; whether there was one.
///
/// # Errors
/// [`StoreError`] when the database fails, or something else rests on the party: its endpoints go before.
pub async fn remove(tx: &mut Tx<'_>, party: Uuid) -> Result<bool, StoreError> {
    if tx.execute(&REMOVE, [party.into()]).await? == 0 {
        return Ok(false);
    }
    let steps = [&REMOVE_CERTIFICATES, &REMOVE_SECRETS, &REMOVE_CLIENTS, &REMOVE_IDENTIFIERS, &REMOVE_PARTY];
    for statement in steps {
        tx.execute(statement, [party.into()]).await?;
    }
    Ok(true)
}

fn values(peer: &Peer) -> Result<[Value; 14], StoreError> {
    let credentials = peer.credentials.as_ref();
    Ok([
        peer.party_id.into(),
        (&peer.base_url).into(),
        credentials.and_then(|credentials| credentials.token_url.as_deref()).into(),
        credentials.map(|credentials| credentials.client_id.as_str()).into(),
        credentials.map(|credentials| credentials.sealed_secret.as_slice()).into(),
        Value::json("services", &peer.services)?,
        Value::json("speaks_as", &peer.speaks_as)?,
        peer.broadcast.into(),
        peer.timeout_ms.into(),
        peer.most_calls.into(),
        peer.created_at.into(),
        peer.updated_at.into(),
        peer.certificate.as_ref().map(|certificate| certificate.chain.as_str()).into(),
        peer.certificate.as_ref().map(|certificate| certificate.sealed_key.as_slice()).into(),
    ])
}

fn read(row: &Row) -> Result<Peer, StoreError> {
    let credentials = match row.text_or_null("client_id")?.zip(row.blob_or_null("client_secret")?) {
        Some((client_id, sealed_secret)) => {
            Some(PeerCredentials { client_id, sealed_secret, token_url: row.text_or_null("token_url")? })
        }
        None => None,
    };
    let certificate = row.text_or_null("client_certificate")?.zip(row.blob_or_null("client_key")?);
    let number = |column| {
        let value = row.count(column)?;
        u32::try_from(value).map_err(|_| row.corrupt(column, format!("{value} is too large")))
    };
    Ok(Peer {
        party_id: row.uuid("party_id")?,
        base_url: row.text("base_url")?,
        credentials,
        certificate: certificate.map(|(chain, sealed_key)| PeerCertificate { chain, sealed_key }),
        services: row.json("services")?,
        speaks_as: row.json("speaks_as")?,
        broadcast: row.flag("broadcast")?,
        timeout_ms: number("timeout_ms")?,
        most_calls: number("most_calls")?,
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}
