//! simpleEnroll: a certificate for a signing request.

use opnc_messages::Operation;
use opnc_messages::pki::CaName;
use opnc_pki::certificate::Certificate;
use opnc_pki::csr::Csr;
use opnc_pki::issue::{IssueError, Request};
use opnc_pki::key::sha256;
use opnc_pki::profile::Profile;
use opnc_store::issued_certificates;

use super::issuer::Issuer;
use super::journal::Entry;
use super::subject::Subject;
use super::{Selection, issuer, permit, profile_of};
use crate::issued::Issued;
use crate::{Caller, Ecosystem, ServiceError, parties};

/// The longest value of an attribute in a name (RFC 5280, appendix A.1).
const LONGEST_NAME: usize = 64;

/// SimpleEnroll: checks everything, records the certificate, and then hands it out.
///
/// # Errors
/// [`ServiceError::Forbidden`] for somebody else's identifier, [`ServiceError::Invalid`] with everything that is wrong with
/// the request; nothing is issued then.
pub async fn enroll(
    caller: &Caller,
    ecosystem: &Ecosystem,
    selection: &Selection,
    body: &[u8],
) -> Result<Certificate, ServiceError> {
    let name = selection.name_for(caller)?;
    permit(caller, name.domain)?;
    let csr = Csr::read(body).map_err(|error| ServiceError::invalid(error.to_string()))?;
    issue(caller, ecosystem, Wanted { name, selection, csr: &csr, renews: None }).await
}

/// A request that was read.
pub(super) struct Wanted<'a> {
    pub(super) name: CaName,
    pub(super) selection: &'a Selection,
    pub(super) csr: &'a Csr,
    /// The subject that must be the same, in normal form.
    pub(super) renews: Option<&'a str>,
}

pub(super) async fn issue(
    caller: &Caller,
    ecosystem: &Ecosystem,
    wanted: Wanted<'_>,
) -> Result<Certificate, ServiceError> {
    let (domain, csr, algorithm) = (wanted.name.domain, wanted.csr, wanted.selection.algorithm());
    let profile = profile_of(domain).in_version(algorithm.version());
    let mut problems = Vec::new();
    let subject = match Subject::of(csr.subject(), domain, caller) {
        Ok(subject) => {
            subject.check_owner(domain)?;
            if wanted.renews.is_some_and(|renewed| renewed != subject.key) {
                return Err(ServiceError::Forbidden("A certificate is renewed for its own subject only.".to_owned()));
            }
            if let Err(problem) = profile.common_name.check(&subject.common_name, profile.version) {
                problems.push(format!("CN : {problem}"));
            }
            Some(subject)
        }
        Err(problem) => {
            problems.push(problem);
            None
        }
    };
    if csr.public_key().algorithm() != algorithm {
        let found = csr.public_key().algorithm();
        problems.push(format!("the key of the request is of {found}; {algorithm} was asked for"));
    }
    problems.extend(csr.verify().err().map(|error| error.to_string()));
    let Some(subject) = subject.filter(|_| problems.is_empty()) else {
        // Of a request that is good otherwise, this is found when the certificate is recorded.
        let key_hash = sha256(&csr.public_key().to_spki());
        if issued_certificates::key_was_used(&mut ecosystem.store().read().await?, &key_hash).await? {
            problems.push(KEY_USED.to_owned());
        }
        return Err(ServiceError::Invalid(problems));
    };
    let organization = parties::name(ecosystem, caller.party).await?.unwrap_or_default();
    let issuer = issuer::choose(caller, ecosystem, &wanted.name, wanted.selection).await?;
    let certificate = sign(ecosystem, &issuer, profile, &subject, &organization, csr)?;
    let record = Issued {
        certificate: &certificate,
        issuer: issuer.authority.certificate(),
        profile,
        subject_key: &subject.key,
        party: Some(caller.party),
    };
    let entry = Entry { caller: caller.clone(), row: record.row(ecosystem.now()) };
    ecosystem.journal().write(ecosystem, entry).await?;
    Ok(certificate)
}

/// Several certificates of a subject may be valid at once; a key belongs to one.
pub(super) const KEY_USED: &str =
    "the key of the request was certified before: make a new key pair for each certificate, also when renewing";

fn sign(
    ecosystem: &Ecosystem,
    issuer: &Issuer,
    profile: &'static Profile,
    subject: &Subject,
    organization: &str,
    csr: &Csr,
) -> Result<Certificate, ServiceError> {
    let organization: String = organization.chars().take(LONGEST_NAME).collect();
    let name = profile.subject(&subject.common_name, &organization, None);
    let name = name.map_err(|error| ServiceError::invalid(format!("CN : {error}")))?;
    let validity = profile.validity_from(ecosystem.now()).within(issuer.authority.certificate());
    let request = Request { profile, subject: name, public_key: csr.public_key().clone(), validity };
    let issued = issuer.authority.issue(request, &mut ecosystem.rng());
    issued.map_err(|error| match error {
        IssueError::Lint(findings) => ServiceError::Invalid(findings.iter().map(ToString::to_string).collect()),
        other => ServiceError::internal(other),
    })
}

/// What the audit log calls it.
pub(super) const OPERATION: Operation = Operation::SimpleEnroll;
