//! The CA that issues what was asked for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use opnc_messages::ids::Fingerprint;
use opnc_messages::pki::{CaDomain, CaName};
use opnc_pki::issue;
use opnc_pki::key::{Algorithm, Signer};
use opnc_store::authorities::{self, Authority as Row, AuthorityKind};
use opnc_store::certificates;
use uuid::Uuid;

use super::Selection;
use crate::anchors::TrustAnchors;
use crate::{Caller, Ecosystem, ServiceError, chains, status};

/// A CA with its key, and its chain up to the root, the root included.
pub(super) struct Issuer {
    pub(super) authority: issue::Authority,
}

/// The CAs that were chosen since something was revoked or the root pool changed.
#[derive(Default)]
pub(crate) struct Issuers(Mutex<Chosen>);

#[derive(Default)]
struct Chosen {
    revocations: u64,
    anchors: Option<Arc<TrustAnchors>>,
    by_wish: HashMap<Wish, Arc<Issuer>>,
}

/// What was asked for. The party counts only where it asks for a CA of its own.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Wish {
    domain: CaDomain,
    prefix: String,
    party: Uuid,
    algorithm: Algorithm,
    root: Option<Fingerprint>,
}

impl Issuers {
    fn get(&self, wish: &Wish, revocations: u64, anchors: &Arc<TrustAnchors>) -> Option<Arc<Issuer>> {
        let mut chosen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let same = chosen.anchors.as_ref().is_some_and(|known| Arc::ptr_eq(known, anchors));
        if !same || chosen.revocations != revocations {
            *chosen = Chosen { revocations, anchors: Some(Arc::clone(anchors)), by_wish: HashMap::new() };
        }
        chosen.by_wish.get(wish).cloned()
    }

    fn keep(&self, wish: Wish, revocations: u64, anchors: &Arc<TrustAnchors>, issuer: &Arc<Issuer>) {
        let mut chosen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let same = chosen.anchors.as_ref().is_some_and(|known| Arc::ptr_eq(known, anchors));
        if same && chosen.revocations == revocations {
            chosen.by_wish.insert(wish, Arc::clone(issuer));
        }
    }
}

/// The oldest active CA that fits, below a root that the pool trusts for this now.
pub(super) async fn choose(
    caller: &Caller,
    ecosystem: &Ecosystem,
    name: &CaName,
    selection: &Selection,
) -> Result<Arc<Issuer>, ServiceError> {
    let wish = Wish {
        domain: name.domain,
        prefix: name.prefix.clone(),
        party: if name.prefix.is_empty() { Uuid::nil() } else { caller.party },
        algorithm: selection.algorithm(),
        root: selection.root,
    };
    let anchors = ecosystem.recent_trust_anchors().await?;
    let revocations = status::revocations(ecosystem).await?;
    if let Some(issuer) = ecosystem.issuers().get(&wish, revocations, &anchors)
        && issuer.authority.chain().iter().all(|ca| ca.is_valid_at(ecosystem.now()))
    {
        return Ok(issuer);
    }
    let issuer = Arc::new(find(caller, ecosystem, name, selection, &anchors).await?);
    ecosystem.issuers().keep(wish, revocations, &anchors, &issuer);
    Ok(issuer)
}

async fn find(
    caller: &Caller,
    ecosystem: &Ecosystem,
    name: &CaName,
    selection: &Selection,
    anchors: &TrustAnchors,
) -> Result<Issuer, ServiceError> {
    let kind = match name.domain {
        CaDomain::Emsp => AuthorityKind::EmspIssuing,
        CaDomain::Cpo => AuthorityKind::CpoIssuing,
        CaDomain::Oem | CaDomain::Veh => AuthorityKind::OemIssuing,
        CaDomain::Cps => AuthorityKind::CpsSubCa2,
    };
    let part = match name.domain {
        CaDomain::Emsp => &anchors.contract,
        CaDomain::Oem | CaDomain::Veh => &anchors.provisioning,
        CaDomain::Cpo | CaDomain::Cps => &anchors.cps,
    };
    let mut reader = ecosystem.store().read().await?;
    let algorithm = selection.algorithm();
    let mut rows = authorities::active(&mut reader, kind).await?;
    rows.retain(|row| row.algorithm == algorithm.as_str());
    check_prefix(caller, name, &mut rows)?;
    if let Some(root) = &selection.root {
        rows.retain(|row| row.root_fingerprint == *root);
        if rows.is_empty() {
            return Err(ServiceError::invalid(format!(
                "cpoV2GRootCertificateFingerprint : no CA of {} with {algorithm} stands below the root {root}",
                name.domain
            )));
        }
    }
    let now = ecosystem.now();
    rows.retain(|row| anchors.trusts(part, &row.root_fingerprint, now));
    for row in rows {
        let mut above = Vec::new();
        for ca in certificates::get_all(&mut reader, &row.chain).await? {
            above.push(chains::kept(&ca)?);
        }
        above.extend(anchors.by_fingerprint.get(&row.root_fingerprint).cloned());
        let certificate = chains::kept(&row.certificate)?;
        if std::iter::once(&certificate).chain(&above).all(|ca| ca.is_valid_at(now)) {
            let signer = Signer::stored(ecosystem.keys(), &row.key_id).map_err(ServiceError::internal)?;
            let authority = issue::Authority::existing(certificate, above, signer).map_err(ServiceError::internal)?;
            return Ok(Issuer { authority: ecosystem.with_status(authority) });
        }
    }
    Err(ServiceError::Unavailable(
        "No certificate can be issued: no CA here for this domain and algorithm is valid under a root of the RCP.",
    ))
}

/// The ecosystem's own CAs, or those of this prefix, when they are the caller's.
fn check_prefix(caller: &Caller, name: &CaName, rows: &mut Vec<Row>) -> Result<(), ServiceError> {
    rows.retain(|row| row.prefix == name.prefix);
    if name.prefix.is_empty() {
        return Ok(());
    }
    rows.retain(|row| row.party_id.is_none_or(|party| party == caller.party));
    if rows.is_empty() {
        // The same whether it exists or not (A7).
        return Err(ServiceError::Forbidden(format!("The calling party has no CA {}-{}.", name.prefix, name.domain)));
    }
    Ok(())
}
