//! The trust anchors of the RCP, ready for validating chains.
//!
//! Built once for each state of the pool and shared by all requests, so that the validated CA paths that
//! [`Anchors`] remembers serve the next car of the same maker.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use opnc_messages::ids::Fingerprint;
use opnc_pki::certificate::Certificate;
use opnc_pki::chain::{Anchors, Purpose};
use opnc_store::{roots, trust_versions};

use crate::trust::TrustPolicy;
use crate::{Ecosystem, ServiceError};

/// The roots of the pool, by what they may vouch for: by their types, and by the trust lists that the policy lets count.
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
    /// Every root by its fingerprint.
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
    built: Mutex<Option<(u64, Arc<TrustAnchors>)>>,
}

impl Ecosystem {
    /// The anchors as the pool holds them now. Reads from the store: not to be called by who holds a reader, since
    /// enough callers that wait for a second one with the first in hand wait for ever.
    pub(crate) async fn trust_anchors(&self) -> Result<Arc<TrustAnchors>, ServiceError> {
        let mut reader = self.store().read().await?;
        let version = trust_versions::current(&mut reader).await?.version;
        if let Some((known, anchors)) = &*self.anchors().built.lock().unwrap_or_else(PoisonError::into_inner)
            && *known == version
        {
            return Ok(Arc::clone(anchors));
        }
        let anchors = Arc::new(build(&roots::list(&mut reader, None, None).await?, &self.policy().trust)?);
        let mut built = self.anchors().built.lock().unwrap_or_else(PoisonError::into_inner);
        *built = Some((version, Arc::clone(&anchors)));
        Ok(anchors)
    }
}

fn build(rows: &[roots::Root], policy: &TrustPolicy) -> Result<TrustAnchors, ServiceError> {
    let mut by_fingerprint = HashMap::new();
    let mut counting = Vec::new();
    for row in rows {
        let certificate = Certificate::from_der(&row.der).map_err(ServiceError::internal)?;
        counting.push((row, certificate.clone()));
        by_fingerprint.insert(row.fingerprint, certificate);
    }
    let part = |purpose| {
        let counts = |(row, _): &&(&roots::Root, Certificate)| policy.counts(purpose, &row.types, &row.ctl_list);
        Anchors::new(counting.iter().filter(counts).map(|(_, certificate)| certificate.clone()).collect())
    };
    Ok(TrustAnchors {
        provisioning: part(Purpose::Provisioning),
        contract: part(Purpose::Contract),
        cps: part(Purpose::Cps),
        secc: part(Purpose::Secc),
        vehicle: part(Purpose::Vehicle),
        by_fingerprint,
    })
}
