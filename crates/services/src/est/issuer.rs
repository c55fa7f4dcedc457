//! The CA that issues what was asked for.

use opnc_messages::pki::{CaDomain, CaName};
use opnc_pki::certificate::Certificate;
use opnc_pki::issue;
use opnc_pki::key::Signer;
use opnc_store::authorities::{self, Authority as Row, AuthorityKind};
use opnc_store::certificates;

use super::Selection;
use crate::{Caller, Ecosystem, ServiceError, chains};

/// A CA with its chain up to the root, the root included.
pub(super) struct Issuer {
    pub(super) certificate: Certificate,
    /// Its own issuer first, the root last.
    pub(super) above: Vec<Certificate>,
    key_id: String,
}

impl Issuer {
    /// Its own certificate first, the root last.
    pub(super) fn chain(self) -> Vec<Certificate> {
        std::iter::once(self.certificate).chain(self.above).collect()
    }

    /// The CA with its key.
    pub(super) fn authority(&self, ecosystem: &Ecosystem) -> Result<issue::Authority, ServiceError> {
        let signer = Signer::stored(ecosystem.keys(), &self.key_id).map_err(ServiceError::internal)?;
        let authority = issue::Authority::existing(self.certificate.clone(), self.above.clone(), signer);
        Ok(ecosystem.with_status(authority.map_err(ServiceError::internal)?))
    }
}

/// The oldest active CA that fits, below a root that the pool trusts for this now.
pub(super) async fn choose(
    caller: &Caller,
    ecosystem: &Ecosystem,
    name: &CaName,
    selection: &Selection,
) -> Result<Issuer, ServiceError> {
    let kind = match name.domain {
        CaDomain::Emsp => AuthorityKind::EmspIssuing,
        CaDomain::Cpo => AuthorityKind::CpoIssuing,
        CaDomain::Oem | CaDomain::Veh => AuthorityKind::OemIssuing,
        CaDomain::Cps => AuthorityKind::CpsSubCa2,
    };
    let anchors = ecosystem.trust_anchors().await?;
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
            return Ok(Issuer { certificate, above, key_id: row.key_id });
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
