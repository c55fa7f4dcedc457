//! Whether certificates of others are revoked: by OCSP, then by revocation lists, at the places that they name themselves.
//!
//! Certificates of our own are looked up in our own records. The questions to others go out while no transaction is open;
//! answers are verified, and kept for as long as they say.

mod answers;
mod outgoing;
mod recheck;
mod responders;

use jiff::Timestamp;
use opnc_client::outbound;
use opnc_messages::ids::Fingerprint;
use opnc_messages::pki::RevocationReason;
use opnc_pki::certificate::Certificate;
use opnc_pki::key::sha256;
use opnc_store::issued_certificates;
use std::sync::OnceLock;

use crate::anchors::TrustAnchors;
use crate::{Caller, Ecosystem, ServiceError};
use answers::Answers;
use outgoing::{Asked, Named, Outgoing};
use responders::Responders;

pub use recheck::recheck;

/// What happens to a certificate whose state nobody tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// It is refused.
    Require,
    /// It is accepted, and looked at again later.
    SoftFail,
    /// Nobody else is asked: our own records decide alone.
    #[default]
    Off,
}

/// How the pools check certificates.
#[derive(Debug, Clone, Default)]
pub struct RevocationPolicy {
    /// When a car is published.
    pub pcp: Mode,
    /// When a contract is delivered to a car.
    pub ccp: Mode,
    /// When somebody asks whether a certificate is trusted, or a contract good.
    pub trust: Mode,
    /// Where questions may go; its time-outs hold for each of them.
    pub outbound: outbound::Policy,
}

/// What is known of the certificates of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Finding {
    /// None is revoked.
    Good,
    /// Nobody told about one of them, and why.
    Unanswered(String),
    /// One is revoked.
    Revoked {
        /// Its common name.
        name: String,
        at: Timestamp,
        reason: Option<RevocationReason>,
    },
}

/// What is said about one certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Good,
    Revoked { at: Timestamp, reason: Option<RevocationReason> },
}

/// What is known of one certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Told {
    /// It is good, or revoked.
    Verdict(Verdict),
    /// Nobody tells, and why.
    Nothing(String),
    /// Nobody was asked: there is nobody, or the policy is not to.
    NotAsked,
}

/// How many answers are remembered about certificates that say themselves who tells of them.
const MOST_ANSWERS: usize = 10_000;
/// How many from places that callers have named.
const MOST_ANSWERS_TO_CALLERS: usize = 2_000;

/// What is kept in memory.
pub(crate) struct RevocationChecks {
    /// From where the certificates themselves name, for everybody.
    answers: Answers,
    /// From where a caller has named, for that caller alone: whoever chooses the place chooses the answer.
    to_callers: Answers,
    responders: Responders,
    outgoing: OnceLock<Outgoing>,
}

impl Default for RevocationChecks {
    fn default() -> Self {
        Self {
            answers: Answers::new(MOST_ANSWERS),
            to_callers: Answers::new(MOST_ANSWERS_TO_CALLERS),
            responders: Responders::default(),
            outgoing: OnceLock::new(),
        }
    }
}

/// Checks every certificate of the chains, roots excepted. Each is looked for below the others and the roots of the pool.
/// The first one that is revoked is the answer, then the first one that nobody tells about.
pub(crate) async fn check(
    ecosystem: &Ecosystem,
    anchors: &TrustAnchors,
    mode: Mode,
    chain: &[Certificate],
) -> Result<Finding, ServiceError> {
    let mut unanswered = None;
    for certificate in chain.iter().filter(|certificate| !certificate.is_self_issued()) {
        let name = || certificate.common_name().unwrap_or("without a common name").to_owned();
        match one(ecosystem, anchors, mode, certificate, chain).await? {
            Told::Verdict(Verdict::Good) | Told::NotAsked => {}
            Told::Verdict(Verdict::Revoked { at, reason }) => {
                return Ok(Finding::Revoked { name: name(), at, reason });
            }
            Told::Nothing(why) => unanswered = unanswered.or_else(|| Some(format!("{}: {why}", name()))),
        }
    }
    Ok(unanswered.map_or(Finding::Good, Finding::Unanswered))
}

