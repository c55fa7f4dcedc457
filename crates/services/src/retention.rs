//! What is kept for how long, and the job that removes what is older.

use jiff::{SignedDuration, Timestamp};
use opnc_messages::event::EventKind;
use opnc_store::{
    audit, cancelled_contracts, contracts, deliveries, issued_certificates, outbox, provisioning, root_changes,
    tombstones,
};

use crate::{Caller, Ecosystem, ServiceError, approvals, pcp, record};

/// Records that are removed in one transaction.
const BATCH: u32 = 500;
/// Transactions of one run for one kind of record; the next run goes on.
const MOST_BATCHES: u32 = 200;

/// For how long each kind of record is kept; `None`: for ever.
#[derive(Debug, Clone)]
pub struct Retention {
    /// Contract data, after their contract certificate has ended.
    pub contracts: Option<SignedDuration>,
    /// Provisioning certificates, after they have ended. What is left of the car's contract data goes with them.
    pub provisioning: Option<SignedDuration>,
    /// The register of certificates that our own CAs issued, after they have ended.
    pub issued_certificates: Option<SignedDuration>,
    /// Events that were delivered.
    pub delivered_events: Option<SignedDuration>,
    /// Events that could not be delivered.
    pub events: Option<SignedDuration>,
    /// The audit log.
    pub audit: Option<SignedDuration>,
    /// Changes of the root pool that were decided about.
    pub root_changes: Option<SignedDuration>,
    /// What is left of what was erased.
    pub tombstones: Option<SignedDuration>,
}

impl Default for Retention {
    fn default() -> Self {
        let days = |days: i64| Some(SignedDuration::from_hours(24 * days));
        Self {
            contracts: days(30),
            provisioning: days(30),
            issued_certificates: days(365),
            delivered_events: days(30),
            events: days(90),
            audit: days(3650),
            root_changes: days(3650),
            tombstones: days(3650),
        }
    }
}

/// How many records of each kind a run has removed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cleansed {
    /// Contract data.
    pub contracts: u64,
    /// Provisioning certificates.
    pub provisioning: u64,
    /// Entries of the register of issued certificates.
    pub issued_certificates: u64,
    /// Events.
    pub events: u64,
    /// Rows of the audit log.
    pub audit: u64,
    /// Decided changes of the root pool.
    pub root_changes: u64,
    /// Tombstones.
    pub tombstones: u64,
}

/// Removes what is older than the policy allows. Contracts and cars that leave the pools have their events and their
/// lines in the audit log, like any other that do.
///
/// # Errors
/// When the store fails.
pub async fn run(ecosystem: &Ecosystem) -> Result<Cleansed, ServiceError> {
    let program = &Caller::program(ecosystem.new_id());
    let (now, kept) = (ecosystem.now(), ecosystem.policy().retention.clone());
    let before = |kept: Option<SignedDuration>| kept.and_then(|kept| now.checked_sub(kept).ok());
    approvals::expire(ecosystem).await?;
    let mut cleansed = Cleansed::default();
    if let Some(before) = before(kept.contracts) {
        cleansed.contracts = batches(|| contracts_before(program, ecosystem, before)).await?;
    }
    if let Some(before) = before(kept.provisioning) {
        cleansed.provisioning = batches(|| cars_before(program, ecosystem, before)).await?;
    }
    if let Some(before) = before(kept.audit) {
        cleansed.audit = batches(|| async move {
            let trim =
                ecosystem.store().run_tx("trim audit", |tx| Box::pin(async move { audit::trim(tx, before).await }));
            trim.await.map_err(ServiceError::from)
        })
        .await?;
    }
    let rest = (before(kept.issued_certificates), before(kept.delivered_events), before(kept.events));
    let (root_changes, tombs) = (before(kept.root_changes), before(kept.tombstones));
    let orphans = &deliveries::orphans(&mut ecosystem.store().read().await?, BATCH * MOST_BATCHES).await?;
    let (issued, events, changes, tombs) = ecosystem
        .store()
        .run_tx("cleanse", |tx| {
            Box::pin(async move {
                let issued = match rest.0 {
                    Some(before) => issued_certificates::remove_ended(tx, before).await?,
                    None => 0,
                };
                // What is left of contract certificates is good for nothing behind their end.
                cancelled_contracts::remove_ended(tx, now).await?;
                let events = outbox::remove_before(tx, rest.1, rest.2).await?;
                deliveries::remove(tx, orphans).await?;
                // What waited behind a delivery that is gone waits no longer.
                deliveries::work::unblock(tx).await?;
                let changes = match root_changes {
                    Some(before) => root_changes::remove(tx, before).await?,
                    None => 0,
                };
                let tombs = match tombs {
                    Some(before) => tombstones::remove(tx, before).await?,
                    None => 0,
                };
                Ok::<_, ServiceError>((issued, events, changes, tombs))
            })
        })
        .await?;
    Ok(Cleansed { issued_certificates: issued, events, root_changes: changes, tombstones: tombs, ..cleansed })
}

/// Runs a step until it finds nothing more; how much it found.
async fn batches<F: Future<Output = Result<u64, ServiceError>>>(step: impl Fn() -> F) -> Result<u64, ServiceError> {
    let mut sum: u64 = 0;
    for _ in 0..MOST_BATCHES {
        match step().await? {
            0 => break,
            removed => sum = sum.saturating_add(removed),
        }
    }
    Ok(sum)
}

async fn contracts_before(program: &Caller, ecosystem: &Ecosystem, before: Timestamp) -> Result<u64, ServiceError> {
    let removed = ecosystem.store().run_tx("cleanse contracts", |tx| {
        Box::pin(async move {
            let ended = contracts::ended(tx, before, BATCH).await?;
            let gone = contracts::delete(tx, ended, ecosystem.now()).await?;
            for contract in &gone {
                record::note(tx, program, ecosystem, "CleanseContract", contract.emaid.contract_key()).await?;
                record::tell_contract(tx, program, ecosystem, EventKind::ContractDeleted, contract).await?;
            }
            Ok::<_, ServiceError>(gone.len() as u64)
        })
    });
    removed.await
}

async fn cars_before(program: &Caller, ecosystem: &Ecosystem, before: Timestamp) -> Result<u64, ServiceError> {
    let removed = ecosystem.store().run_tx("cleanse provisioning certificates", |tx| {
        Box::pin(async move {
            let ended = provisioning::ended(tx, before, BATCH).await?;
            for car in &ended {
                pcp::remove(tx, program, ecosystem, &car.pcid, Some(car.iso), "CleanseProvisioningCertificate").await?;
            }
            Ok::<_, ServiceError>(ended.len() as u64)
        })
    });
    removed.await
}
