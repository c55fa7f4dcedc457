//! The CAs below the roots of a bundle: a leaf that comes alone, as it does from many cars, leads to a root without a network.
//!
//! They are a help and no more: who verifies with a bundle checks their signatures up to one of its roots, as if the leaf had
//! brought them along. So they never stand among the roots, nor in a form in which a reader could take them for such.

use std::cmp::Reverse;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use opnc_messages::ids::Fingerprint;
use opnc_pki::Certificate;
use opnc_pki::chain::{Anchors, Known, Purpose, Work};
use opnc_pki::resolve::{Pool, resolve_ca};
use opnc_store::certificates;

use super::Wanted;
use super::content::Held;
use crate::revocation_check::{self, Mode, Told, Verdict};
use crate::{Ecosystem, ServiceError};

/// How many CAs of the pools are looked at.
const MOST_READ: u32 = 4096;
/// How many a bundle holds; of more, those that end last.
const MOST: usize = 1000;

/// The hour that a time is in.
pub(super) fn hour(at: Timestamp) -> i64 {
    at.as_second().div_euclid(3600)
}

/// The CAs that lead to one of these roots now, for a purpose that is wanted, and of which we do not know that they are
/// revoked; DER in base64.
pub(super) async fn below(ecosystem: &Ecosystem, wanted: &Wanted, roots: &[Held]) -> Result<Vec<String>, ServiceError> {
    let first = Fingerprint::from([0; 32]);
    let rows = certificates::after(&mut ecosystem.store().read().await?, &first, MOST_READ).await?;
    let cas = rows.iter().filter_map(|row| Certificate::from_der(&row.der).ok()).filter(Certificate::is_ca);
    let cas: Vec<_> = cas.filter(|one| !one.is_self_issued()).collect();
    let known = Known::new(cas.iter().cloned());
    let mut pools = Vec::new();
    for purpose in wanted.purpose.map_or_else(|| Purpose::ALL.to_vec(), |one| vec![one]) {
        let roots = roots.iter().filter(|root| root.is_for(purpose)).map(Held::certificate);
        pools.push((purpose, Anchors::new(roots.collect::<Result<_, _>>()?)));
    }
    let now = ecosystem.now();
    let leads_to_a_root = |ca: &Certificate| {
        pools.iter().any(|(purpose, anchors)| {
            let pool = Pool { anchors, known: &known, barred: &[] };
            resolve_ca(ca, &pool, *purpose, now, &mut Work::default()).is_ok()
        })
    };
    let mut below: Vec<_> = cas.iter().filter(|ca| leads_to_a_root(ca)).collect();
    below.sort_by_key(|ca| (Reverse(ca.not_after()), ca.fingerprint()));
    below.truncate(MOST);
    let anchors = ecosystem.trust_anchors().await?;
    let mut held = Vec::with_capacity(below.len());
    for ca in below {
        // What we know ourselves; nobody is asked for the sake of a bundle.
        let told = revocation_check::one(ecosystem, &anchors, Mode::Off, ca, &[]).await?;
        if !matches!(told, Told::Verdict(Verdict::Revoked { .. })) {
            held.push(BASE64_STANDARD.encode(ca.der()));
        }
    }
    Ok(held)
}
