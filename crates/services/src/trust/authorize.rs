//! AuthorizeContract: whether the contract that a car presents at a charging station is good.

mod by_chain;
mod by_hashes;
mod contract;

use opnc_messages::ids::{Emaid, ProviderId};
use opnc_messages::trust::{
    AuthorizeContractReq, AuthorizeContractRes, CertificateStatus, ContractState, RevocationState,
};

use crate::revocation_check::{Told, Verdict};
use crate::{Caller, Ecosystem, ServiceError};

/// AuthorizeContract. That a contract is not good is an answer and no error.
///
/// With certificates: their path to a root that is trusted for contracts, dates, revocation, and what the contract
/// certificate pool knows of the contract. With hashes alone: their issuer, revocation, and the pool.
///
/// # Errors
/// [`ServiceError::Invalid`] when the certificates cannot be read, [`ServiceError::TooManyMisses`] for who asks for too many
/// certificates that nobody knows.
pub async fn authorize(
    caller: &Caller,
    ecosystem: &Ecosystem,
    request: AuthorizeContractReq,
) -> Result<AuthorizeContractRes, ServiceError> {
    ecosystem.misses().check(caller, ecosystem.now())?;
    let answer = if request.certificates.is_empty() {
        by_hashes::authorize(caller, ecosystem, &request.hash_data, request.emaid.as_ref()).await?
    } else {
        by_chain::authorize(ecosystem, &request.certificates, request.emaid.as_ref()).await?
    };
    if answer.certificate_status == CertificateStatus::NoCertificateAvailable {
        ecosystem.misses().note(caller, ecosystem.now());
    }
    Ok(answer)
}

/// An answer to begin with: accepted, and nothing known.
fn answer() -> AuthorizeContractRes {
    AuthorizeContractRes {
        certificate_status: CertificateStatus::Accepted,
        reason: None,
        emaid: None,
        provider_id: None,
        contract: ContractState::Unknown,
        revocation: RevocationState::NotChecked,
        not_checked: Vec::new(),
        valid_to: None,
        path: Vec::new(),
        warnings: Vec::new(),
    }
}

/// Refuses, for a reason.
fn refuse(answer: &mut AuthorizeContractRes, status: CertificateStatus, reason: impl Into<String>) {
    answer.certificate_status = status;
    answer.reason = Some(reason.into());
}

/// One word for what is known of all certificates of a chain: the worst.
fn revocation<'a>(told: impl Iterator<Item = &'a Told>) -> RevocationState {
    let rank = |told: &Told| match told {
        Told::Verdict(Verdict::Good) => RevocationState::Good,
        Told::NotAsked => RevocationState::NotChecked,
        Told::Nothing(_) => RevocationState::Unknown,
        Told::Verdict(Verdict::Revoked { .. }) => RevocationState::Revoked,
    };
    let worse = |state| match state {
        RevocationState::Good => 0,
        RevocationState::NotChecked => 1,
        RevocationState::Unknown => 2,
        RevocationState::Revoked => 3,
    };
    told.map(rank).max_by_key(|state| worse(*state)).unwrap_or(RevocationState::NotChecked)
}

/// Names the contract, and refuses one that is not the one the car speaks of.
fn name(answer: &mut AuthorizeContractRes, found: Option<Emaid>, said: Option<&Emaid>) {
    answer.provider_id = found.as_ref().map(Emaid::provider_id);
    if let (Some(found), Some(said)) = (&found, said)
        && found != said
    {
        let reason = format!("the certificate is that of another contract than {said}, which the car speaks of");
        refuse(answer, CertificateStatus::CertChainError, reason);
    }
    answer.emaid = found;
}

/// The words for a contract that has ended.
fn cancelled(provider: &ProviderId) -> String {
    format!("the contract has ended; the eMSP {provider} knows why")
}
