//! A peer as it is asked: within its limits of time and number, and not while it fails.

use std::sync::Arc;
use std::time::Duration;

use opnc_client::{Client, ClientError};
use opnc_messages::header::{BROADCAST, CORRELATION_ID, FORWARDED_BY};
use opnc_messages::operation::Service;
use opnc_store::party_identifiers::PartyIdentifier;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};
use uuid::Uuid;

use super::breaker::Breaker;
use super::identity::headers;
use super::pauses::Pauses;
use super::words::for_log;
use super::{Answer, Question, check};
use crate::Ecosystem;
use crate::caller::Owned;

/// A peer that was asked for less than this before the deadline of all has not failed.
const FAIR: Duration = Duration::from_millis(500);

/// A peer that can be asked.
pub(crate) struct Peer {
    pub(super) id: Uuid,
    pub(super) name: String,
    pub(super) members: Owned,
    pub(super) line: Arc<Line>,
}

/// What of a peer stays while its members change.
pub(super) struct Line {
    /// The row and the name that it was made from.
    pub(super) made_of: (opnc_store::peers::Peer, String),
    pub(super) client: Client,
    pub(super) services: Vec<Service>,
    pub(super) breaker: Breaker,
    pub(super) pauses: Pauses,
    pub(super) places: Semaphore,
}

/// What goes with a question.
#[derive(Debug, Clone)]
pub(super) struct Passing {
    pub(super) own_id: String,
    pub(super) correlation: String,
    pub(super) identity: Option<PartyIdentifier>,
    /// The party that asks.
    pub(super) party: Uuid,
    /// Until when an answer is of use.
    pub(super) deadline: Instant,
}

/// How a peer answered.
#[derive(Debug)]
pub(super) enum Reply {
    /// With what was asked for, and every check holds.
    Good(Answer),
    /// That it has no such thing.
    No,
    /// Well, but not to us.
    Untold,
    /// It was not asked: it fails, and is left alone for so many seconds.
    LeftAlone(u64),
    /// It was not asked, or does not tell now: in so many seconds this party may come again.
    Later(u64),
    /// In a way that cannot be believed.
    Wrong,
    /// Not.
    Failed,
}

impl Peer {
    pub(super) fn offers(&self, service: Service) -> bool {
        self.line.services.contains(&service)
    }

    pub(crate) fn speaks_for(&self, identifier: &PartyIdentifier) -> bool {
        self.members.holds(identifier)
    }

    /// Asks, and says in the log how that went. Ends by the deadline.
    pub(super) async fn ask(&self, ecosystem: &Ecosystem, question: &Question, passing: &Passing) -> Reply {
        let (policy, line) = (&ecosystem.policy().federation, &self.line);
        let meter = ecosystem.store().meter();
        let count = |outcome| meter.count("opnc_peer_calls_total", &[("outcome", outcome)]);
        if let Some(seconds) = line.pauses.left(passing.party, ecosystem.now()) {
            count("paused");
            return Reply::Later(seconds);
        }
        if let Some(seconds) = line.breaker.left(ecosystem.now(), policy.pause) {
            count("left alone");
            return Reply::LeftAlone(seconds);
        }
        let operation = question.operation().info().name;
        // The wait for a place is ours, not the peer's.
        let Ok(Ok(_place)) = timeout_at(passing.deadline, line.places.acquire()).await else {
            tracing::warn!(
                peer = self.name,
                operation,
                "there are more questions to a peer than it is asked at a time"
            );
            count("no place");
            return Reply::Later(1);
        };
        if let Err(seconds) = line.breaker.lets_through(ecosystem.now(), policy.pause) {
            count("left alone");
            return Reply::LeftAlone(seconds);
        }
        let timeout = Duration::from_millis(line.made_of.0.timeout_ms.into());
        let (began, metered) = (Instant::now(), meter.begin());
        let until = passing.deadline.min(began + timeout);
        let asked = timeout_at(until, self.asked(ecosystem, question, passing)).await;
        let was_fair = until.duration_since(began) >= timeout.min(FAIR);
        let (reply, outcome) = match asked.unwrap_or(Err(Trouble::Silent)) {
            Ok(Some(answer)) if question.is_met_by(&answer) => (Reply::Good(answer), "found"),
            Ok(_) => (Reply::No, "not found"),
            Err(trouble) => {
                let why = for_log(&trouble.to_string(), ecosystem.pseudonyms());
                let status = trouble.status();
                let (reply, words) = match (&trouble, status) {
                    // It is well, and does not tell us.
                    (_, Some(400 | 403)) => (Reply::Untold, "a peer refuses a question"),
                    (Trouble::Client(error), Some(429 | 503)) => {
                        if status == Some(429) {
                            line.breaker.answered();
                        }
                        let seconds = line.pauses.begin(passing.party, ecosystem.now(), error.retry_after());
                        (Reply::Later(seconds), "a peer asks to come again later")
                    }
                    (Trouble::Wrong(_), _) => (Reply::Wrong, "a peer says what does not hold"),
                    _ => (Reply::Failed, "a peer has failed"),
                };
                tracing::warn!(peer = self.name, operation, why, "{words}");
                (reply, trouble.word(status))
            }
        };
        let name = Some(self.name.as_str());
        meter.waited_for(name, "opnc_peer_call_duration_seconds", &[("operation", operation)], metered);
        count(outcome);
        match &reply {
            Reply::Failed => {
                if was_fair && line.breaker.failed(ecosystem.now(), policy.most_failures) {
                    tracing::error!(peer = self.name, "a peer has failed too often, and is left alone for a while");
                }
            }
            // No failure: who asks too much must not keep others from a peer.
            Reply::Later(_) | Reply::LeftAlone(_) => {}
            // It answers: who asks for what it knows wrongly must not keep others from what it knows.
            Reply::Wrong => line.breaker.answered(),
            Reply::Good(_) | Reply::No | Reply::Untold => {
                tracing::info!(peer = self.name, operation, outcome, "a peer was asked");
                line.breaker.answered();
            }
        }
        reply
    }

    async fn asked(
        &self,
        ecosystem: &Ecosystem,
        question: &Question,
        passing: &Passing,
    ) -> Result<Option<Answer>, Trouble> {
        let mut sent = vec![
            (BROADCAST, self.line.made_of.0.broadcast.to_string()),
            (FORWARDED_BY, passing.own_id.clone()),
            (CORRELATION_ID, passing.correlation.clone()),
        ];
        sent.extend(passing.identity.as_ref().and_then(headers).into_iter().flatten());
        let client = self.line.client.with_headers(sent);
        let Some(answer) = question.send(&client).await.map_err(Trouble::Client)? else { return Ok(None) };
        check::check(ecosystem, self, question, answer).await.map(Some).map_err(Trouble::Wrong)
    }
}

/// Why a peer's answer is none.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error("it did not answer in time")]
    Silent,
    #[error("{0}")]
    Client(ClientError),
    #[error("what it says does not hold: {0}")]
    Wrong(String),
}

impl Trouble {
    fn status(&self) -> Option<u16> {
        match self {
            Self::Client(error) => error.status(),
            Self::Silent | Self::Wrong(_) => None,
        }
    }

    fn word(&self, status: Option<u16>) -> &'static str {
        match (self, status) {
            (Self::Silent, _) => "too late",
            (Self::Client(_), Some(400 | 403)) => "refused",
            (Self::Client(_), Some(429 | 503)) => "later",
            (Self::Client(_), _) => "failed",
            (Self::Wrong(_), _) => "wrong",
        }
    }
}
