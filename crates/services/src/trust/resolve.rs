//! ResolveTrust: which root a certificate leads to, or why it leads to none.

use opnc_messages::CertificateDer;
use opnc_messages::ids::Fingerprint;
use opnc_messages::trust::{
    Anchor, CheckedCertificate, FoundProblem, Place, Purpose, ResolveTrustReq, ResolveTrustRes, Revocation,
    RevocationState, Source,
};
use opnc_pki::certificate::Certificate;
use opnc_pki::chain::{self, Position};
use opnc_pki::resolve::{Finding, ResolveError, Resolved, Supply, about_revoked};

use super::path::{self, Found, is_revoked};
use crate::revocation_check::{Mode, Told, Verdict};
use crate::trust::pool::{self, PoolRoot};
use crate::{Caller, Ecosystem, ServiceError};

/// ResolveTrust. Whether a certificate leads to a root is an answer and no error.
///
/// # Errors
/// [`ServiceError::Invalid`] when the certificates cannot be read, or none of them is the leaf.
pub async fn resolve(
    _caller: &Caller,
    ecosystem: &Ecosystem,
    request: ResolveTrustReq,
) -> Result<ResolveTrustRes, ServiceError> {
    let certificates = path::read(&request.certificates)?;
    let at = request.at.unwrap_or_else(|| ecosystem.now());
    let anchors = ecosystem.trust_anchors().await?;
    let purpose = purpose(request.purpose);
    let found = path::find(ecosystem, &anchors, &certificates, purpose, at).await?;
    let mut answer = ResolveTrustRes {
        resolved: false,
        purpose: request.purpose,
        at,
        reason: None,
        anchor: None,
        path: shown(&found, purpose, at)?,
        alternatives: Vec::new(),
        warnings: Vec::new(),
    };
    match &found.outcome {
        Ok(resolved) => {
            answer.reason = refused(&found, at, ecosystem.policy().revocation.trust);
            answer.resolved = answer.reason.is_none();
            answer.anchor = anchor(ecosystem, resolved.path.anchor()).await?;
            for other in &resolved.alternatives {
                answer.alternatives.extend(anchor(ecosystem, other.anchor()).await?);
            }
            answer.warnings = warnings(resolved, &found, at);
        }
        Err(error) => answer.reason = Some(error.to_string()),
    }
    Ok(answer)
}

/// The purpose as the chain module has it.
pub(super) fn purpose(purpose: Purpose) -> chain::Purpose {
    match purpose {
        Purpose::Contract => chain::Purpose::Contract,
        Purpose::Provisioning => chain::Purpose::Provisioning,
        Purpose::Secc => chain::Purpose::Secc,
        Purpose::Cps => chain::Purpose::Cps,
        Purpose::Vehicle => chain::Purpose::Vehicle,
    }
}

/// Why a path that holds is good for nothing: something on it is revoked, or nobody tells and the operator requires it.
pub(super) fn refused(found: &Found, at: jiff::Timestamp, mode: Mode) -> Option<String> {
    let Ok(resolved) = &found.outcome else { return None };
    let name = |wanted: &Fingerprint| {
        let mut path = resolved.path.certificates();
        path.find(|one| one.fingerprint() == *wanted).and_then(Certificate::common_name).unwrap_or_default().to_owned()
    };
    for (fingerprint, told) in &found.told {
        match told {
            Told::Verdict(Verdict::Revoked { at: since, .. }) if is_revoked(told, at) => {
                return Some(format!("the certificate {:?} was revoked on {since:.0}", name(fingerprint)));
            }
            Told::Nothing(why) if mode == Mode::Require => {
                return Some(format!("nobody tells whether {:?} is revoked ({why})", name(fingerprint)));
            }
            _ => {}
        }
    }
    None
}

/// What is odd, and what was revoked only later than the time that was asked about.
pub(super) fn warnings(resolved: &Resolved, found: &Found, at: jiff::Timestamp) -> Vec<String> {
    let mut warnings: Vec<_> = resolved.warnings.iter().map(ToString::to_string).collect();
    for (fingerprint, told) in &found.told {
        if let Told::Verdict(Verdict::Revoked { at: since, .. }) = told
            && !is_revoked(told, at)
        {
            warnings.push(format!("the certificate {fingerprint} was revoked later, on {since:.0}"));
        }
    }
    warnings
}

