//! A peer as it is printed.

use jiff::Timestamp;
use opnc_services::peers::PeerView;
use serde::Serialize;

/// A peer, for programs.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Record {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) status: String,
    pub(super) base_url: String,
    pub(super) is_asked: bool,
    pub(super) own_client_id: Option<String>,
    pub(super) token_url: Option<String>,
    pub(super) client_ids: Vec<String>,
    pub(super) services: Vec<String>,
    pub(super) members: Vec<String>,
    pub(super) speaks_as: Vec<String>,
    pub(super) broadcast: bool,
    pub(super) timeout_ms: u32,
    pub(super) calls: u32,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
}

impl From<PeerView> for Record {
    fn from(view: PeerView) -> Self {
        let PeerView { party, peer } = view;
        let owned = &party.owned;
        let mut members: Vec<String> = owned.wmis.iter().map(|id| format!("oem={id}")).collect();
        members.extend(owned.providers.iter().map(|id| format!("emsp={id}")));
        members.extend(owned.operators.iter().map(|id| format!("cpo={id}")));
        members.extend(owned.roots.iter().map(|id| format!("cps={id}")));
        Self {
            id: party.party.id.to_string(),
            name: party.party.name,
            status: party.party.status.as_str().to_owned(),
            base_url: peer.base_url,
            is_asked: peer.credentials.is_some(),
            own_client_id: peer.credentials.as_ref().map(|own| own.client_id.clone()),
            token_url: peer.credentials.and_then(|own| own.token_url),
            client_ids: party.clients.into_iter().map(|client| client.client_id).collect(),
            services: peer.services,
            members,
            speaks_as: peer.speaks_as.iter().map(ToString::to_string).collect(),
            broadcast: peer.broadcast,
            timeout_ms: peer.timeout_ms,
            calls: peer.most_calls,
            created_at: peer.created_at,
            updated_at: peer.updated_at,
        }
    }
}
