//! An endpoint as its owner sees it.

use opnc_messages::Role;
use opnc_messages::event::{Endpoint as EndpointBody, EndpointStatus};
use opnc_store::event_endpoints::Endpoint;
use opnc_store::parties::Party;

/// Without its secret.
pub(super) fn of(endpoint: &Endpoint, owner: Option<&Party>) -> EndpointBody {
    let metadata = endpoint.metadata.as_deref().and_then(|text| serde_json::from_str(text).ok());
    EndpointBody {
        id: endpoint.id,
        api_version: "v1".to_owned(),
        created: endpoint.created_at.as_second().max(0).unsigned_abs(),
        description: endpoint.description.clone(),
        enabled_events: endpoint.enabled_events.clone(),
        metadata: metadata.unwrap_or_default(),
        status: if endpoint.enabled { EndpointStatus::Enabled } else { EndpointStatus::Disabled },
        url: endpoint.url.clone(),
        secret: None,
        previous_secret_until: endpoint.previous_secret.as_ref().map(|previous| previous.until),
        provider_ids: endpoint.providers.clone(),
        wmis: endpoint.wmis.clone(),
        wmi: endpoint.wmis.clone(),
        root_types: endpoint.root_types.clone(),
        signature_style: endpoint.signature_style,
        identifiers_only: endpoint.identifiers_only,
        user_role: owner.map(|owner| role(owner.role).to_owned()),
        user_name: owner.map(|owner| owner.name.clone()),
        failing_since: endpoint.failing_since,
        parked_at: endpoint.parked_at,
    }
}

/// The role as the file has it: "OEM, eMSP".
fn role(role: Role) -> &'static str {
    match role {
        Role::Admin => "admin",
        Role::Oem => "OEM",
        Role::Cpo => "CPO",
        Role::EmspOwnPki | Role::EmspNoPki => "eMSP",
        Role::Cps => "CPS",
        Role::Peer => "peer",
    }
}
