//! The questions themselves: to the responders that a certificate names, then for the lists that it names.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use opnc_client::outbound::{Outbound, OutboundError, Policy, Response};
use opnc_pki::certificate::Certificate;
use opnc_pki::crl::Crl;
use opnc_pki::ocsp::{self, CertId, IdHash, REQUEST_TYPE, Request, Status};
use rand::CryptoRng;

use super::Verdict;
use super::answers::PAUSE;
use crate::bounded::Bounded;

/// How many places of each kind are tried: a certificate can name any number.
const MOST_PLACES: usize = 2;
/// The most time for a certificate, whatever is tried.
const BUDGET: Duration = Duration::from_secs(8);
/// The most time for a connection, and for a question.
const CONNECT: Duration = Duration::from_secs(2);
const QUESTION: Duration = Duration::from_secs(5);
/// The most bytes of an answer; lists of large CAs have some hundred thousand.
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// The most places that are remembered as out of reach.
const MOST_DOWN: usize = 1000;
/// How old an answer may be that does not repeat the number of the question, from a place that the caller has named: an
/// earlier one could be shown there, from before a revocation.
const FRESH: SignedDuration = SignedDuration::from_hours(1);

pub(super) struct Outgoing {
    http: Outbound,
    /// Who could not be reached, and until when nobody tries again: a chain often names one place three times.
    down: Mutex<Bounded<String, Timestamp>>,
}

/// A certificate that is asked about: what of it a question needs.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) serial: &'a [u8],
    pub(super) ocsp_urls: &'a [String],
    pub(super) crl_urls: &'a [String],
    pub(super) named: Named,
}

/// Who has named the places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    /// The issuer, in the certificate or in another one.
    ByIssuer,
    /// The caller.
    ByCaller,
}

impl<'a> Asked<'a> {
    pub(super) fn of(certificate: &'a Certificate) -> Self {
        let (ocsp_urls, crl_urls) = (certificate.ocsp_urls(), certificate.crl_urls());
        Self { serial: certificate.serial(), ocsp_urls, crl_urls, named: Named::ByIssuer }
    }
}

impl Outgoing {
    /// Within the operator's ranges of addresses, and the bounds of time and size that fit a request that waits.
    pub(super) fn new(policy: &Policy) -> Result<Self, OutboundError> {
        let policy = Policy {
            connect_timeout: policy.connect_timeout.min(CONNECT),
            timeout: policy.timeout.min(QUESTION),
            most_bytes: MOST_BYTES,
            allow: policy.allow.clone(),
            ..Policy::default()
        };
        Ok(Self { http: Outbound::new(policy)?, down: Mutex::new(Bounded::new(MOST_DOWN)) })
    }

    /// What is said about a certificate and until when that may be used, or why nothing is said.
    pub(super) async fn ask(
        &self,
        asked: Asked<'_>,
        issuer: &Certificate,
        now: Timestamp,
        rng: &mut (impl CryptoRng + Send),
    ) -> Result<(Verdict, Timestamp), String> {
        let mut nonce = [0; 32];
        rng.fill_bytes(&mut nonce);
        let answer = tokio::time::timeout(BUDGET, self.ask_all(asked, issuer, now, &nonce));
        answer.await.unwrap_or_else(|_| Err(format!("nobody answered within {} seconds", BUDGET.as_secs())))
    }

    async fn ask_all(
        &self,
        asked: Asked<'_>,
        issuer: &Certificate,
        now: Timestamp,
        nonce: &[u8],
    ) -> Result<(Verdict, Timestamp), String> {
        let mut problems = Vec::new();
        for url in asked.ocsp_urls.iter().take(MOST_PLACES) {
            match self.ocsp(url, asked, issuer, now, nonce).await {
                Ok(answer) => return Ok(answer),
                Err(problem) => problems.push(format!("OCSP: {problem}")),
            }
        }
        for url in asked.crl_urls.iter().take(MOST_PLACES) {
            match self.list(url, asked.serial, issuer, now).await {
                Ok(answer) => return Ok(answer),
                Err(problem) => problems.push(format!("CRL: {problem}")),
            }
        }
        if problems.is_empty() {
            return Err("it names neither a responder nor a revocation list".to_owned());
        }
        Err(problems.join("; "))
    }

    async fn ocsp(
        &self,
        url: &str,
        asked: Asked<'_>,
        issuer: &Certificate,
        now: Timestamp,
        nonce: &[u8],
    ) -> Result<(Verdict, Timestamp), String> {
        let id = CertId::new(IdHash::Sha1, issuer, asked.serial).map_err(text)?;
        let request = Request { ids: vec![id.clone()], nonce: Some(nonce.to_vec()) }.to_der().map_err(text)?;
        let answer = self.reach(url, now, self.http.post(url, REQUEST_TYPE, request)).await?;
        if answer.status != 200 {
            return Err(format!("the responder answered with status {}", answer.status));
        }
        let basic = match ocsp::Response::from_der(&answer.body).map_err(text)? {
            ocsp::Response::Basic(basic) => basic,
            ocsp::Response::Failed(Some(failure)) => return Err(format!("the responder refused: {failure:?}")),
            ocsp::Response::Failed(None) => return Err("the responder refused".to_owned()),
        };
        let verified = basic.verify(&id, issuer, Some(nonce), now).map_err(text)?;
        let is_fresh = now.duration_since(verified.since) <= FRESH;
        if asked.named == Named::ByCaller && !verified.repeats_nonce && !is_fresh {
            let since = verified.since;
            return Err(format!("the responder sent an answer of {since:.0} that is not one to this question"));
        }
        match verified.status {
            Status::Good => Ok((Verdict::Good, verified.good_until)),
            Status::Revoked { at, reason } => Ok((Verdict::Revoked { at, reason }, verified.good_until)),
            Status::Unknown => Err("the responder does not know the certificate".to_owned()),
        }
    }

    async fn list(
        &self,
        url: &str,
        serial: &[u8],
        issuer: &Certificate,
        now: Timestamp,
    ) -> Result<(Verdict, Timestamp), String> {
        let answer = self.reach(url, now, self.http.get(url)).await?;
        if answer.status != 200 {
            return Err(format!("the server answered with status {}", answer.status));
        }
        let list = Crl::from_der(&answer.body).map_err(text)?;
        list.verify(issuer, now).map_err(text)?;
        let until = list.next_update().unwrap_or(now);
        Ok(match list.find(serial) {
            Some(line) => (Verdict::Revoked { at: line.at, reason: line.reason }, until),
            None => (Verdict::Good, until),
        })
    }

    /// Sends a request, unless the place was out of reach a moment ago.
    async fn reach(
        &self,
        url: &str,
        now: Timestamp,
        request: impl Future<Output = Result<Response, OutboundError>>,
    ) -> Result<Response, String> {
        let is_down = |down: &Bounded<String, Timestamp>| down.get(&url.to_owned()).is_some_and(|until| now < *until);
        if is_down(&self.down.lock().unwrap_or_else(PoisonError::into_inner)) {
            return Err("it could not be reached a moment ago".to_owned());
        }
        let answer = request.await;
        if let Err(OutboundError::TimedOut { .. } | OutboundError::Transport { .. } | OutboundError::Name { .. }) =
            answer
        {
            let mut down = self.down.lock().unwrap_or_else(PoisonError::into_inner);
            down.put(url.to_owned(), now.saturating_add(PAUSE).unwrap_or(now));
        }
        answer.map_err(text)
    }
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}
