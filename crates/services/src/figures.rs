//! What an operator watches: how far deliveries are behind, what ends soon, how long the audit log is; and whether the
//! ecosystem can work at all.

use jiff::{SignedDuration, Timestamp};
use opnc_pki::key::Signer;
use opnc_store::authorities::{self, AuthorityKind};
use opnc_store::deliveries::log::{Standing, standing};
use opnc_store::{audit, issued_certificates, outbox, roots, settings};

use crate::{Ecosystem, ServiceError, identity};

/// Within how many days the certificates are counted that end.
pub const DAYS: [i64; 4] = [7, 30, 90, 365];

const KINDS: [(AuthorityKind, &str); 12] = [
    (AuthorityKind::V2gRoot, "v2g_root"),
    (AuthorityKind::CpsSubCa1, "cps_sub_ca_1"),
    (AuthorityKind::CpsSubCa2, "cps_sub_ca_2"),
    (AuthorityKind::EmspSubCa1, "emsp_sub_ca_1"),
    (AuthorityKind::EmspIssuing, "emsp_issuing"),
    (AuthorityKind::CpsSigner, "cps_signer"),
    (AuthorityKind::CpoSubCa1, "cpo_sub_ca_1"),
    (AuthorityKind::CpoIssuing, "cpo_issuing"),
    (AuthorityKind::OemSubCa1, "oem_sub_ca_1"),
    (AuthorityKind::OemIssuing, "oem_issuing"),
    (AuthorityKind::EmspRoot, "emsp_root"),
    (AuthorityKind::OemRoot, "oem_root"),
];

/// The state of an ecosystem in numbers.
#[derive(Debug, Clone, Default)]
pub struct Figures {
    /// Events of which nobody was told yet.
    pub outbox_waiting: u64,
    /// For how long the oldest of them does.
    pub outbox_lag: SignedDuration,
    /// How deliveries to endpoints stand.
    pub deliveries: Standing,
    /// For how long the oldest of those that wait does.
    pub deliveries_lag: SignedDuration,
    /// How many certificates of a kind end within so many days (those that end earlier included).
    pub ending: Vec<(String, i64, u64)>,
    /// For each kind of authority of ours, for how long the first of its active certificates is valid still.
    pub authorities: Vec<(&'static str, SignedDuration)>,
    /// The number of the last row of the audit log.
    pub audit_head: u64,
    /// The number of the last row that retention has removed from it.
    pub audit_anchor: u64,
}

/// One thing without which the ecosystem cannot work.
#[derive(Debug)]
pub struct Check {
    /// What was looked at.
    pub name: &'static str,
    /// What is wrong; for the log, never for strangers.
    pub problem: Option<ServiceError>,
}

/// Reads the figures.
///
/// # Errors
/// When the store fails.
pub async fn read(ecosystem: &Ecosystem) -> Result<Figures, ServiceError> {
    let now = ecosystem.now();
    let mut reader = ecosystem.store().read().await?;
    let (outbox_waiting, oldest) = outbox::lag(&mut reader).await?;
    let deliveries = standing(&mut reader).await?;
    let ends = audit::ends(&mut reader).await?;
    let roots = roots::list(&mut reader, None, None).await?;
    let mut ending = Vec::new();
    for days in DAYS {
        let until = later(now, days);
        let counted = issued_certificates::count_ending(&mut reader, now, until).await?;
        ending.extend(counted.into_iter().map(|(profile, number)| (profile, days, number)));
        let ends = |root: &&roots::Root| root.not_after >= now && root.not_after < until;
        ending.push(("root".to_owned(), days, roots.iter().filter(ends).count() as u64));
    }
    let mut own = Vec::new();
    for (kind, name) in KINDS {
        let rows = authorities::active(&mut reader, kind).await?;
        let ends = rows.iter().filter_map(|row| crate::chains::kept(&row.certificate).ok()).map(|one| one.not_after());
        if let Some(end) = ends.min() {
            own.push((name, end.duration_since(now)));
        }
    }
    Ok(Figures {
        outbox_waiting,
        outbox_lag: oldest.map_or(SignedDuration::ZERO, |oldest| now.duration_since(oldest)),
        deliveries_lag: deliveries.oldest.map_or(SignedDuration::ZERO, |oldest| now.duration_since(oldest)),
        deliveries,
        ending,
        authorities: own,
        audit_head: ends.head.seq,
        audit_anchor: ends.anchor.seq,
    })
}

/// Looks whether the ecosystem can work: the database answers, its tables are those of this program, it holds this
/// ecosystem, the keys of the active authorities load. Without a database, nothing else is looked at.
pub async fn checks(ecosystem: &Ecosystem) -> Vec<Check> {
    let database = Check { name: "database", problem: database(ecosystem).await.err() };
    if database.problem.is_some() {
        return vec![database];
    }
    vec![
        database,
        Check { name: "schema", problem: schema(ecosystem).await.err() },
        Check { name: "ecosystem", problem: identity::check(ecosystem).await.err() },
        Check { name: "keys", problem: keys(ecosystem).await.err() },
    ]
}

async fn database(ecosystem: &Ecosystem) -> Result<(), ServiceError> {
    let mut reader = ecosystem.store().read().await?;
    settings::get(&mut reader, "ready").await?;
    Ok(())
}

/// The newest columns are asked for: an older schema has not got them.
async fn schema(ecosystem: &Ecosystem) -> Result<(), ServiceError> {
    let mut reader = ecosystem.store().read().await?;
    audit::ends(&mut reader).await?;
    outbox::lag(&mut reader).await?;
    Ok(())
}

async fn keys(ecosystem: &Ecosystem) -> Result<(), ServiceError> {
    let mut reader = ecosystem.store().read().await?;
    let rows = authorities::list(&mut reader).await?;
    drop(reader);
    for row in rows.into_iter().filter(|row| row.active) {
        let cannot = |cause: &dyn std::fmt::Display| {
            ServiceError::internal(format!(
                "the key {} of the {} cannot be used: {cause}",
                row.key_id,
                row.kind.as_str()
            ))
        };
        let signer = Signer::stored(ecosystem.keys(), &row.key_id).map_err(|error| cannot(&error))?;
        if signer.public_key() != crate::chains::kept(&row.certificate)?.public_key() {
            return Err(cannot(&"it is not the one of its certificate"));
        }
    }
    Ok(())
}

fn later(now: Timestamp, days: i64) -> Timestamp {
    now.saturating_add(SignedDuration::from_hours(24 * days)).unwrap_or(Timestamp::MAX)
}
