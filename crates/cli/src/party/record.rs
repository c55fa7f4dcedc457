//! A party as it is printed.

use jiff::Timestamp;
use opnc_services::parties::PartyView;
use serde::Serialize;

/// A party, for programs.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Record {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) role: String,
    pub(super) status: String,
    pub(super) created_at: Timestamp,
    pub(super) wmis: Vec<String>,
    pub(super) provider_ids: Vec<String>,
    pub(super) operator_ids: Vec<String>,
    pub(super) cps_names: Vec<String>,
    pub(super) root_fingerprints: Vec<String>,
    pub(super) clients: Vec<Client>,
}

/// One of its clients.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Client {
    pub(super) client_id: String,
    pub(super) secrets: Vec<Secret>,
}

/// When one of the client's secrets was made, and until when it is good.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Secret {
    pub(super) made_at: Timestamp,
    pub(super) ends_at: Option<Timestamp>,
}

impl From<PartyView> for Record {
    fn from(view: PartyView) -> Self {
        let PartyView { party, owned, clients } = view;
        let secret = |(made_at, ends_at)| Secret { made_at, ends_at };
        Self {
            id: party.id.to_string(),
            name: party.name,
            role: party.role.to_string(),
            status: party.status.as_str().to_owned(),
            created_at: party.created_at,
            wmis: texts(&owned.wmis),
            provider_ids: texts(&owned.providers),
            operator_ids: texts(&owned.operators),
            cps_names: owned.cps_names,
            root_fingerprints: texts(&owned.roots),
            clients: clients
                .into_iter()
                .map(|client| Client {
                    client_id: client.client_id,
                    secrets: client.secrets.into_iter().map(secret).collect(),
                })
                .collect(),
        }
    }
}

fn texts(ids: &[impl ToString]) -> Vec<String> {
    ids.iter().map(ToString::to_string).collect()
}

impl Record {
    /// What it owns, in one line.
    pub(super) fn owns(&self) -> String {
        let short = |fingerprint: &String| format!("root {}…", fingerprint.get(..12).unwrap_or(fingerprint));
        let mut words = [&self.wmis[..], &self.provider_ids, &self.operator_ids, &self.cps_names].concat();
        words.extend(self.root_fingerprints.iter().map(short));
        words.join(", ")
    }
}
