//! The access check in front of every operation: who asks, how often, and whether the role may call it.
//!
//! The router puts it around each handler, so that no handler can forget it, and it runs before any of the body is read.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use opnc_messages::Operation;
use opnc_services::{Caller, access, audit};

use super::acting::ActingAs;
use super::caller::{self, Authorized, PartyId};
use super::est;
use super::reach::reach;
use crate::error::Refusal;
use crate::state::App;
use crate::telemetry::Trace;
use crate::tls::PeerCertificates;

/// The operation of a request, left on the response for the figures.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Called(pub(crate) Operation);

/// Runs the operation for a caller that may; the success status is the one in the table of operations.
pub(crate) async fn authorize(
    State((app, operation)): State<(App, Operation)>,
    mut request: Request,
    next: Next,
) -> Response {
    let trace = request.extensions().get::<Trace>().copied().unwrap_or_default();
    let peer = request.extensions().get::<PeerCertificates>();
    let identified = if !est::is_enrolment(operation) {
        caller::identify(&app, request.headers(), peer, trace).await
    } else if est::shows_secret(request.headers()) {
        est::by_secret(&app, request.headers(), trace).await
    } else {
        caller::identify(&app, request.headers(), peer, trace).await.map_err(est::offer_basic)
    };
    let reaching = identified.and_then(|mut caller| {
        caller.unnamed(operation);
        caller.reach = reach(request.headers(), &caller, operation, trace)?;
        Ok(caller)
    });
    let caller = match reaching {
        Ok(caller) => caller,
        Err(refusal) => {
            let mut response = refusal.into_response();
            response.extensions_mut().insert(Called(operation));
            return response;
        }
    };
    let (party, acting) = (PartyId(caller.party), ActingAs::of(request.headers()));
    let known = |mut response: Response| {
        response.extensions_mut().insert(party);
        response.extensions_mut().insert(Called(operation));
        if let Some(acting) = acting {
            response.extensions_mut().insert(acting);
        }
        response
    };
    let place = app.party_places().take(caller.party);
    if place.is_none() {
        return known(too_many_at_once().into_response());
    }
    let permitted = match app.party_rate().check(caller.party) {
        Ok(()) => permit(&app, &caller, operation).await,
        Err(refusal) => Err(refusal),
    };
    let response = match permitted {
        Ok(()) => {
            request.extensions_mut().insert(Authorized(caller));
            next.run(request).await
        }
        Err(refusal) => refusal.into_response(),
    };
    drop(place);
    let mut response = known(response);
    if response.status() == StatusCode::OK
        && let Ok(success) = StatusCode::from_u16(operation.info().success)
    {
        *response.status_mut() = success;
    }
    response
}

/// All places of a party are taken.
pub(super) fn too_many_at_once() -> Refusal {
    Refusal::too_many("This party has too many requests in work at the same time.", 1)
}

/// Asks the access table; who is no admin and tries to be one stands in the audit log.
async fn permit(app: &App, caller: &Caller, operation: Operation) -> Result<(), Refusal> {
    let Err(refused) = access::permit(caller, operation) else { return Ok(()) };
    audit::refused(caller, app.ecosystem(), operation).await?;
    Err(refused.into())
}
