//! With hashes alone, as a charging station sends them that has checked the chain itself: signatures and dates cannot be
//! looked at here, and the answer says so.

mod facts;

use opnc_messages::ids::Emaid;
use opnc_messages::trust::{
    AuthorizeContractRes, CertificateHashData, CertificateStatus, ContractState, RevocationState,
};
use opnc_pki::certificate::Certificate;
use opnc_pki::chain::{Known, Purpose, Work};
use opnc_pki::profile::{CONTRACT, V2G_ROOT};
use opnc_pki::resolve::{Pool, resolve_ca};

use super::super::known;
use super::{answer, cancelled, contract, name, refuse, revocation};
use crate::anchors::TrustAnchors;
use crate::revocation_check::{Mode, Told, Verdict};
use crate::{Caller, Ecosystem, ServiceError};
use facts::{Facts, Kind};

/// How many CAs are looked for above an issuer.
const MOST_ABOVE: usize = 3;

pub(super) async fn authorize(
    caller: &Caller,
    ecosystem: &Ecosystem,
    hashed: &[CertificateHashData],
    said: Option<&Emaid>,
) -> Result<AuthorizeContractRes, ServiceError> {
    let (now, anchors) = (ecosystem.now(), ecosystem.trust_anchors().await?);
    let not_checked = ["signature", "dates"].map(str::to_owned).to_vec();
    let mut answer = AuthorizeContractRes { not_checked, ..answer() };
    let mut all = Vec::with_capacity(hashed.len());
    for one in hashed {
        all.push(facts::look_up(caller, ecosystem, &anchors, one).await?);
    }
    // The contract's is the first; where it is known which is a contract's, that one.
    let position = all.iter().position(Facts::is_contract).unwrap_or_default();
    let Some(leaf) = all.get(position) else { return Ok(answer) };
    answer.contract = leaf.contract;
    answer.revocation = revocation(all.iter().map(|facts| &facts.told));
    if answer.revocation != RevocationState::Good && answer.revocation != RevocationState::Revoked {
        answer.not_checked.push("revocation".to_owned());
    }
    whose(&mut answer, leaf, said);
    if answer.reason.is_some() {
        return Ok(answer);
    }
    let has_ended = leaf.contract == ContractState::Cancelled;
    let revoked = all.iter().find(|facts| matches!(facts.told, Told::Verdict(Verdict::Revoked { .. })));
    let untold = || all.iter().find(|facts| matches!(facts.told, Told::Nothing(_)));
    let above = all.iter().enumerate().filter(|(other, _)| *other != position).map(|(_, facts)| facts);
    if has_ended && revoked.is_none_or(|facts| contract::is_end_of_contract(&facts.told)) {
        let words = leaf.provider.as_ref().map_or_else(|| "the contract has ended".to_owned(), cancelled);
        refuse(&mut answer, CertificateStatus::ContractCancelled, words);
    } else if let Some(Facts { told: Told::Verdict(Verdict::Revoked { at, .. }), serial, .. }) = revoked {
        let reason = format!("the certificate with the serial number {serial} was revoked on {at:.0}");
        refuse(&mut answer, CertificateStatus::CertificateRevoked, reason);
    } else if let Kind::Other(profile) = &leaf.kind {
        let reason = format!("the certificate with these hashes is a {profile}, and no {}", CONTRACT.name);
        refuse(&mut answer, CertificateStatus::CertChainError, reason);
    } else if leaf.issuers.is_empty() {
        let reason = "no CA is known whose name and key have these hashes: send the certificates themselves";
        refuse(&mut answer, CertificateStatus::CertChainError, reason);
    } else if leaf.kind == Kind::NeverIssued {
        let reason = "the CA with these hashes is ours, and never issued this serial number";
        refuse(&mut answer, CertificateStatus::NoCertificateAvailable, reason);
    } else if let Some(reason) = untrusted(ecosystem, &anchors, leaf).await? {
        refuse(&mut answer, CertificateStatus::CertChainError, reason);
    } else if let Some(facts) = above.clone().find(|facts| facts.kind == Kind::NeverIssued) {
        let reason = format!("a CA of ours is said to be the issuer of {}, and never issued it", facts.serial);
        refuse(&mut answer, CertificateStatus::CertChainError, reason);
    } else if leaf.too_many {
        let reason = "more contracts have this serial number than can be compared: send the certificates themselves";
        refuse(&mut answer, CertificateStatus::CertChainError, reason);
    } else if let Some(end) = leaf.not_after.filter(|end| *end < now) {
        refuse(&mut answer, CertificateStatus::CertificateExpired, format!("the certificate expired on {end:.0}"));
    } else if let Some(facts) = untold().filter(|_| ecosystem.policy().revocation.trust == Mode::Require) {
        let Told::Nothing(why) = &facts.told else { return Ok(answer) };
        let reason = format!("nobody tells whether {} is revoked ({why})", facts.serial);
        refuse(&mut answer, CertificateStatus::CertChainError, reason);
    } else if leaf.contract == ContractState::Replaced {
        answer.warnings.push("the contract has a newer certificate than the one presented".to_owned());
    }
    Ok(answer)
}

