//! CA certificates that the pools hold, found by what the certificates below them say: key identifier and name of the issuer.

use std::collections::HashSet;
use std::sync::{Arc, PoisonError, RwLock};

use opnc_messages::ids::Fingerprint;
use opnc_messages::trust::HashAlgorithm;
use opnc_pki::certificate::{Certificate, Name};
use opnc_pki::chain::Known;
use opnc_pki::key::{sha256, sha384, sha512};
use opnc_store::certificates::CaCertificate;
use opnc_store::{authorities, certificates, contracts};

use crate::anchors::TrustAnchors;
use crate::{Ecosystem, ServiceError};

/// How many certificates are made ready in one transaction.
const BATCH: u32 = 200;
/// How many such transactions one question waits for; a job does the rest.
const MOST_BATCHES: u32 = 5;
/// How many the job makes.
const MOST_BATCHES_OF_JOB: u32 = 100;
/// How many CAs are taken for one key identifier, and for one name.
const MOST_OF_ONE: u32 = 8;
/// How many CAs of one name are looked at for the one that has a key.
const MOST_OF_ONE_NAME: u32 = 64;
/// The longest key identifier that anything is looked up by.
const LONGEST_KEY_ID: usize = 64;
/// How many CAs are remembered because a path went through them; then all are forgotten.
const MOST_REMEMBERED: usize = 4096;

/// CAs that were found before.
#[derive(Default)]
pub(crate) struct KnownCas(RwLock<Arc<Known>>);

impl KnownCas {
    pub(super) fn current(&self) -> Arc<Known> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Remembers CAs of a path that holds.
    pub(super) fn remember(&self, certificates: Vec<Certificate>) {
        if certificates.is_empty() {
            return;
        }
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let mut known = if kept.len() >= MOST_REMEMBERED { Known::default() } else { Known::clone(&kept) };
        known.extend(certificates);
        *kept = Arc::new(known);
    }
}

/// CAs that may have issued one of these certificates, roots of the pool that are trusted for something else among them.
pub(crate) async fn issuers_of(
    ecosystem: &Ecosystem,
    anchors: &TrustAnchors,
    certificates: &[Certificate],
) -> Result<Vec<Certificate>, ServiceError> {
    make_ready(ecosystem, MOST_BATCHES).await?;
    let mut keys = Vec::new();
    for certificate in certificates.iter().filter(|one| !one.is_self_issued()) {
        keys.extend(certificate.authority_key_id().filter(|id| id.len() <= LONGEST_KEY_ID).map(by_key_id));
        keys.push(by_name(certificate.issuer()));
    }
    let mut found = Vec::new();
    {
        let mut reader = ecosystem.store().read().await?;
        for key in keys.iter().collect::<HashSet<_>>() {
            found.extend(certificates::by_key(&mut reader, key, MOST_OF_ONE).await?);
        }
    }
    let issues = |root: &&Certificate| certificates.iter().any(|one| root.subject().matches(one.issuer()));
    let roots = anchors.by_fingerprint.values().filter(issues).cloned();
    // A row that cannot be read is none that a path could go through.
    Ok(found.iter().filter_map(|row| Certificate::from_der(&row.der).ok()).chain(roots).collect())
}

/// The CA of one name and key.
pub(super) struct Issuers {
    /// Once for each of its certificates: other roots may have certified the same key.
    pub(super) certificates: Vec<Certificate>,
    /// Which of them are of our own authorities: their register knows everything that the key has signed.
    pub(super) ours: Vec<Fingerprint>,
}

/// The CA whose name and key have these hashes; without certificates when it is not known.
pub(super) async fn by_hashes(
    ecosystem: &Ecosystem,
    anchors: &TrustAnchors,
    algorithm: HashAlgorithm,
    (name, key): (&[u8], &[u8]),
) -> Result<Issuers, ServiceError> {
    make_ready(ecosystem, MOST_BATCHES).await?;
    let lookup = format!("h:{}", hex::encode(name));
    let (own, others) = {
        let mut reader = ecosystem.store().read().await?;
        let own = authorities::certificates_by_key(&mut reader, &lookup).await?;
        (own, certificates::by_key(&mut reader, &lookup, MOST_OF_ONE_NAME).await?)
    };
    let read = |row: &CaCertificate| Certificate::from_der(&row.der).ok();
    let has_key = |ca: &Certificate| hash(algorithm, ca.public_key().point()) == key;
    let mut found: Vec<_> = own.iter().filter_map(read).filter(has_key).collect();
    let ours = found.iter().map(Certificate::fingerprint).collect();
    let roots = anchors.by_fingerprint.values().filter(|root| hash(algorithm, root.subject().der()) == name);
    for ca in others.iter().filter_map(read).chain(roots.cloned()).filter(has_key) {
        if !found.contains(&ca) {
            found.push(ca);
        }
    }
    Ok(Issuers { certificates: found, ours })
}

/// The hash that a charging station makes.
pub(super) fn hash(algorithm: HashAlgorithm, bytes: &[u8]) -> Vec<u8> {
    match algorithm {
        HashAlgorithm::Sha256 => sha256(bytes).to_vec(),
        HashAlgorithm::Sha384 => sha384(bytes).to_vec(),
        HashAlgorithm::Sha512 => sha512(bytes).to_vec(),
    }
}

/// Makes ready what is not yet: certificates that came in lately, contracts that were stored by an earlier version.
///
/// # Errors
/// When the store fails.
pub async fn index(ecosystem: &Ecosystem) -> Result<(), ServiceError> {
    make_ready(ecosystem, MOST_BATCHES_OF_JOB).await?;
    for _ in 0..MOST_BATCHES_OF_JOB {
        let fill = ecosystem
            .store()
            .run_tx("index contracts", |tx| Box::pin(async move { contracts::fill_serials(tx, BATCH).await }));
        if fill.await? == 0 {
            break;
        }
    }
    Ok(())
}

/// Makes certificates that have come in lately ones that can be looked up; up to so many batches.
pub(super) async fn make_ready(ecosystem: &Ecosystem, batches: u32) -> Result<(), ServiceError> {
    for _ in 0..batches {
        let waiting = certificates::unindexed(&mut ecosystem.store().read().await?, BATCH).await?;
        if waiting.is_empty() {
            return Ok(());
        }
        let ready: Vec<(Fingerprint, Vec<String>)> =
            waiting.iter().map(|row| (row.fingerprint, keys_of(&row.der))).collect();
        let ready = &ready;
        ecosystem
            .store()
            .run_tx("index certificates", |tx| {
                Box::pin(async move {
                    for (fingerprint, keys) in ready {
                        certificates::index(tx, fingerprint, keys).await?;
                    }
                    Ok::<_, ServiceError>(())
                })
            })
            .await?;
    }
    Ok(())
}

/// By what a certificate is looked up: none when it is no CA, or cannot be read.
fn keys_of(der: &[u8]) -> Vec<String> {
    let Some(ca) = Certificate::from_der(der).ok().filter(Certificate::is_ca) else { return Vec::new() };
    let mut keys = vec![by_name(ca.subject())];
    keys.extend(ca.subject_key_id().filter(|id| id.len() <= LONGEST_KEY_ID).map(by_key_id));
    let hashes = HashAlgorithm::ALL.iter().map(|algorithm| hash(*algorithm, ca.subject().der()));
    keys.extend(hashes.map(|hash| format!("h:{}", hex::encode(hash))));
    keys
}

fn by_name(name: &Name) -> String {
    format!("n:{}", hex::encode(sha256(name.canonical())))
}

fn by_key_id(id: &[u8]) -> String {
    format!("k:{}", hex::encode(id))
}
