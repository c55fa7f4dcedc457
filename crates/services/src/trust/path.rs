//! From what was sent to a path, looking further where something is missing, and away from what is revoked.

use jiff::Timestamp;
use opnc_messages::CertificateDer;
use opnc_messages::ids::Fingerprint;
use opnc_pki::certificate::Certificate;
use opnc_pki::chain::{Known, Purpose, Work};
use opnc_pki::resolve::{Pool, Question, ResolveError, Resolved, Supply, resolve};

use super::fetch::Fetcher;
use super::known;
use crate::anchors::TrustAnchors;
use crate::revocation_check::{self, Mode, Told, Verdict};
use crate::{Ecosystem, ServiceError};

/// How often is looked further: sub CA 2, sub CA 1, a cross-certificate, and once for luck.
const MOST_ROUNDS: usize = 5;
/// How many paths are left because a certificate on them is revoked.
const MOST_DETOURS: usize = 3;
/// Above, nobody's certificate of ISO 15118 is.
const LONGEST_CERTIFICATE: usize = 4096;

/// What was found.
pub(super) struct Found {
    pub(super) outcome: Result<Resolved, ResolveError>,
    /// What is known of the revocation of each certificate below the root, of the path or of what there is of one.
    pub(super) told: Vec<(Fingerprint, Told)>,
    /// Which of them were fetched.
    pub(super) fetched: Vec<Fingerprint>,
}

/// Reads the certificates of a request.
///
/// # Errors
/// Every one that cannot be read, and those that are too long to be any.
pub(super) fn read(sent: &[CertificateDer]) -> Result<Vec<Certificate>, ServiceError> {
    // More are refused in one sentence behind this; reading a few more than that is enough to come to it.
    let mut problems = Vec::new();
    let mut certificates = Vec::new();
    for (position, der) in sent.iter().enumerate().take(MOST_READ) {
        let bytes = der.as_bytes();
        if bytes.len() > LONGEST_CERTIFICATE {
            problems.push(format!(
                "certificates[{position}] : has {} bytes of DER; no certificate of ISO 15118 has more than 1600",
                bytes.len()
            ));
            continue;
        }
        match Certificate::from_der(bytes) {
            Ok(certificate) => certificates.push(certificate),
            Err(error) => problems.push(format!("certificates[{position}] : {error}")),
        }
    }
    if sent.len() > MOST_READ {
        problems.push(format!("certificates : {} were sent; a leaf and the CAs above it are at most 17", sent.len()));
    }
    if problems.is_empty() { Ok(certificates) } else { Err(ServiceError::Invalid(problems)) }
}

/// One more than are looked at.
const MOST_READ: usize = 18;

/// Finds the path, and what is known of its revocation at this time.
pub(super) async fn find(
    ecosystem: &Ecosystem,
    anchors: &TrustAnchors,
    certificates: &[Certificate],
    purpose: Purpose,
    at: Timestamp,
) -> Result<Found, ServiceError> {
    let question = Question { certificates, purpose, at };
    let mut looking = Looking {
        ecosystem,
        anchors,
        question,
        work: Work::default(),
        extra: Vec::new(),
        fetched: Vec::new(),
        fetcher: Fetcher::new(ecosystem),
    };
    let mode = ecosystem.policy().revocation.trust;
    let mut barred = Vec::new();
    let mut first: Option<(Resolved, Vec<(Fingerprint, Told)>)> = None;
    for _ in 0..=MOST_DETOURS {
        let resolved = match looking.path(&barred).await? {
            Ok(resolved) => resolved,
            Err(error) => {
                let (outcome, told) = first.map_or((Err(error), Vec::new()), |(first, told)| (Ok(first), told));
                return Ok(Found { outcome, told, fetched: looking.fetched });
            }
        };
        let path: Vec<_> = resolved.path.certificates().cloned().collect();
        let told = ask(ecosystem, anchors, mode, &path).await?;
        let revoked: Vec<_> = told.iter().filter(|(_, told)| is_revoked(told, at)).map(|(one, _)| *one).collect();
        let leaf = resolved.path.leaf().fingerprint();
        if revoked.is_empty() || revoked.contains(&leaf) {
            return Ok(Found { outcome: Ok(resolved), told, fetched: looking.fetched });
        }
        barred.extend(revoked);
        // When there is no way around it, this is the answer.
        first.get_or_insert((resolved, told));
    }
    let Some((resolved, told)) = first else { return Err(ServiceError::internal("no path was tried")) };
    Ok(Found { outcome: Ok(resolved), told, fetched: looking.fetched })
}

