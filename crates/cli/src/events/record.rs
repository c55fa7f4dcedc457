//! A delivery as it is printed.

use jiff::Timestamp;
use opnc_services::events::log::{DeliveryState, Logged};
use serde::Serialize;
use uuid::Uuid;

use crate::table::Table;

/// A delivery.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Record {
    id: Uuid,
    event_id: Uuid,
    event_type: &'static str,
    occurred_at: Timestamp,
    trace_id: Uuid,
    party_id: Uuid,
    endpoint_id: Uuid,
    state: &'static str,
    /// Whether an earlier event about the same contract has to end first.
    behind_another: bool,
    attempts: u64,
    next_attempt_at: Option<Timestamp>,
    last_status: Option<u16>,
    last_error: Option<String>,
    created_at: Timestamp,
    ended_at: Option<Timestamp>,
}

impl From<Logged> for Record {
    fn from(logged: Logged) -> Self {
        let delivery = logged.delivery;
        let waits = delivery.state == DeliveryState::Waiting;
        Self {
            id: delivery.id,
            event_id: delivery.event_id,
            event_type: delivery.name.as_str(),
            occurred_at: logged.happened_at,
            trace_id: logged.trace_id,
            party_id: logged.party_id,
            endpoint_id: delivery.endpoint_id,
            state: delivery.state.as_str(),
            behind_another: waits && logged.blocked,
            attempts: delivery.attempts,
            next_attempt_at: (waits && !logged.blocked).then_some(delivery.next_at),
            last_status: delivery.last_status,
            last_error: delivery.last_error,
            created_at: delivery.created_at,
            ended_at: delivery.done_at.filter(|_| !waits),
        }
    }
}

/// The deliveries for people.
pub(super) fn table(records: &[Record]) -> Table {
    let mut table = Table::new(["MADE", "EVENT", "STATE", "TRIES", "ANSWER", "NEXT TRY", "EVENT ID", "ENDPOINT"]);
    for record in records {
        let next = match (record.behind_another, record.next_attempt_at) {
            (true, _) => "behind an earlier one".to_owned(),
            (false, Some(at)) => format!("{at:.0}"),
            (false, None) => String::new(),
        };
        let answer = match (record.last_status, &record.last_error) {
            (Some(status), _) => status.to_string(),
            (None, Some(error)) => error.clone(),
            (None, None) => String::new(),
        };
        table.row([
            format!("{:.0}", record.created_at),
            record.event_type.to_owned(),
            record.state.to_owned(),
            record.attempts.to_string(),
            answer,
            next,
            record.event_id.to_string(),
            record.endpoint_id.to_string(),
        ]);
    }
    table
}
