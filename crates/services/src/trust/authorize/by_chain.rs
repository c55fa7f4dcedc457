//! With the certificates that the car has presented.

use opnc_messages::CertificateDer;
use opnc_messages::ids::Emaid;
use opnc_messages::trust::{AuthorizeContractRes, CertificateStatus, ContractState, RevocationState};
use opnc_pki::chain::{ChainErrorKind as Kind, Purpose};
use opnc_pki::resolve::ResolveError;

use super::super::path::{self, is_revoked};
use super::super::resolve::{refused, shown, warnings};
use super::{answer, cancelled, contract, name, refuse, revocation};
use crate::{Ecosystem, ServiceError};

pub(super) async fn authorize(
    ecosystem: &Ecosystem,
    sent: &[CertificateDer],
    said: Option<&Emaid>,
) -> Result<AuthorizeContractRes, ServiceError> {
    let certificates = path::read(sent)?;
    let (at, anchors) = (ecosystem.now(), ecosystem.trust_anchors().await?);
    let found = path::find(ecosystem, &anchors, &certificates, Purpose::Contract, at).await?;
    let mut answer = AuthorizeContractRes { path: shown(&found, Purpose::Contract, at)?, ..answer() };
    let leaf = match &found.outcome {
        Ok(resolved) => resolved.path.leaf().clone(),
        Err(error) => {
            refuse(&mut answer, status(error), error.to_string());
            answer.not_checked.push("revocation".to_owned());
            return Ok(answer);
        }
    };
    answer.revocation = revocation(found.told.iter().map(|(_, told)| told));
    if matches!(answer.revocation, RevocationState::NotChecked | RevocationState::Unknown) {
        answer.not_checked.push("revocation".to_owned());
    }
    if let Ok(resolved) = &found.outcome {
        answer.valid_to = Some(resolved.path.not_after());
        answer.warnings = warnings(resolved, &found, at);
    }
    let Ok(emaid) = Emaid::parse(leaf.common_name().unwrap_or_default()) else {
        let reason = "the common name of the certificate is no EMAID";
        refuse(&mut answer, CertificateStatus::CertChainError, reason);
        return Ok(answer);
    };
    answer.contract = contract::state(ecosystem, &emaid, &leaf.fingerprint()).await?;
    let provider = emaid.provider_id();
    name(&mut answer, Some(emaid), said);
    if answer.reason.is_some() {
        return Ok(answer);
    }
    let told_of_leaf = found.told.iter().find(|(one, _)| *one == leaf.fingerprint()).map(|(_, told)| told);
    let has_ended = answer.contract == ContractState::Cancelled;
    if let Some(reason) = refused(&found, at, ecosystem.policy().revocation.trust) {
        let revoked = found.told.iter().any(|(_, told)| is_revoked(told, at));
        let status = match told_of_leaf {
            Some(told) if has_ended && contract::is_end_of_contract(told) => CertificateStatus::ContractCancelled,
            _ if revoked => CertificateStatus::CertificateRevoked,
            _ => CertificateStatus::CertChainError,
        };
        let reason = if status == CertificateStatus::ContractCancelled { cancelled(&provider) } else { reason };
        refuse(&mut answer, status, reason);
    } else if has_ended {
        refuse(&mut answer, CertificateStatus::ContractCancelled, cancelled(&provider));
    } else if answer.contract == ContractState::Replaced {
        answer.warnings.push("the contract has a newer certificate than the one presented".to_owned());
    }
    Ok(answer)
}

/// OCPP's word for a chain that does not hold.
fn status(error: &ResolveError) -> CertificateStatus {
    let ResolveError::Unresolved(unresolved) = error else { return CertificateStatus::CertChainError };
    match unresolved.error.kind() {
        Kind::Expired | Kind::NotYetValid => CertificateStatus::CertificateExpired,
        Kind::BadSignature | Kind::Algorithm => CertificateStatus::SignatureError,
        _ => CertificateStatus::CertChainError,
    }
}
