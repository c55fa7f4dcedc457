//! The trust anchors of the RCP, ready for validating chains.
//!
//! Built once for each state of the pool and shared by all requests, so that the validated CA paths that
//! [`Anchors`] remembers serve the next car of the same maker.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use opnc_messages::ids::Fingerprint;
use opnc_pki::certificate::Certificate;
use opnc_pki::chain::{Anchors, Purpose};
use opnc_store::trust_versions;

use crate::trust::TrustPolicy;
use crate::trust::pool::{self, PoolRoot};
use crate::{Ecosystem, ServiceError};

/// The roots of the pool, by what they may vouch for: by their types, and by the trust lists and peers that the policy lets
/// count.
pub(crate) struct TrustAnchors {
    /// For provisioning certificates: OEM and V2G roots.
    pub(crate) provisioning: Anchors,
    /// For contract certificates: eMSP and V2G roots.
    pub(crate) contract: Anchors,
    /// For CPS certificates: V2G roots.
    pub(crate) cps: Anchors,
    /// For charging stations: V2G roots, and those of private environments.
    secc: Anchors,
    /// For cars as TLS clients: OEM and V2G roots.
    vehicle: Anchors,
    /// Every root of ours, and those of peers that count for something, by fingerprint.
    pub(crate) by_fingerprint: HashMap<Fingerprint, Certificate>,
}

impl TrustAnchors {
    /// The roots that may vouch for a leaf of this purpose.
    pub(crate) fn of(&self, purpose: Purpose) -> &Anchors {
        match purpose {
            Purpose::Provisioning => &self.provisioning,
            Purpose::Contract => &self.contract,
            Purpose::Cps => &self.cps,
            Purpose::Secc => &self.secc,
            Purpose::Vehicle => &self.vehicle,
        }
    }

    /// Whether a root is in this part of the pool, and valid.
    pub(crate) fn trusts(&self, part: &Anchors, root: &Fingerprint, at: Timestamp) -> bool {
        self.by_fingerprint.get(root).is_some_and(|root| part.contains(root) && root.is_valid_at(at))
    }
}

/// The anchors of the pool's latest known state.
#[derive(Default)]
pub(crate) struct AnchorCache {
    built: Mutex<Option<Built>>,
}

#[derive(Clone)]
struct Built {
    version: u64,
    anchors: Arc<TrustAnchors>,
    /// The number of changes by this process before the version was read.
    changes: u64,
    /// When it was.
    at: Timestamp,
}

/// How long another process may have changed the pool before enrolment sees it.
const POLL: SignedDuration = SignedDuration::from_millis(100);

impl Ecosystem {
    /// The anchors as the pool holds them now. Reads from the store: not to be called by who holds a reader, since
    /// enough callers that wait for a second one with the first in hand wait for ever.
    pub(crate) async fn trust_anchors(&self) -> Result<Arc<TrustAnchors>, ServiceError> {
        let (changes, at) = (self.store().changes(), self.now());
        let mut reader = self.store().read().await?;
        let version = trust_versions::current(&mut reader).await?.version;
        let known = self.anchors().known().filter(|known| known.version == version);
        let anchors = match known {
            Some(known) => known.anchors,
            None => {
                let policy = &self.policy().trust;
                Arc::new(build(pool::read(&mut reader, policy).await?, policy))
            }
        };
        let built = Built { version, anchors: Arc::clone(&anchors), changes, at };
        *self.anchors().built.lock().unwrap_or_else(PoisonError::into_inner) = Some(built);
        Ok(anchors)
    }

    /// The same for who can do with what was read a tenth of a second ago, unless this process has changed the pool since:
    /// a CA that issues a thousand certificates in that time asks once.
    pub(crate) async fn recent_trust_anchors(&self) -> Result<Arc<TrustAnchors>, ServiceError> {
        let (changes, now) = (self.store().changes(), self.now());
        let is_recent = |known: &Built| known.changes == changes && now.duration_since(known.at).abs() < POLL;
        match self.anchors().known().filter(is_recent) {
            Some(known) => Ok(known.anchors),
            None => self.trust_anchors().await,
        }
    }
}

impl AnchorCache {
    fn known(&self) -> Option<Built> {
        self.built.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn build(rows: Vec<PoolRoot>, policy: &TrustPolicy) -> TrustAnchors {
    let part = |purpose| {
        let counting = rows.iter().filter(|root| policy.counts(purpose, &root.state));
        Anchors::new(counting.map(|root| root.certificate.clone()).collect())
    };
    let (provisioning, contract, cps) = (part(Purpose::Provisioning), part(Purpose::Contract), part(Purpose::Cps));
    let (secc, vehicle) = (part(Purpose::Secc), part(Purpose::Vehicle));
    // Roots of peers that count for nothing are not there at all.
    let known = rows.into_iter().filter(|root| root.state.is_own || policy.counts_at_all(&root.state));
    let by_fingerprint = known.map(|root| (root.row.fingerprint, root.certificate)).collect();
    TrustAnchors { provisioning, contract, cps, secc, vehicle, by_fingerprint }
}
