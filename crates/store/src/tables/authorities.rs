//! Our own CAs and CPS signers: which certificate goes with which key of the key store.

use jiff::Timestamp;
use opnc_messages::ids::Fingerprint;
use uuid::Uuid;

use crate::row::Row;
use crate::statement::statements;
use crate::tables::certificates::{self, CaCertificate};
use crate::value::Value;
use crate::{Reader, StoreError, Tx};

/// A CA or signer of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    /// Its id here.
    pub id: Uuid,
    /// What it signs.
    pub kind: AuthorityKind,
    /// The algorithm of its key and of what it issues, by its OPNC name.
    pub algorithm: String,
    /// The name before the domain by which an operator's own sub CA is asked for; empty for the ecosystem's.
    pub prefix: String,
    /// The name of its key in the key store.
    pub key_id: String,
    /// Its own certificate.
    pub certificate: CaCertificate,
    /// The certificates above it, the root not among them, its issuer first.
    pub chain: Vec<Fingerprint>,
    /// The root above it; itself for a root.
    pub root_fingerprint: Fingerprint,
    /// The party it belongs to; `None`: the ecosystem.
    pub party_id: Option<Uuid>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Whether it signs; an inactive one only keeps what it has signed explainable.
    pub active: bool,
}

/// What an authority signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AuthorityKind {
    /// The V2G root.
    V2gRoot,
    /// An eMSP root.
    EmspRoot,
    /// An OEM root.
    OemRoot,
    /// First sub CA of the CPS branch below a V2G root.
    CpsSubCa1,
    /// Second sub CA of the CPS branch: issues CPS leaves.
    CpsSubCa2,
    /// First sub CA below an eMSP root.
    EmspSubCa1,
    /// Issues contract certificates.
    EmspIssuing,
    /// Signs contract data: a CPS leaf.
    CpsSigner,
    /// First sub CA of the CPO branch below a V2G root.
    CpoSubCa1,
    /// Second sub CA of the CPO branch: issues the certificates of charging stations.
    CpoIssuing,
    /// First sub CA of the OEM branch.
    OemSubCa1,
    /// Second sub CA of the OEM branch: issues provisioning and vehicle certificates.
    OemIssuing,
}

impl AuthorityKind {
    /// Every kind.
    pub const ALL: [Self; 12] = [
        Self::V2gRoot,
        Self::EmspRoot,
        Self::OemRoot,
        Self::CpsSubCa1,
        Self::CpsSubCa2,
        Self::EmspSubCa1,
        Self::EmspIssuing,
        Self::CpsSigner,
        Self::CpoSubCa1,
        Self::CpoIssuing,
        Self::OemSubCa1,
        Self::OemIssuing,
    ];

    /// The word in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V2gRoot => "v2gRoot",
            Self::EmspRoot => "emspRoot",
            Self::OemRoot => "oemRoot",
            Self::CpsSubCa1 => "cpsSubCa1",
            Self::CpsSubCa2 => "cpsSubCa2",
            Self::EmspSubCa1 => "emspSubCa1",
            Self::EmspIssuing => "emspIssuing",
            Self::CpsSigner => "cpsSigner",
            Self::CpoSubCa1 => "cpoSubCa1",
            Self::CpoIssuing => "cpoIssuing",
            Self::OemSubCa1 => "oemSubCa1",
            Self::OemIssuing => "oemIssuing",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

macro_rules! columns {
    () => {
        "id, kind, algorithm, prefix, key_id, fingerprint, chain, root_fingerprint, party_id, created_at, active,
         (SELECT der FROM certificates WHERE certificates.fingerprint = authorities.fingerprint) AS der"
    };
}

statements! {
    ADD = "INSERT INTO authorities (id, kind, algorithm, prefix, key_id, fingerprint, chain, root_fingerprint, party_id,
             created_at, active)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    ACTIVE = concat!("SELECT ", columns!(), " FROM authorities WHERE kind = $1 AND active = 1 ORDER BY created_at, id");
    LIST = concat!("SELECT ", columns!(), " FROM authorities ORDER BY created_at, id");
    BY_KEY = "SELECT DISTINCT c.fingerprint, c.der FROM certificate_keys k
              JOIN authorities a ON a.fingerprint = k.fingerprint JOIN certificates c ON c.fingerprint = k.fingerprint
              WHERE k.lookup = $1 ORDER BY c.fingerprint";
    SET_ACTIVE = "UPDATE authorities SET active = $2 WHERE id = $1";
}

/// Adds an authority, and its certificate to [`certificates`].
///
/// # Errors
/// [`StoreError`] when the database fails, or the id is taken.
pub async fn add(tx: &mut Tx<'_>, authority: &Authority) -> Result<(), StoreError> {
    certificates::put(tx, &authority.certificate).await?;
    tx.execute(
        &ADD,
        [
            authority.id.into(),
            authority.kind.as_str().into(),
            (&authority.algorithm).into(),
            (&authority.prefix).into(),
            (&authority.key_id).into(),
            (&authority.certificate.fingerprint).into(),
            Value::json("chain", &authority.chain)?,
            (&authority.root_fingerprint).into(),
            authority.party_id.into(),
            authority.created_at.into(),
            authority.active.into(),
        ],
    )
    .await?;
    Ok(())
}

/// The active authorities of a kind, the oldest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn active(reader: &mut Reader, kind: AuthorityKind) -> Result<Vec<Authority>, StoreError> {
    reader.fetch_all(&ACTIVE, [kind.as_str().into()]).await?.iter().map(read).collect()
}

/// All authorities, the oldest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn list(reader: &mut Reader) -> Result<Vec<Authority>, StoreError> {
    reader.fetch_all(&LIST, []).await?.iter().map(read).collect()
}

/// The CA certificates of authorities that are found under a key, as [`certificates::by_key`] has it.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn certificates_by_key(reader: &mut Reader, key: &str) -> Result<Vec<CaCertificate>, StoreError> {
    reader.fetch_all(&BY_KEY, [key.into()]).await?.iter().map(certificates::read).collect()
}

/// Lets an authority sign, or no longer; whether there is one.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn set_active(tx: &mut Tx<'_>, id: Uuid, active: bool) -> Result<bool, StoreError> {
    Ok(tx.execute(&SET_ACTIVE, [id.into(), active.into()]).await? > 0)
}

fn read(row: &Row) -> Result<Authority, StoreError> {
    Ok(Authority {
        id: row.uuid("id")?,
        kind: row.word("kind", AuthorityKind::parse)?,
        algorithm: row.text("algorithm")?,
        prefix: row.text("prefix")?,
        key_id: row.text("key_id")?,
        certificate: CaCertificate { fingerprint: row.fingerprint("fingerprint")?, der: row.blob("der")? },
        chain: row.json("chain")?,
        root_fingerprint: row.fingerprint("root_fingerprint")?,
        party_id: row.uuid_or_null("party_id")?,
        created_at: row.time("created_at")?,
        active: row.flag("active")?,
    })
}
