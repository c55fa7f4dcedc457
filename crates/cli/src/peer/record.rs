//! A peer as it is printed.

use jiff::Timestamp;
use opnc_pki::certificate::Outline;
use opnc_services::peers::{PeerView, RootView, member_words};
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
    pub(super) client_certificate: Option<Certificate>,
    pub(super) client_ids: Vec<String>,
    pub(super) services: Vec<String>,
    pub(super) members: Vec<String>,
    pub(super) speaks_as: Vec<String>,
    pub(super) broadcast: bool,
    pub(super) timeout_ms: u32,
    pub(super) calls: u32,
    pub(super) trusted_for: Vec<&'static str>,
    pub(super) roots: Vec<Root>,
    pub(super) roots_read_at: Option<Timestamp>,
    pub(super) problems: Vec<String>,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
}

/// The certificate that we show there.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Certificate {
    pub(super) fingerprint: String,
    pub(super) valid_to: Timestamp,
}

/// A root of the peer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Root {
    pub(super) common_name: String,
    pub(super) fingerprint: String,
    pub(super) types: Vec<String>,
    pub(super) valid_to: Timestamp,
}

impl From<PeerView> for Record {
    fn from(view: PeerView) -> Self {
        let PeerView { party, peer, roots, sync, trusted_for } = view;
        let members = member_words(&party.owned);
        let outline = peer.certificate.as_ref().and_then(|own| Outline::from_pem(&own.chain).ok());
        let certificate = outline.map(|outline| Certificate {
            fingerprint: outline.fingerprint().to_string(),
            valid_to: outline.not_after(),
        });
        let is_asked = peer.is_asked();
        let roots = roots.into_iter().map(|RootView { root, common_name }| Root {
            common_name,
            fingerprint: root.fingerprint.to_string(),
            types: root.types.iter().map(|one| one.as_str().to_owned()).collect(),
            valid_to: root.not_after,
        });
        let (roots_read_at, problems) = sync.map_or((None, Vec::new()), |sync| (sync.read_at, sync.problems));
        Self {
            id: party.party.id.to_string(),
            name: party.party.name,
            status: party.party.status.as_str().to_owned(),
            base_url: peer.base_url,
            is_asked,
            own_client_id: peer.credentials.as_ref().map(|own| own.client_id.clone()),
            client_certificate: certificate,
            token_url: peer.credentials.and_then(|own| own.token_url),
            client_ids: party.clients.into_iter().map(|client| client.client_id).collect(),
            services: peer.services,
            members,
            speaks_as: peer.speaks_as.iter().map(ToString::to_string).collect(),
            broadcast: peer.broadcast,
            timeout_ms: peer.timeout_ms,
            calls: peer.most_calls,
            trusted_for,
            roots: roots.collect(),
            roots_read_at,
            problems,
            created_at: peer.created_at,
            updated_at: peer.updated_at,
        }
    }
}
