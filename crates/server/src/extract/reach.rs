//! How far a question may go, as its headers say: `broadcast`, `OPNC-to-party-*`, `OPNC-Correlation-ID`, `OPNC-Forwarded-By`.

use axum::http::{HeaderMap, StatusCode};
use opnc_messages::header::{BROADCAST, FORWARDED_BY, TO_PARTY_ID, TO_PARTY_TYPE};
use opnc_messages::operation::{Operation, Service};
use opnc_services::Caller;
use opnc_services::federation::Reach;

use super::acting::{Named, party};
use super::flag;
use crate::error::Refusal;
use crate::telemetry::{Trace, correlation_id};

/// The most ecosystems that a question may have come through (F2).
const MOST_HOPS: usize = 4;

/// The reach of a request. From a peer it ends here, whatever is in its headers (F1).
pub(super) fn reach(
    headers: &HeaderMap,
    caller: &Caller,
    operation: Operation,
    trace: Trace,
) -> Result<Reach, Refusal> {
    let correlation = correlation_id(headers, trace);
    if caller.peer.is_some() {
        let forwarded_by = hops(headers)?;
        return Ok(Reach { correlation, forwarded_by, ..Reach::default() });
    }
    let peers = match operation.info().service {
        // The two services mean opposite things by the same header.
        Service::Pcp | Service::Cps => !flag(headers, BROADCAST, false)?,
        Service::Ccp => flag(headers, BROADCAST, true)?,
        _ => return Ok(Reach { correlation, ..Reach::default() }),
    };
    let to = match party(headers, TO_PARTY_TYPE, TO_PARTY_ID)? {
        Some(Named::Party(to)) => Some(to),
        Some(Named::Pool) | None => None,
    };
    Ok(Reach { peers, to, correlation, forwarded_by: Vec::new() })
}

/// The ecosystems through which a peer's question has come.
fn hops(headers: &HeaderMap) -> Result<Vec<String>, Refusal> {
    let lines = headers.get_all(FORWARDED_BY).into_iter().filter_map(|line| line.to_str().ok());
    let ids = lines.flat_map(|line| line.split(',')).map(str::trim).filter(|id| !id.is_empty() && id.len() <= 64);
    let ids: Vec<String> = ids.take(MOST_HOPS + 1).map(str::to_owned).collect();
    if ids.len() > MOST_HOPS {
        let message =
            format!("{FORWARDED_BY} names more than {MOST_HOPS} ecosystems: the question goes round and round.");
        return Err(Refusal::new(StatusCode::BAD_REQUEST, message));
    }
    Ok(ids)
}
