//! Erasing what is held about an identifier, as far as it may go.

use jiff::Timestamp;
use opnc_messages::event::EventKind;
use opnc_store::contracts;
use opnc_store::tombstones::{self, Tombstone};
use opnc_store::{Tx, issued_certificates, outbox};

use super::Subject;
use super::export::{Held, held};
use crate::audit::admins_only;
use crate::{Caller, Ecosystem, ServiceError, pcp, record};

/// What an erasure takes away, and what it leaves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Erasure {
    /// How many records of which kind go.
    pub erased: Vec<(&'static str, u64)>,
    /// What stays, and why.
    pub kept: Vec<Kept>,
}

/// Records that stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// What they are.
    pub what: &'static str,
    /// How many.
    pub number: u64,
    /// Why they stay, and until when.
    pub why: String,
}

/// What [`erase`] would do now. Changes nothing.
///
/// # Errors
/// [`ServiceError::Forbidden`] for everybody but admins.
pub async fn plan(caller: &Caller, ecosystem: &Ecosystem, subject: &Subject) -> Result<Erasure, ServiceError> {
    admins_only(caller)?;
    let held = held(&mut ecosystem.store().read().await?, subject).await?;
    Ok(divide(&held, ecosystem.now()))
}

/// Erases what may go, with the events that tell the parties of it, and leaves a tombstone: the keyed hash of the
/// identifier and how much there was of what.
///
/// # Errors
/// [`ServiceError::Forbidden`] for everybody but admins.
pub async fn erase(caller: &Caller, ecosystem: &Ecosystem, subject: &Subject) -> Result<Erasure, ServiceError> {
    admins_only(caller)?;
    let erased = ecosystem.store().run_tx("erase personal data", |tx| {
        Box::pin(async move {
            let (held, now) = (held(tx, subject).await?, ecosystem.now());
            let erasure = divide(&held, now);
            remove(tx, caller, ecosystem, subject, held).await?;
            let tombstone = Tombstone {
                id: ecosystem.new_id(),
                kind: subject.kind().to_owned(),
                subject_hash: ecosystem.pseudonyms().of(subject.key()),
                erased: erasure.erased.iter().map(|(what, number)| ((*what).to_owned(), *number)).collect(),
                erased_at: now,
            };
            tombstones::add(tx, &tombstone).await?;
            record::note(tx, caller, ecosystem, "ErasePersonalData", subject.key()).await?;
            Ok::<_, ServiceError>(erasure)
        })
    });
    erased.await
}

/// What of it goes and what stays.
fn divide(held: &Held, now: Timestamp) -> Erasure {
    let number = |number: usize| number as u64;
    let delivered = held.events.iter().filter(|held| held.settled).count();
    let ended = held.issued.iter().filter(|issued| issued.not_after < now).count();
    let mut kept = Vec::new();
    if let Some(last) = held.issued.iter().map(|issued| issued.not_after).max().filter(|last| *last >= now) {
        kept.push(Kept {
            what: "issued certificates",
            number: number(held.issued.len() - ended),
            why: format!(
                "a CA has to be able to revoke what it issued, and to answer for its state, until it ends: {last:.0}"
            ),
        });
    }
    if delivered < held.events.len() {
        kept.push(Kept {
            what: "events",
            number: number(held.events.len() - delivered),
            why: "they wait to be delivered, so that the parties concerned erase their copies too; they go with [retention]"
                .to_owned(),
        });
    }
    let last = held.contracts.iter().map(|contract| contract.not_after).max();
    if let Some(last) = last.filter(|last| *last >= now) {
        kept.push(Kept {
            what: "cancelled contract certificates",
            number: number(held.contracts.len()),
            why: format!(
                "fingerprint and serial number, so that a station that is shown one learns that the contract has ended; \
                 nothing that names the person or the car, and no longer than until the certificate ends: {last:.0}"
            ),
        });
    }
    kept.push(Kept {
        what: "audit log",
        number: 0,
        why: "it names the identifier by a keyed hash alone, and shows that this was done; it goes with [retention]"
            .to_owned(),
    });
    let erased = vec![
        ("contracts", number(held.contracts.len())),
        ("provisioning certificates", number(held.cars.len())),
        ("ended issued certificates", number(ended)),
        ("delivered events", number(delivered)),
    ];
    Erasure { erased, kept }
}

async fn remove(
    tx: &mut Tx<'_>,
    caller: &Caller,
    ecosystem: &Ecosystem,
    subject: &Subject,
    held: Held,
) -> Result<(), ServiceError> {
    let now = ecosystem.now();
    // With its deliveries.
    for held in held.events.iter().filter(|held| held.settled) {
        outbox::remove(tx, held.event.id).await?;
    }
    for issued in held.issued.iter().filter(|issued| issued.not_after < now) {
        issued_certificates::remove(tx, &issued.fingerprint).await?;
    }
    if let Subject::Pcid(pcid) = subject
        && !held.cars.is_empty()
    {
        pcp::remove(tx, caller, ecosystem, pcid, None, "DeleteProvisioningCertificate").await?;
        return Ok(());
    }
    for contract in &contracts::delete(tx, held.contracts, now).await? {
        record::tell_contract(tx, caller, ecosystem, EventKind::ContractDeleted, contract).await?;
    }
    Ok(())
}
