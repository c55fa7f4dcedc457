//! What stands below a V2G root: the two sub CAs of a domain, and the CPS.

use opnc_pki::hierarchy::{Domain, Hierarchy};
use opnc_pki::issue::{Authority, Request, Validity};
use opnc_pki::profile;
use opnc_store::authorities::AuthorityKind;

use super::keep::Made;
use super::key;
use crate::{Ecosystem, ServiceError};

/// A place below a root.
pub(super) struct Below<'a> {
    pub(super) ecosystem: &'a Ecosystem,
    pub(super) root: &'a Authority,
    pub(super) organization: &'a str,
    /// What the names of the keys begin with.
    pub(super) prefix: &'a str,
}

/// What the two sub CAs of a domain are called.
pub(super) fn kinds(domain: Domain) -> [AuthorityKind; 2] {
    match domain {
        Domain::Cpo => [AuthorityKind::CpoSubCa1, AuthorityKind::CpoIssuing],
        Domain::Oem => [AuthorityKind::OemSubCa1, AuthorityKind::OemIssuing],
        Domain::Emsp => [AuthorityKind::EmspSubCa1, AuthorityKind::EmspIssuing],
        Domain::Cps => [AuthorityKind::CpsSubCa1, AuthorityKind::CpsSubCa2],
    }
}

impl Below<'_> {
    /// Makes the sub CAs of a domain, and gives back the one that issues.
    pub(super) fn branch(&self, domain: Domain, made: &mut Vec<Made>) -> Result<Authority, ServiceError> {
        let names = match domain {
            Domain::Cpo => ["cpo-sub-ca-1", "cpo-sub-ca-2"],
            Domain::Oem => ["oem-sub-ca-1", "oem-sub-ca-2"],
            Domain::Emsp => ["emsp-sub-ca-1", "emsp-sub-ca-2"],
            Domain::Cps => ["cps-sub-ca-1", "cps-sub-ca-2"],
        };
        let (ecosystem, algorithm) = (self.ecosystem, self.root.algorithm());
        let key = |name: &str| match self.prefix {
            "" => key(ecosystem, name, algorithm),
            prefix => key(ecosystem, &format!("{prefix}-{name}"), algorithm),
        };
        let [(first_id, first), (second_id, second)] = [key(names[0])?, key(names[1])?];
        let (now, rng) = (ecosystem.now(), &mut ecosystem.rng());
        let branch = Hierarchy::below_with(self.root.clone(), domain, self.organization, [first, second], now, rng)
            .map_err(ServiceError::internal)?;
        let ([first_kind, second_kind], [first, second]) = (kinds(domain), domain.sub_ca_profiles());
        let version = algorithm.version();
        made.push(Made::ca(first_kind, first.in_version(version), first_id, &branch.sub_ca_1));
        made.push(Made::ca(second_kind, second.in_version(version), second_id, &branch.sub_ca_2));
        Ok(branch.sub_ca_2)
    }

    /// Makes the sub CAs of the CPS, and the CPS itself.
    pub(super) fn cps(&self, days: Option<u32>, made: &mut Vec<Made>) -> Result<(), ServiceError> {
        let issuer = self.branch(Domain::Cps, made)?;
        let profile = profile::CPS.in_version(issuer.algorithm().version());
        let (key_id, signer) = key(self.ecosystem, "cps", issuer.algorithm())?;
        let now = self.ecosystem.now();
        let name = format!("{} CPS", self.organization);
        let request = Request {
            profile,
            subject: profile.subject(&name, self.organization, None).map_err(ServiceError::internal)?,
            public_key: signer.public_key().clone(),
            validity: Validity::days(now, days.unwrap_or(profile.default_days)).within(issuer.certificate()),
        };
        let certificate = issuer.issue(request, &mut self.ecosystem.rng()).map_err(ServiceError::internal)?;
        made.push(Made { kind: AuthorityKind::CpsSigner, profile, key_id, certificate, above: issuer.chain() });
        Ok(())
    }
}
