//! Documents that this ecosystem signs, and the keys for it.
//!
//! Who verifies has pinned a key, and may see us seldom. So the next key is announced, in the key set and in the documents
//! themselves, before it signs: readers that came by in between follow. There is one current key on all replicas, which share
//! a key store; its name is in the database, written in the transaction that makes it.

use opnc_client::signed::{KeySet, VerifyingKey, compact};
use opnc_pki::key::{Algorithm, KeyStoreError};
use opnc_store::{Reader, Tx, settings};
use serde_json::{Value, json};

use crate::audit::admins_only;
use crate::{Caller, Ecosystem, ServiceError, record};

/// Where the store keeps which keys there are.
const SETTING: &str = "documents.keys";
const NOT_HERE: &str =
    "The key that signs documents is not in the key store of this process: all replicas need the same keys.";

/// The keys by their names in the key store.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Ring {
    /// Which one signs; the first is 1.
    current: u32,
    /// Its thumbprint.
    id: String,
    /// Whether the one after it exists and is announced.
    announced: bool,
}

/// Signs a document of this type, such as `opnc-trust-bundle+jws`, with the ecosystem's key.
///
/// # Errors
/// [`ServiceError::Unavailable`] when the key store lacks the key.
pub async fn sign(ecosystem: &Ecosystem, document_type: &str, payload: &[u8]) -> Result<String, ServiceError> {
    let ring = ring(ecosystem).await?;
    let (keys, name) = (ecosystem.keys(), name(ring.current));
    key(ecosystem, &ring)?;
    compact(document_type, &ring.id, payload, |message| keys.sign(&name, message)).map_err(ServiceError::internal)
}

/// The keys that verify: the one that signs now, then the one that will, when it is announced.
///
/// # Errors
/// [`ServiceError::Unavailable`] when the key store lacks them.
pub async fn keys(ecosystem: &Ecosystem) -> Result<KeySet, ServiceError> {
    let ring = ring(ecosystem).await?;
    let mut keys = vec![key(ecosystem, &ring)?];
    if ring.announced {
        keys.push(stored(ecosystem, ring.current.saturating_add(1))?);
    }
    Ok(KeySet::new(keys))
}

/// Makes the next key and announces it. Where that was done before, nothing is changed.
///
/// # Errors
/// [`ServiceError::Forbidden`] for everybody but admins.
pub async fn announce(caller: &Caller, ecosystem: &Ecosystem) -> Result<KeySet, ServiceError> {
    admins_only(caller)?;
    ring(ecosystem).await?;
    let announced: Result<(), ServiceError> = ecosystem
        .store()
        .run_tx("announce document key", |tx| {
            Box::pin(async move {
                let Some(ring) = read(tx).await? else { return Ok(()) };
                if !ring.announced {
                    let next = make(ecosystem, ring.current.saturating_add(1))?;
                    write(tx, &Ring { announced: true, ..ring }).await?;
                    record::note(tx, caller, ecosystem, "AnnounceDocumentKey", next.id()).await?;
                }
                Ok(())
            })
        })
        .await;
    announced?;
    keys(ecosystem).await
}

/// Signs with the announced key from now on. Who has not seen the announcement has to pin it anew.
///
/// # Errors
/// [`ServiceError::Forbidden`] for everybody but admins, [`ServiceError::Invalid`] when none is announced.
pub async fn switch(caller: &Caller, ecosystem: &Ecosystem) -> Result<KeySet, ServiceError> {
    admins_only(caller)?;
    let switched: Result<(), ServiceError> = ecosystem
        .store()
        .run_tx("switch document key", |tx| {
            Box::pin(async move {
                let Some(ring) = read(tx).await?.filter(|ring| ring.announced) else {
                    let text =
                        "There is no next key. Announce one first, and let readers see it before you switch to it.";
                    return Err(ServiceError::invalid(text));
                };
                let current = ring.current.saturating_add(1);
                let id = stored(ecosystem, current)?.id().to_owned();
                record::note(tx, caller, ecosystem, "SwitchDocumentKey", &id).await?;
                write(tx, &Ring { current, id, announced: false }).await
            })
        })
        .await;
    switched?;
    keys(ecosystem).await
}

/// Which keys there are; the first is made here.
async fn ring(ecosystem: &Ecosystem) -> Result<Ring, ServiceError> {
    let mut reader = ecosystem.store().read().await?;
    if let Some(ring) = read(&mut reader).await? {
        return Ok(ring);
    }
    drop(reader);
    let program = &Caller::program(ecosystem.new_id());
    ecosystem
        .store()
        .run_tx("make document key", |tx| {
            Box::pin(async move {
                // Another replica may have been faster.
                if let Some(ring) = read(tx).await? {
                    return Ok(ring);
                }
                let ring = Ring { current: 1, id: make(ecosystem, 1)?.id().to_owned(), announced: false };
                write(tx, &ring).await?;
                record::note(tx, program, ecosystem, "MakeDocumentKey", &ring.id).await?;
                Ok(ring)
            })
        })
        .await
}

/// Makes a key; one that a transaction left behind which was not committed is taken as it is.
fn make(ecosystem: &Ecosystem, number: u32) -> Result<VerifyingKey, ServiceError> {
    match ecosystem.keys().generate(&name(number), Algorithm::Secp256r1) {
        Ok(_) | Err(KeyStoreError::AlreadyExists(_)) => stored(ecosystem, number),
        Err(error) => Err(ServiceError::internal(error)),
    }
}

/// The current key, when it is the one that the database means.
fn key(ecosystem: &Ecosystem, ring: &Ring) -> Result<VerifyingKey, ServiceError> {
    let key = stored(ecosystem, ring.current)?;
    if key.id() == ring.id { Ok(key) } else { Err(ServiceError::Unavailable(NOT_HERE)) }
}

fn stored(ecosystem: &Ecosystem, number: u32) -> Result<VerifyingKey, ServiceError> {
    let key = ecosystem.keys().public_key(&name(number)).map_err(|error| match error {
        KeyStoreError::NotFound(_) => ServiceError::Unavailable(NOT_HERE),
        other => ServiceError::internal(other),
    })?;
    VerifyingKey::new(key).map_err(ServiceError::internal)
}

fn name(number: u32) -> String {
    format!("documents-{number}")
}

async fn read(reader: &mut Reader) -> Result<Option<Ring>, ServiceError> {
    let Some(text) = settings::get(reader, SETTING).await? else { return Ok(None) };
    let value: Value = serde_json::from_str(&text).map_err(ServiceError::internal)?;
    let ring = || {
        let current = value.get("current")?.as_u64().and_then(|number| u32::try_from(number).ok())?;
        let id = value.get("id")?.as_str()?.to_owned();
        Some(Ring { current, id, announced: value.get("announced")?.as_bool()? })
    };
    ring().map(Some).ok_or_else(|| ServiceError::internal("the names of the document keys cannot be read"))
}

async fn write(tx: &mut Tx<'_>, ring: &Ring) -> Result<(), ServiceError> {
    let Ring { current, id, announced } = ring;
    let value = json!({ "current": current, "id": id, "announced": announced });
    Ok(settings::put(tx, SETTING, &value.to_string()).await?)
}