/// Names the contract where it is known, and its eMSP. Where it is not, hashes say nothing of an EMAID, and the answer says so.
fn whose(answer: &mut AuthorizeContractRes, leaf: &Facts, said: Option<&Emaid>) {
    name(answer, leaf.emaid.clone(), said);
    if leaf.emaid.is_some() {
        return;
    }
    answer.provider_id.clone_from(&leaf.provider);
    let Some(said) = said else { return };
    if let Some(provider) = leaf.provider.as_ref().filter(|provider| **provider != said.provider_id()) {
        let reason = format!("the certificate is that of a contract of {provider}, and the car speaks of {said}");
        return refuse(answer, CertificateStatus::CertChainError, reason);
    }
    answer.not_checked.push("emaid".to_owned());
    let warning = format!(
        "this pool does not know whose certificate this is, and hashes do not tell: that it is the contract {said} is the \
         car's word; send the certificates themselves to have it checked"
    );
    answer.warnings.push(warning);
}

/// Why the issuer is none that is trusted for contracts; `None` when it is.
async fn untrusted(
    ecosystem: &Ecosystem,
    anchors: &TrustAnchors,
    leaf: &Facts,
) -> Result<Option<String>, ServiceError> {
    if leaf.issuers.iter().any(|ca| anchors.by_fingerprint.contains_key(&ca.fingerprint())) {
        let reason = "the CA with these hashes is a root, and contracts are issued by a sub CA: send the certificates \
                      themselves";
        return Ok(Some(reason.to_owned()));
    }
    let mut first = None;
    for issuer in &leaf.issuers {
        match untrusted_issuer(ecosystem, anchors, issuer).await? {
            Some(reason) => {
                first.get_or_insert(reason);
            }
            None => return Ok(None),
        }
    }
    Ok(first)
}

/// The same for one of the certificates that the issuer has.
async fn untrusted_issuer(
    ecosystem: &Ecosystem,
    anchors: &TrustAnchors,
    issuer: &Certificate,
) -> Result<Option<String>, ServiceError> {
    // Of the CAs below a V2G root, those of stations and of CPSs have its domain; of which kind a leaf is, hashes do not tell.
    let has = |domain: &str| issuer.domain_components().any(|found| found == domain);
    let (of_roots, of_contracts) = (V2G_ROOT.domain_component, CONTRACT.domain_component);
    if has(of_roots) && !has(of_contracts) {
        let reason = format!(
            "the CA with these hashes has DC={of_roots}, and one that issues contracts has DC={of_contracts}: send the \
             certificates themselves"
        );
        return Ok(Some(reason));
    }
    let mut above = Vec::new();
    let mut top = vec![issuer.clone()];
    for _ in 0..MOST_ABOVE {
        let mut found = known::issuers_of(ecosystem, anchors, &top).await?;
        found.retain(|one| !above.contains(one));
        if found.is_empty() {
            break;
        }
        above.extend(found.iter().cloned());
        top = found;
    }
    let pool = Pool { anchors: anchors.of(Purpose::Contract), known: &Known::new(above), barred: &[] };
    let found = resolve_ca(issuer, &pool, Purpose::Contract, ecosystem.now(), 1, &mut Work::default());
    Ok(found.err().map(|error| format!("the CA with these hashes is not trusted for contracts: {error}")))
}
