//! Work that nobody asks for: each job has a period, and runs on one replica at a time.
//!
//! A new job is a row in [`JOBS`] and an arm in `run`. That a job has begun stands in the database, so that the
//! replicas do not do it twice; one that fails is tried again after its period.

use jiff::{SignedDuration, Timestamp};
use opnc_store::settings;

use crate::{Ecosystem, ServiceError, bootstrap, peers, rcp, retention, revocation_check, status, trust};

/// A job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Job {
    /// Its name, in logs and settings.
    pub name: &'static str,
    /// How often it runs.
    pub every: SignedDuration,
}

/// All of them.
pub const JOBS: [Job; 7] = [
    Job { name: "cleanse", every: SignedDuration::from_hours(1) },
    // Each list when it is due; whoever asks for one that is due makes it as well.
    Job { name: "revocation-lists", every: SignedDuration::from_mins(1) },
    // What a question about trust needs it makes ready itself; this is for what an earlier version has left.
    Job { name: "trust-index", every: SignedDuration::from_mins(1) },
    Job { name: "root-expiry", every: SignedDuration::from_mins(1) },
    Job { name: "renew-signers", every: SignedDuration::from_hours(1) },
    Job { name: "revocation-recheck", every: SignedDuration::from_mins(15) },
    // Each peer when it is due. Last, as peers may be slow.
    Job { name: "peers", every: SignedDuration::from_mins(1) },
];

/// Runs the jobs whose time has come, one after the other; for each that ran, its name and how it ended.
///
/// # Errors
/// When the store cannot tell which those are.
pub async fn run_due(ecosystem: &Ecosystem) -> Result<Vec<(&'static str, Result<(), ServiceError>)>, ServiceError> {
    let mut ran = Vec::new();
    for job in &JOBS {
        if take(ecosystem, job).await? {
            ran.push((job.name, run(ecosystem, job).await));
        }
    }
    Ok(ran)
}

async fn run(ecosystem: &Ecosystem, job: &Job) -> Result<(), ServiceError> {
    match job.name {
        "cleanse" => retention::run(ecosystem).await.map(drop),
        "revocation-lists" => status::make_lists(ecosystem).await.map(drop),
        "trust-index" => trust::index(ecosystem).await,
        "root-expiry" => rcp::tell_expired(ecosystem).await.map(drop),
        "renew-signers" => bootstrap::renew_due(ecosystem).await,
        "revocation-recheck" => revocation_check::recheck(ecosystem).await.map(drop),
        "peers" => peers::sync_due(ecosystem).await,
        other => Err(ServiceError::internal(format!("there is no job {other}"))),
    }
}

/// Takes a job over, when its last run began long enough ago.
async fn take(ecosystem: &Ecosystem, job: &Job) -> Result<bool, ServiceError> {
    let key = &format!("job.{}", job.name);
    let now = ecosystem.now();
    let is_due = |last: Option<String>| {
        let last = last.and_then(|last| last.parse::<Timestamp>().ok());
        // A clock that was set back must not stop a job for long.
        last.is_none_or(|last| now.duration_since(last).abs() >= job.every)
    };
    // Without a transaction first: most of the time there is nothing to do.
    if !is_due(settings::get(&mut ecosystem.store().read().await?, key).await?) {
        return Ok(false);
    }
    let taken = ecosystem.store().run_tx("take job", |tx| {
        Box::pin(async move {
            if !is_due(settings::get(tx, key).await?) {
                return Ok::<_, ServiceError>(false);
            }
            settings::put(tx, key, &now.to_string()).await?;
            Ok(true)
        })
    });
    taken.await
}