/// What is said about a certificate, whose issuer is in the chain or among the roots.
pub(crate) async fn one(
    ecosystem: &Ecosystem,
    anchors: &TrustAnchors,
    mode: Mode,
    certificate: &Certificate,
    chain: &[Certificate],
) -> Result<Told, ServiceError> {
    let fingerprint = certificate.fingerprint();
    let own = {
        let mut reader = ecosystem.store().read().await?;
        issued_certificates::by_fingerprint(&mut reader, &fingerprint).await?
    };
    if let Some(own) = own {
        let revoked = |revocation: issued_certificates::Revocation| Verdict::Revoked {
            at: revocation.at,
            reason: Some(revocation.reason),
        };
        return Ok(Told::Verdict(own.revocation.map_or(Verdict::Good, revoked)));
    }
    if mode == Mode::Off {
        return Ok(Told::NotAsked);
    }
    if mode == Mode::SoftFail && certificate.ocsp_urls().is_empty() && certificate.crl_urls().is_empty() {
        // There is nobody to ask, now or later.
        return Ok(Told::NotAsked);
    }
    let roots = anchors.by_fingerprint.values();
    let is_issuer = |other: &&Certificate| {
        other.subject().matches(certificate.issuer()) && certificate.verify_signature(other.public_key()).is_ok()
    };
    let checks = ecosystem.revocation_checks();
    let issuer = || {
        let issuer = chain.iter().chain(roots).find(is_issuer)?;
        checks.responders.learn(issuer, certificate);
        Some(issuer)
    };
    ask(ecosystem, &checks.answers, fingerprint, issuer, Asked::of(certificate)).await
}

/// What is said about a certificate of which only the serial number is known: by those whom other leaves of its issuer name,
/// and where none was seen yet, by the responder that the caller names.
pub(crate) async fn by_serial(
    caller: &Caller,
    ecosystem: &Ecosystem,
    mode: Mode,
    issuer: &Certificate,
    serial: &[u8],
    responder: Option<&str>,
) -> Result<Told, ServiceError> {
    if mode == Mode::Off {
        return Ok(Told::NotAsked);
    }
    let checks = ecosystem.revocation_checks();
    // It has no fingerprint that anybody here knows: its issuer, its serial number and who is asked stand for it.
    let question = |of: &[&[u8]]| {
        let hashes = of.iter().map(|part| sha256(part)).chain([sha256(serial)]);
        Fingerprint::from(sha256(&hashes.collect::<Vec<_>>().concat()))
    };
    let ca = responders::name_of(issuer);
    if let Some(places) = checks.responders.of(issuer) {
        let (ocsp_urls, crl_urls) = (places.ocsp_urls.as_slice(), places.crl_urls.as_slice());
        let asked = Asked { serial, ocsp_urls, crl_urls, named: Named::ByIssuer };
        return ask(ecosystem, &checks.answers, question(&[ca.as_bytes()]), || Some(issuer), asked).await;
    }
    let Some(responder) = responder.map(str::to_owned) else { return Ok(Told::NotAsked) };
    let name = question(&[ca.as_bytes(), caller.party.as_bytes(), responder.as_bytes()]);
    let asked = Asked { serial, ocsp_urls: std::slice::from_ref(&responder), crl_urls: &[], named: Named::ByCaller };
    ask(ecosystem, &checks.to_callers, name, || Some(issuer), asked).await
}

/// Asks others, unless they were asked before.
async fn ask<'a>(
    ecosystem: &Ecosystem,
    answers: &Answers,
    name: Fingerprint,
    issuer: impl FnOnce() -> Option<&'a Certificate>,
    asked: Asked<'_>,
) -> Result<Told, ServiceError> {
    let checks = ecosystem.revocation_checks();
    let now = ecosystem.now();
    if let Some(known) = answers.get(&name, now) {
        return Ok(Told::from(known));
    }
    let Some(issuer) = issuer() else { return Ok(Told::Nothing("its issuer is not known".to_owned())) };
    let outgoing = match checks.outgoing.get() {
        Some(outgoing) => outgoing,
        None => {
            let made = Outgoing::new(&ecosystem.policy().revocation.outbound).map_err(ServiceError::internal)?;
            checks.outgoing.get_or_init(|| made)
        }
    };
    let answer = outgoing.ask(asked, issuer, now, &mut ecosystem.rng()).await;
    if let Err(why) = &answer {
        tracing::info!(certificate = %name, why, "nobody tells whether a certificate is revoked");
    }
    answers.put(name, &answer, now);
    Ok(Told::from(answer.map(|(verdict, _)| verdict)))
}

impl From<Result<Verdict, String>> for Told {
    fn from(answer: Result<Verdict, String>) -> Self {
        answer.map_or_else(Self::Nothing, Self::Verdict)
    }
}
