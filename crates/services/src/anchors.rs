//! The trust anchors of the RCP, ready for validating chains.
//!
//! Built once for each state of the pool and shared by all requests, so that the validated CA paths that
//! [`Anchors`] remembers serve the next car of the same maker.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use opnc_messages::RootType;
use opnc_messages::ids::Fingerprint;
use opnc_pki::certificate::Certificate;
use opnc_pki::chain::{Anchors, Purpose};
use opnc_store::{StoreError, Tx, roots, settings};
use uuid::Uuid;

use crate::{Ecosystem, ServiceError};

/// Where the store keeps the version of the pool: another value after each change.
const VERSION: &str = "rcp.version";

/// The roots of the pool, by what they may vouch for.
pub(crate) struct TrustAnchors {
    /// For provisioning certificates: OEM and V2G roots.
    pub(crate) provisioning: Anchors,
    /// For contract certificates: eMSP and V2G roots.
    pub(crate) contract: Anchors,
    /// For CPS certificates: V2G roots.
    pub(crate) cps: Anchors,
    /// Every root by its fingerprint.
    pub(crate) by_fingerprint: HashMap<Fingerprint, Certificate>,
}

impl TrustAnchors {
    /// The roots that may vouch for a leaf of this purpose.
    pub(crate) fn of(&self, purpose: Purpose) -> &Anchors {
        match purpose {
            Purpose::Provisioning | Purpose::Vehicle => &self.provisioning,
            Purpose::Contract => &self.contract,
            Purpose::Cps | Purpose::Secc => &self.cps,
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
    built: Mutex<Option<(String, Arc<TrustAnchors>)>>,
}

impl Ecosystem {
    /// The anchors as the pool holds them now. Reads from the store: not to be called by who holds a reader, since
    /// enough callers that wait for a second one with the first in hand wait for ever.
    pub(crate) async fn trust_anchors(&self) -> Result<Arc<TrustAnchors>, ServiceError> {
        let mut reader = self.store().read().await?;
        let version = settings::get(&mut reader, VERSION).await?.unwrap_or_default();
        if let Some((known, anchors)) = &*self.anchors().built.lock().unwrap_or_else(PoisonError::into_inner)
            && *known == version
        {
            return Ok(Arc::clone(anchors));
        }
        let anchors = Arc::new(build(&roots::list(&mut reader, None, None).await?)?);
        let mut built = self.anchors().built.lock().unwrap_or_else(PoisonError::into_inner);
        *built = Some((version, Arc::clone(&anchors)));
        Ok(anchors)
    }
}

/// Notes in the transaction that changes the pool that anchors built before are out of date, on every replica.
pub(crate) async fn changed(tx: &mut Tx<'_>, change: Uuid) -> Result<(), StoreError> {
    settings::put(tx, VERSION, &change.to_string()).await
}

fn build(rows: &[roots::Root]) -> Result<TrustAnchors, ServiceError> {
    let mut by_fingerprint = HashMap::new();
    let (mut provisioning, mut contract, mut cps) = (Vec::new(), Vec::new(), Vec::new());
    for row in rows {
        let certificate = Certificate::from_der(&row.der).map_err(ServiceError::internal)?;
        let is = |wanted| row.types.contains(&wanted);
        if is(RootType::V2g) || is(RootType::Oem) {
            provisioning.push(certificate.clone());
        }
        if is(RootType::V2g) || is(RootType::Emsp) {
            contract.push(certificate.clone());
        }
        if is(RootType::V2g) {
            cps.push(certificate.clone());
        }
        by_fingerprint.insert(row.fingerprint, certificate);
    }
    Ok(TrustAnchors {
        provisioning: Anchors::new(provisioning),
        contract: Anchors::new(contract),
        cps: Anchors::new(cps),
        by_fingerprint,
    })
}
