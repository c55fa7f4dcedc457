//! Cars that are published in other ecosystems: what a peer says of them, checked as if their maker had sent it.

use opnc_messages::IsoVersion;
use opnc_messages::ids::Pcid;
use opnc_messages::pcp::{GetProvisioningCertificateRes, ProvisioningCertificateData};
use opnc_pki::certificate::Certificate;
use opnc_pki::chain::{self, Purpose};
use opnc_store::provisioning::{self, Provisioning};
use uuid::Uuid;

use super::{answer, pcid_of, row};
use crate::anchors::TrustAnchors;
use crate::federation::{self, Answer, Question};
use crate::revocation_check::{self, Finding, Mode};
use crate::{Caller, Ecosystem, ServiceError, chains};

/// The most provisioning certificates of a car: there are two editions of ISO 15118.
const MOST: usize = 4;

/// A peer's answer when it holds: the car that was asked for, chains up to our roots, nothing ended and nothing revoked.
///
/// # Errors
/// What is wrong with it.
pub(crate) async fn check(
    ecosystem: &Ecosystem,
    pcid: &Pcid,
    version: Option<IsoVersion>,
    said: GetProvisioningCertificateRes,
) -> Result<GetProvisioningCertificateRes, ServiceError> {
    let anchors = ecosystem.trust_anchors().await?;
    let mut all = if said.all.is_empty() { vec![said.provisioning_certificate] } else { said.all };
    if all.len() > MOST {
        return Err(ServiceError::invalid(format!("it has {} certificates of one car", all.len())));
    }
    // A pool that does not know the parameter answers for all editions.
    all.retain(|data| version.is_none_or(|version| data.iso_version == version));
    let mut rows = Vec::with_capacity(all.len());
    for data in all {
        rows.push(checked(ecosystem, &anchors, pcid, data).await?);
    }
    rows.sort_by_key(|row| row.iso);
    answer(&anchors, rows)
}

async fn checked(
    ecosystem: &Ecosystem,
    anchors: &TrustAnchors,
    pcid: &Pcid,
    data: ProvisioningCertificateData,
) -> Result<Provisioning, ServiceError> {
    let chain = chains::read(&data.provisioning_certificate_chain, "vehicleCertificate", data.iso_version)?;
    let named = pcid_of(&chain.leaf)?;
    if named != *pcid && !named.is_twin_of(pcid) {
        return Err(ServiceError::invalid("it is the certificate of another car"));
    }
    if let Some(problem) = chain.version_mismatch(data.iso_version) {
        return Err(ServiceError::invalid(problem));
    }
    let now = ecosystem.now();
    chain.check_dates(now)?;
    let path = chain::verify(&chain.leaf, &chain.sub_cas, &anchors.provisioning, Purpose::Provisioning, now)
        .map_err(|error| ServiceError::invalid(error.to_string()))?;
    let certificates: Vec<Certificate> = std::iter::once(&chain.leaf).chain(&chain.sub_cas).cloned().collect();
    refuse_revoked(ecosystem, anchors, ecosystem.policy().revocation.pcp, &certificates).await?;
    row(Uuid::nil(), now, &named, &chain, &path, data)
}

/// Refuses a chain of which something is revoked, or of which nobody tells where the operator requires it.
///
/// # Errors
/// That refusal.
pub(crate) async fn refuse_revoked(
    ecosystem: &Ecosystem,
    anchors: &TrustAnchors,
    mode: Mode,
    certificates: &[Certificate],
) -> Result<(), ServiceError> {
    match (revocation_check::check(ecosystem, anchors, mode, certificates).await?, mode) {
        (Finding::Revoked { name, at, .. }, _) => {
            Err(ServiceError::invalid(format!("the certificate \"{name}\" was revoked on {at}")))
        }
        (Finding::Unanswered(why), Mode::Require) => {
            Err(ServiceError::invalid(format!("nobody tells whether its certificates are revoked ({why})")))
        }
        _ => Ok(()),
    }
}

/// The car to encrypt for, from our pool or a peer's; `None` when nobody has published it. Counts misses. The second part
/// is true when it is a peer's.
///
/// # Errors
/// [`ServiceError::Incomplete`] when a peer failed that may know it, or the store fails.
pub(crate) async fn car(
    caller: &Caller,
    ecosystem: &Ecosystem,
    pcid: &Pcid,
    version: IsoVersion,
) -> Result<Option<(Provisioning, bool)>, ServiceError> {
    ecosystem.misses().check(caller, ecosystem.now())?;
    let own = provisioning::find(&mut ecosystem.store().read().await?, pcid, version).await?;
    if let Some(car) = own {
        return Ok(Some((car, false)));
    }
    let missing = async {
        ecosystem.misses().note(caller, ecosystem.now());
        Err(super::not_found())
    };
    let question = || Ok(Question::Provisioning { pcid: pcid.clone(), version: Some(version) });
    let take = |answer| match answer {
        Answer::Provisioning(found) => Some(found.provisioning_certificate),
        _ => None,
    };
    match federation::first(caller, ecosystem, question, missing, take).await {
        Ok(data) => {
            let anchors = ecosystem.trust_anchors().await?;
            Ok(Some((checked(ecosystem, &anchors, pcid, data).await?, true)))
        }
        Err(ServiceError::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}
