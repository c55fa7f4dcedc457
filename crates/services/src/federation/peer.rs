//! A peer as it is asked: within its limits of time and number, and not while it fails.

use std::sync::Arc;
use std::time::Duration;

use opnc_client::{Client, ClientError};
use opnc_messages::header::{BROADCAST, CORRELATION_ID, FORWARDED_BY};
use opnc_messages::operation::Service;
use opnc_store::party_identifiers::PartyIdentifier;
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::breaker::Breaker;
use super::identity::headers;
use super::words::for_log;
use super::{Answer, Question, check};
use crate::Ecosystem;
use crate::caller::Owned;

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
    pub(super) places: Semaphore,
}

/// What goes with a question.
#[derive(Debug, Clone)]
pub(super) struct Passing {
    pub(super) own_id: String,
    pub(super) correlation: String,
    pub(super) identity: Option<PartyIdentifier>,
}

/// How a peer answered.
#[derive(Debug)]
pub(super) enum Reply {
    /// With what was asked for, and every check holds.
    Good(Answer),
    /// That it has no such thing.
    No,
    /// Well, but not to us; or it was not asked, because it fails.
    Untold,
    /// In a way that cannot be believed.
    Wrong,
    /// Not.
    Failed,
}

impl Peer {
    pub(super) fn offers(&self, service: Service) -> bool {
        self.line.services.contains(&service)
    }

    pub(super) fn speaks_for(&self, identifier: &PartyIdentifier) -> bool {
        self.members.holds(identifier)
    }

    /// Asks, and says in the log how that went.
    pub(super) async fn ask(&self, ecosystem: &Ecosystem, question: &Question, passing: &Passing) -> Reply {
        let policy = &ecosystem.policy().federation;
        if !self.line.breaker.lets_through(ecosystem.now(), policy.pause) {
            ecosystem.store().meter().count("opnc_peer_calls_total", &[("outcome", "left alone")]);
            return Reply::Untold;
        }
        let meter = ecosystem.store().meter();
        let began = meter.begin();
        let timeout = Duration::from_millis(self.line.made_of.0.timeout_ms.into());
        let asked = tokio::time::timeout(timeout, self.asked(ecosystem, question, passing)).await;
        let operation = question.operation().info().name;
        let (reply, outcome) = match asked.unwrap_or(Err(Trouble::Silent)) {
            Ok(Some(answer)) if question.is_met_by(&answer) => (Reply::Good(answer), "found"),
            Ok(_) => (Reply::No, "not found"),
            Err(Trouble::Client(error)) if matches!(error.status(), Some(400 | 403)) => {
                // It is well, and does not tell us.
                let why = for_log(&error.to_string(), ecosystem.pseudonyms());
                tracing::warn!(peer = self.name, operation, why, "a peer refuses a question");
                (Reply::Untold, "refused")
            }
            Err(trouble @ Trouble::Wrong(_)) => {
                let why = for_log(&trouble.to_string(), ecosystem.pseudonyms());
                tracing::warn!(peer = self.name, operation, why, "a peer says what does not hold");
                (Reply::Wrong, trouble.word())
            }
            Err(trouble) => {
                let why = for_log(&trouble.to_string(), ecosystem.pseudonyms());
                tracing::warn!(peer = self.name, operation, why, "a peer has failed");
                (Reply::Failed, trouble.word())
            }
        };
        let name = Some(self.name.as_str());
        meter.waited_for(name, "opnc_peer_call_duration_seconds", &[("operation", operation)], began);
        meter.count("opnc_peer_calls_total", &[("outcome", outcome)]);
        match &reply {
            Reply::Failed => {
                if self.line.breaker.failed(ecosystem.now(), policy.most_failures, policy.pause) {
                    tracing::error!(peer = self.name, "a peer has failed too often, and is left alone for a while");
                }
            }
            // It answers: who asks for what it knows wrongly must not keep others from what it knows.
            Reply::Wrong => self.line.breaker.answered(),
            Reply::Good(_) | Reply::No | Reply::Untold => {
                tracing::info!(peer = self.name, operation, outcome, "a peer was asked");
                self.line.breaker.answered();
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
        let _place = self.line.places.acquire().await.map_err(|_| Trouble::Silent)?;
        let mut sent = vec![
            (BROADCAST, self.line.made_of.0.broadcast.to_string()),
            (FORWARDED_BY, passing.own_id.clone()),
            (CORRELATION_ID, passing.correlation.clone()),
        ];
        sent.extend(passing.identity.as_ref().and_then(headers).into_iter().flatten());
        let client = self.line.client.with_headers(sent);
        let Some(answer) = question.send(&client).await.map_err(Trouble::Client)? else { return Ok(None) };
        check::check(ecosystem, question, answer).await.map(Some).map_err(Trouble::Wrong)
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
    fn word(&self) -> &'static str {
        match self {
            Self::Silent => "too late",
            Self::Client(_) => "failed",
            Self::Wrong(_) => "wrong",
        }
    }
}
