//! simpleReEnroll: a new certificate for a subject that has one, by who holds it or by its party.

use opnc_messages::Service;
use opnc_messages::pki::{CaDomain, CaName};
use opnc_pki::certificate::Certificate;
use opnc_pki::csr::Csr;
use opnc_store::issued_certificates::{self, IssuedCertificate, Revocation};
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
    /// As [`super::enroll`]; [`ServiceError::Forbidden`] for another subject or another kind of certificate, and for a party
    /// that could not enrol it: a contract certificate in a car does not bind its eMSP to go on.
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
        permit(&self.caller, self.domain)?;
        let csr = Csr::read(body).map_err(|error| ServiceError::invalid(error.to_string()))?;
        let wanted = Wanted { name, selection, csr: &csr, renews: Some(&self.leaf.subject_key) };
        enroll::issue(&self.caller, ecosystem, wanted).await
    }
}

/// What a certificate that was shown in the TLS handshake is good for, when it comes to renewing it.
#[derive(Debug, Clone)]
pub enum ShownLeaf {
    /// Its holder may renew it.
    Holder(Box<LeafHolder>),
    /// We issued it, and it counts no longer: why, as the end of a sentence.
    Ended(String),
    /// It is none of ours, or its party may not act.
    Nothing,
}

/// Looks up a certificate whose key was proven in the TLS handshake.
///
/// # Errors
/// When the store fails.
pub async fn shown_leaf(ecosystem: &Ecosystem, leaf: &[u8], trace: Uuid) -> Result<ShownLeaf, ServiceError> {
    let Ok(certificate) = Certificate::from_der(leaf) else { return Ok(ShownLeaf::Nothing) };
    let leaf = {
        let mut reader = ecosystem.store().read().await?;
        issued_certificates::by_fingerprint(&mut reader, &certificate.fingerprint()).await?
    };
    let Some(leaf) = leaf else { return Ok(ShownLeaf::Nothing) };
    let domain = CaDomain::ALL.into_iter().find(|domain| profile_of(*domain).name == leaf.profile);
    let (Some(domain), Some(party)) = (domain, leaf.party_id) else { return Ok(ShownLeaf::Nothing) };
    let now = ecosystem.now();
    if let Some(Revocation { at, reason }) = leaf.revocation {
        return Ok(ShownLeaf::Ended(format!("it was revoked at {at:.0} ({})", reason.as_str())));
    }
    if !certificate.is_valid_at(now) {
        let (first, last) = (certificate.not_before(), certificate.not_after());
        return Ok(ShownLeaf::Ended(match now < first {
            true => format!("it is valid from {first:.0} on"),
            false => format!("it was valid until {last:.0}"),
        }));
    }
    let caller = parties::caller(ecosystem, party, vec![Service::Pki], trace).await?;
    Ok(match caller {
        Some(caller) => ShownLeaf::Holder(Box::new(LeafHolder { caller, leaf, domain })),
        None => ShownLeaf::Nothing,
    })
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
    let has_one = {
        let mut reader = ecosystem.store().read().await?;
        issued_certificates::has_current(&mut reader, &subject.key, profile, caller.party, now).await?
    };
    if !has_one {
        return Err(ServiceError::invalid(
            "CN : this subject has no valid certificate to renew: enrol it by simpleenroll",
        ));
    }
    enroll::issue(caller, ecosystem, Wanted { name, selection, csr: &csr, renews: None }).await
}
