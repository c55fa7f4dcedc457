//! The arguments that say which deliveries are meant.

use clap::Args;
use jiff::Timestamp;
use opnc_services::events::log::{DeliveryFilter, DeliveryState};
use uuid::Uuid;

use crate::trusted::time;

/// Which deliveries.
#[derive(Args, Debug, Clone)]
pub(super) struct FilterArg {
    /// Deliveries of this event
    #[arg(long, value_name = "UUID")]
    event: Option<Uuid>,

    /// Deliveries to this endpoint
    #[arg(long, value_name = "UUID")]
    endpoint: Option<Uuid>,

    /// Deliveries to the endpoints of this party
    #[arg(long, value_name = "UUID")]
    party: Option<Uuid>,

    /// Deliveries in this state: waiting, delivered, rejected (refused by the receiver) or given-up (all tries are spent)
    #[arg(long, value_name = "STATE", value_parser = state)]
    state: Option<DeliveryState>,

    /// Deliveries made at this time or later, as 2026-11-01 or 2026-11-01T12:00:00Z, UTC unless it says otherwise
    #[arg(long, value_name = "TIME", value_parser = time)]
    since: Option<Timestamp>,

    /// Deliveries made before this time
    #[arg(long, value_name = "TIME", value_parser = time)]
    until: Option<Timestamp>,
}

impl FilterArg {
    pub(super) fn filter(&self) -> DeliveryFilter {
        DeliveryFilter {
            event_id: self.event,
            endpoint_id: self.endpoint,
            party_id: self.party,
            state: self.state,
            since: self.since,
            until: self.until,
        }
    }
}

fn state(word: &str) -> Result<DeliveryState, String> {
    DeliveryState::parse(word).ok_or_else(|| "one of waiting, delivered, rejected, given-up".to_owned())
}
