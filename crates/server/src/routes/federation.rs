//! What peers tell each other of themselves: our extension of OPNC.

use axum::Json;
use axum::extract::State;
use opnc_messages::federation::GetPeersRes;
use opnc_services::{Ecosystem, peers};

use crate::error::Refusal;
use crate::extract::Authorized;

/// GET /peers
pub(crate) async fn peers(
    State(ecosystem): State<Ecosystem>,
    Authorized(caller): Authorized,
) -> Result<Json<GetPeersRes>, Refusal> {
    Ok(Json(peers::tell(&caller, &ecosystem).await?))
}
