//! simpleReEnroll: a new certificate for a subject that has one, by who holds it or by its party.

use opnc_messages::Service;
use opnc_messages::pki::{CaDomain, CaName};
use opnc_pki::certificate::Certificate;
use opnc_pki::csr::Csr;
use opnc_store::issued_certificates::{self, IssuedCertificate};
use uuid::Uuid;

use super::enroll::{self, Wanted};
use super::subject::Subject;
use super::{Selection, permit, profile_of};
use crate::{Caller, Ecosystem, ServiceError, parties};

/// Who has shown that it holds the key of a certificate of ours. That is good for renewing it, and for nothing else.
#[derive(Debug, Clone)]
pub struct LeafHolder {
    caller: Caller,
    leaf: IssuedCertificate,
    domain: CaDomain,
}

impl LeafHolder {
    /// The party that the certificate belongs to.
    pub fn party(&self) -> Uuid {
        self.caller.party
    }

    /// A new certificate for the same subject.
    ///
    /// # Errors
    /// As [`super::enroll`]; [`ServiceError::Forbidden`] for another subject or another kind of certificate.
    pub async fn renew(
        &self,
        ecosystem: &Ecosystem,
        selection: &Selection,
        body: &[u8],
    ) -> Result<Certificate, ServiceError> {
        let name = selection.name.clone().unwrap_or(CaName { prefix: String::new(), domain: self.domain });
        if name.domain != self.domain {
            return Err(ServiceError::Forbidden("A certificate is renewed as what it is.".to_owned()));
        }
        let csr = Csr::read(body).map_err(|error| ServiceError::invalid(error.to_string()))?;
        let wanted = Wanted { name, selection, csr: &csr, renews: Some(&self.leaf.subject_key) };
        enroll::issue(&self.caller, ecosystem, wanted).await
    }
}

/// The holder of a certificate whose key was proven in the TLS handshake; `None` unless we issued it, and it is valid, not
/// revoked, and its party may act.
///
/// # Errors
/// When the store fails.
pub async fn holder_of_leaf(
    ecosystem: &Ecosystem,
    leaf: &[u8],
    trace: Uuid,
) -> Result<Option<LeafHolder>, ServiceError> {
    let Ok(certificate) = Certificate::from_der(leaf) else { return Ok(None) };
    let leaf = {
        let mut reader = ecosystem.store().read().await?;
        issued_certificates::by_fingerprint(&mut reader, &certificate.fingerprint()).await?
    };
    let Some(leaf) = leaf.filter(|leaf| leaf.revocation.is_none() && certificate.is_valid_at(ecosystem.now())) else {
        return Ok(None);
    };
    let domain = CaDomain::ALL.into_iter().find(|domain| profile_of(*domain).name == leaf.profile);
    let (Some(domain), Some(party)) = (domain, leaf.party_id) else { return Ok(None) };
    let caller = parties::caller(ecosystem, party, vec![Service::Pki], trace).await?;
    Ok(caller.map(|caller| LeafHolder { caller, leaf, domain }))
}

/// simpleReEnroll by a party: as enrolment, for a subject that has a certificate of the same kind which is valid.
///
/// # Errors
/// As [`super::enroll`]; [`ServiceError::Invalid`] when there is nothing to renew.
pub async fn renew(
    caller: &Caller,
    ecosystem: &Ecosystem,
    selection: &Selection,
    body: &[u8],
) -> Result<Certificate, ServiceError> {
    let name = selection.name_for(caller)?;
    permit(caller, name.domain)?;
    let csr = Csr::read(body).map_err(|error| ServiceError::invalid(error.to_string()))?;
    let subject = Subject::of(csr.subject(), name.domain, caller).map_err(ServiceError::invalid)?;
    subject.check_owner(name.domain)?;
    let (profile, now) = (profile_of(name.domain).name, ecosystem.now());
    let known = {
        let mut reader = ecosystem.store().read().await?;
        issued_certificates::of_subject(&mut reader, &subject.key).await?
    };
    let current = |one: &IssuedCertificate| {
        one.profile == profile && one.party_id == Some(caller.party) && one.revocation.is_none() && one.not_after >= now
    };
    if !known.iter().any(current) {
        return Err(ServiceError::invalid(
            "CN : this subject has no valid certificate to renew: enrol it by simpleenroll",
        ));
    }
    enroll::issue(caller, ecosystem, Wanted { name, selection, csr: &csr, renews: None }).await
}