/// The certificates of the path, or of what there is of one.
///
/// # Errors
/// [`ServiceError::Invalid`] when there is nothing to begin a path with.
pub(super) fn shown(
    found: &Found,
    purpose: chain::Purpose,
    at: jiff::Timestamp,
) -> Result<Vec<CheckedCertificate>, ServiceError> {
    let findings = match &found.outcome {
        Ok(resolved) => {
            let count = resolved.path.certificates().count();
            let with_supply = resolved.path.certificates().zip(&resolved.supplies).enumerate();
            return Ok(with_supply
                .map(|(index, (certificate, supply))| {
                    let place = match index {
                        0 => Place::Leaf,
                        last if last + 1 == count => Place::Root,
                        _ => Place::SubCa,
                    };
                    let mut checked = one(certificate, place, *supply, found);
                    checked.problems.extend(revoked(certificate, resolved.path.leaf(), purpose, found, at));
                    checked
                })
                .collect());
        }
        Err(ResolveError::Unresolved(unresolved)) => &unresolved.findings,
        Err(other) => return Err(ServiceError::invalid(format!("certificates : {other}"))),
    };
    let mut shown = Vec::with_capacity(findings.len());
    for Finding { certificate, position, supply, problems } in findings {
        let place = match position {
            Position::Leaf => Place::Leaf,
            Position::SubCa => Place::SubCa,
            Position::Root => Place::Root,
        };
        let mut checked = one(certificate, place, *supply, found);
        checked.problems = problems
            .iter()
            .map(|problem| FoundProblem {
                problem: problem.error.to_string(),
                responsible: problem.whom.kind().to_owned(),
                advice: problem.advice.clone(),
            })
            .collect();
        shown.push(checked);
    }
    Ok(shown)
}

/// That a certificate of the path is revoked at this time, and whom to call.
fn revoked(
    certificate: &Certificate,
    leaf: &Certificate,
    purpose: chain::Purpose,
    found: &Found,
    at: jiff::Timestamp,
) -> Option<FoundProblem> {
    let fingerprint = certificate.fingerprint();
    let (_, told) = found.told.iter().find(|(one, _)| *one == fingerprint)?;
    let Told::Verdict(Verdict::Revoked { at: since, reason }) = told else { return None };
    if !is_revoked(told, at) {
        return None;
    }
    let (whom, advice) = about_revoked(certificate, leaf, purpose);
    let why = reason.map(|reason| format!(" ({reason})")).unwrap_or_default();
    let problem = format!("was revoked on {since:.0}{why}");
    Some(FoundProblem { problem, responsible: whom.kind().to_owned(), advice })
}

fn one(certificate: &Certificate, place: Place, supply: Supply, found: &Found) -> CheckedCertificate {
    let fingerprint = certificate.fingerprint();
    let source = match supply {
        Supply::Given => Source::Given,
        Supply::Anchor => Source::Anchor,
        Supply::Known if found.fetched.contains(&fingerprint) => Source::Fetched,
        Supply::Known => Source::Known,
    };
    CheckedCertificate {
        place,
        source,
        subject: certificate.subject().to_string(),
        fingerprint,
        valid_from: certificate.not_before(),
        valid_to: certificate.not_after(),
        revocation: found.told.iter().find(|(one, _)| *one == fingerprint).map(|(_, told)| revocation(told)),
        problems: Vec::new(),
        certificate: CertificateDer::from(certificate.der()),
    }
}

fn revocation(told: &Told) -> Revocation {
    let plain = |state| Revocation { state, revoked_at: None, why: None };
    match told {
        Told::Verdict(Verdict::Good) => plain(RevocationState::Good),
        Told::Verdict(Verdict::Revoked { at, reason }) => Revocation {
            state: RevocationState::Revoked,
            revoked_at: Some(*at),
            why: reason.map(|reason| reason.to_string()),
        },
        Told::Nothing(why) => Revocation { why: Some(why.clone()), ..plain(RevocationState::Unknown) },
        Told::NotAsked => plain(RevocationState::NotChecked),
    }
}

/// The root as the pool has it; `None` when it left the pool a moment ago.
async fn anchor(ecosystem: &Ecosystem, root: &Certificate) -> Result<Option<Anchor>, ServiceError> {
    let fingerprint = root.fingerprint();
    let found = pool::find(&mut ecosystem.store().read().await?, &ecosystem.policy().trust, &fingerprint).await?;
    Ok(found.map(|PoolRoot { row, .. }| Anchor {
        root_certificate_id: Some(row.id),
        fingerprint,
        subject: root.subject().to_string(),
        root_type_list: row.types.iter().map(|one| one.as_str().to_owned()).collect(),
        root_ctl_list: row.ctl_list,
        valid_to: root.not_after(),
    }))
}
