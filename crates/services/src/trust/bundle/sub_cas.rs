//! The CAs below the roots of a bundle: a leaf that comes alone, as it does from many cars, leads to a root without a network.
//!
//! They are a help and no more: who verifies with a bundle checks their signatures up to one of its roots, as if the leaf had
//! brought them along. So they never stand among the roots, nor in a form in which a reader could take them for such.
//!
//! To look for them is the work of thousands of paths. It is done once for a purpose, a version of what is trusted and an hour,
//! whatever bundles are asked for, aside from the threads that answer requests, and by one request for all that wait.

use std::cmp::Reverse;
use std::collections::HashSet;
use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use opnc_messages::ids::Fingerprint;
use opnc_pki::Certificate;
use opnc_pki::chain::{Known, Purpose, Work};
use opnc_pki::resolve::{Pool, resolve_ca};
use opnc_store::certificates;
use tokio::sync::Mutex;

use super::content::Held;
use super::{Stamp, Wanted};
use crate::anchors::TrustAnchors;
use crate::revocation_check::{self, Mode, Told, Verdict};
use crate::{Ecosystem, ServiceError};

/// How many CAs of the pools are looked at.
const MOST_READ: u32 = 4096;
/// How many a bundle holds; of more, those that end last.
const MOST: usize = 1000;
/// How many roots above one CA are known.
const MOST_ROOTS: usize = 8;

/// The hour that a time is in.
pub(super) fn hour(at: Timestamp) -> i64 {
    at.as_second().div_euclid(3600)
}

/// What was found last, for each purpose.
#[derive(Default)]
pub(super) struct Found([Mutex<Option<OfPurpose>>; Purpose::ALL.len()]);

type OfPurpose = (State, Arc<Vec<SubCa>>);

/// What it depends on: the version of what is trusted, and the hour.
type State = (u64, Option<i64>);

/// A CA that leads to trusted roots, and of which we do not know that it is revoked.
struct SubCa {
    certificate: Certificate,
    roots: Vec<Fingerprint>,
}

/// The CAs that lead to one of these roots, for a purpose that is wanted; DER in base64.
pub(super) async fn below(
    ecosystem: &Ecosystem,
    wanted: &Wanted,
    stamp: &Stamp,
    roots: &[Held],
) -> Result<Vec<String>, ServiceError> {
    let mut below: Vec<Certificate> = Vec::new();
    for (place, purpose) in Purpose::ALL.into_iter().enumerate() {
        if wanted.purpose.is_some_and(|wanted| wanted != purpose) {
            continue;
        }
        let held: HashSet<_> = roots.iter().filter(|root| root.is_for(purpose)).map(Held::fingerprint).collect();
        let (ecosystem, state) = (ecosystem.clone(), (stamp.version, stamp.refreshed));
        // A task of its own: who goes away meanwhile does not make the next one begin again.
        let found = tokio::spawn(async move { of_purpose(&ecosystem, place, purpose, state).await });
        let known = found.await.map_err(ServiceError::internal)??;
        let fitting = known.iter().filter(|ca| ca.roots.iter().any(|root| held.contains(root)));
        below.extend(fitting.map(|ca| ca.certificate.clone()));
    }
    below.sort_by_key(|ca| (Reverse(ca.not_after()), ca.fingerprint()));
    below.dedup();
    below.truncate(MOST);
    Ok(below.iter().map(|ca| BASE64_STANDARD.encode(ca.der())).collect())
}

/// All that lead to a root for this purpose. Who asks while they are looked for waits for the same answer.
async fn of_purpose(
    ecosystem: &Ecosystem,
    place: usize,
    purpose: Purpose,
    state: State,
) -> Result<Arc<Vec<SubCa>>, ServiceError> {
    let Some(found) = ecosystem.bundles().sub_cas.0.get(place) else { return Ok(Arc::default()) };
    let mut found = found.lock().await;
    if let Some((of, known)) = &*found
        && *of == state
    {
        return Ok(Arc::clone(known));
    }
    let first = Fingerprint::from([0; 32]);
    let rows = certificates::after(&mut ecosystem.store().read().await?, &first, MOST_READ).await?;
    let (anchors, now) = (ecosystem.trust_anchors().await?, ecosystem.now());
    let look = {
        let anchors = Arc::clone(&anchors);
        move || look(&rows, &anchors, purpose, now)
    };
    let mut known = tokio::task::spawn_blocking(look).await.map_err(ServiceError::internal)?;
    let mut revoked = HashSet::new();
    for ca in &known {
        // What we know ourselves; nobody is asked for the sake of a bundle.
        let told = revocation_check::one(ecosystem, &anchors, Mode::Off, &ca.certificate, &[]).await?;
        if matches!(told, Told::Verdict(Verdict::Revoked { .. })) {
            revoked.insert(ca.certificate.fingerprint());
        }
    }
    known.retain(|ca| !revoked.contains(&ca.certificate.fingerprint()));
    let known = Arc::new(known);
    *found = Some((state, Arc::clone(&known)));
    Ok(known)
}

fn look(rows: &[certificates::CaCertificate], anchors: &TrustAnchors, purpose: Purpose, now: Timestamp) -> Vec<SubCa> {
    let cas = rows.iter().filter_map(|row| Certificate::from_der(&row.der).ok()).filter(Certificate::is_ca);
    let cas: Vec<_> = cas.filter(|one| !one.is_self_issued()).collect();
    let known = Known::new(cas.iter().cloned());
    let pool = Pool { anchors: anchors.of(purpose), known: &known, barred: &[] };
    let with_roots = cas.iter().filter_map(|ca| {
        let roots = resolve_ca(ca, &pool, purpose, now, MOST_ROOTS, &mut Work::default()).ok()?;
        Some(SubCa { certificate: ca.clone(), roots: roots.iter().map(Certificate::fingerprint).collect() })
    });
    with_roots.collect()
}