/// Whether it counts as revoked at this time.
pub(super) fn is_revoked(told: &Told, at: Timestamp) -> bool {
    matches!(told, Told::Verdict(Verdict::Revoked { at: since, .. }) if *since <= at)
}

async fn ask(
    ecosystem: &Ecosystem,
    anchors: &TrustAnchors,
    mode: Mode,
    path: &[Certificate],
) -> Result<Vec<(Fingerprint, Told)>, ServiceError> {
    let mut told = Vec::new();
    for certificate in path.iter().filter(|one| !one.is_self_issued()) {
        told.push((
            certificate.fingerprint(),
            revocation_check::one(ecosystem, anchors, mode, certificate, path).await?,
        ));
    }
    Ok(told)
}

struct Looking<'a> {
    ecosystem: &'a Ecosystem,
    anchors: &'a TrustAnchors,
    question: Question<'a>,
    work: Work,
    /// CAs that were found for this question.
    extra: Vec<Certificate>,
    fetched: Vec<Fingerprint>,
    fetcher: Fetcher<'a>,
}

impl Looking<'_> {
    /// A path that avoids what is barred.
    async fn path(&mut self, barred: &[Fingerprint]) -> Result<Result<Resolved, ResolveError>, ServiceError> {
        let cas = self.ecosystem.known_cas();
        let mut known = if self.extra.is_empty() { cas.current() } else { Known::new(self.extra.clone()).into() };
        let mut round = 0;
        loop {
            let pool = Pool { anchors: self.anchors.of(self.question.purpose), known: &known, barred };
            let (question, work) = (&self.question, &mut self.work);
            let error = match self.ecosystem.timed("resolve", || resolve(question, &pool, work)) {
                Ok(resolved) => {
                    cas.remember(self.found_in(&resolved));
                    return Ok(Ok(resolved));
                }
                Err(error) => error,
            };
            round += 1;
            let ResolveError::Unresolved(unresolved) = &error else { return Ok(Err(error)) };
            let chain: Vec<_> = unresolved.certificates().cloned().collect();
            if round >= MOST_ROUNDS || !self.look_further(&chain).await? {
                return Ok(Err(error));
            }
            known = Known::new(self.extra.clone()).into();
        }
    }

    /// Whether there is anything new above these certificates.
    async fn look_further(&mut self, chain: &[Certificate]) -> Result<bool, ServiceError> {
        let before = self.extra.len();
        // What was remembered and is on the way already stays at hand.
        let on_the_way: Vec<_> = chain.iter().skip(1).cloned().collect();
        self.take(on_the_way);
        let at_hand = self.extra.len();
        let found = known::issuers_of(self.ecosystem, self.anchors, chain).await?;
        self.take(found);
        if self.extra.len() == at_hand {
            let fetched = self.fetcher.issuers_of(chain).await?;
            self.fetched.extend(fetched.iter().map(Certificate::fingerprint));
            self.take(fetched);
        }
        Ok(self.extra.len() > before)
    }

    fn take(&mut self, found: Vec<Certificate>) {
        for certificate in found {
            let is_new = !self.extra.contains(&certificate) && !self.question.certificates.contains(&certificate);
            if is_new {
                self.extra.push(certificate);
            }
        }
    }

    /// The CAs of a path that came from the store: neither sent, nor fetched, nor roots.
    fn found_in(&self, resolved: &Resolved) -> Vec<Certificate> {
        let with_supply = resolved.path.certificates().zip(&resolved.supplies);
        let known = with_supply.filter(|(_, supply)| **supply == Supply::Known).map(|(one, _)| one);
        let current = self.ecosystem.known_cas().current();
        let is_new = |one: &&Certificate| {
            !self.fetched.contains(&one.fingerprint()) && !current.named(one.subject()).contains(one)
        };
        known.filter(is_new).cloned().collect()
    }
}
