//! A webhook endpoint, as its owner sees it.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::settings::{
    API_VERSION, DESCRIPTION, EVENTS, EndpointSettings, IDENTIFIERS_ONLY, META, PROVIDERS, ROOT_TYPES, STATUS_MEMBER,
    STYLE, WMIS, events, url,
};
use super::{EndpointStatus, EventName, SignatureStyle};
use crate::fields::{Body, Fields};
use crate::ids::{ProviderId, Wmi};
use crate::schema::{Described, Kind, Member, Schema};
use crate::{RootType, date, values};

/// The answer about an endpoint (`endpointRes.v1`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Endpoint {
    /// Its id.
    pub id: Uuid,
    /// The version of bodies: `v1`.
    pub api_version: String,
    /// When it was made: seconds since 1970.
    pub created: u64,
    /// A note.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What it hears of.
    pub enabled_events: Vec<EventName>,
    /// Key-value pairs of the owner's.
    pub metadata: Map<String, Value>,
    /// Whether it hears of anything.
    pub status: EndpointStatus,
    /// Where events are sent.
    pub url: String,
    /// What deliveries are signed with. Never in the list of endpoints.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// Until when deliveries carry the signature of the secret before it as well.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "date::serialize_option")]
    pub previous_secret_until: Option<Timestamp>,
    /// Only contracts of these providers; empty: of all that the party has.
    pub provider_ids: Vec<ProviderId>,
    /// Only cars of these makers; empty: of all. Written under both names (E5).
    pub wmis: Vec<Wmi>,
    /// The same.
    pub wmi: Vec<Wmi>,
    /// Only roots of these types; empty: all.
    pub root_types: Vec<RootType>,
    /// How the signature is written.
    pub signature_style: SignatureStyle,
    /// Whether bodies name certificates by fingerprint alone.
    pub identifiers_only: bool,
    /// The owner's role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_role: Option<String>,
    /// The owner's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_name: Option<String>,
    /// Since when every delivery has failed.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "date::serialize_option")]
    pub failing_since: Option<Timestamp>,
    /// Since when none is tried any more, because all failed for long.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "date::serialize_option")]
    pub parked_at: Option<Timestamp>,
}

impl Body for Endpoint {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let id = fields.required(&["id"], values::uuid);
        let created = fields.required(&["created"], values::count);
        let enabled_events = fields.required(&["enabledEvents"], events);
        let url = fields.required(&["url"], url);
        let secret = fields.optional(&["secret"], values::text);
        let previous_secret_until = fields.optional(&["previousSecretUntil"], values::date);
        let user_role = fields.optional(&["userRole"], values::text);
        let user_name = fields.optional(&["userName"], values::text);
        let failing_since = fields.optional(&["failingSince"], values::date);
        let parked_at = fields.optional(&["parkedAt"], values::date);
        let settings = EndpointSettings::read(fields);
        let wmis = settings.wmis.unwrap_or_default();
        Some(Self {
            id: id?,
            api_version: settings.api_version.unwrap_or_else(|| "v1".to_owned()),
            created: created?,
            description: settings.description,
            enabled_events: enabled_events?,
            metadata: settings.metadata.unwrap_or_default(),
            status: settings.status.unwrap_or_default(),
            url: url?,
            secret,
            previous_secret_until,
            provider_ids: settings.provider_ids.unwrap_or_default(),
            wmi: wmis.clone(),
            wmis,
            root_types: settings.root_types.unwrap_or_default(),
            signature_style: settings.signature_style.unwrap_or_default(),
            identifiers_only: settings.identifiers_only.unwrap_or_default(),
            user_role,
            user_name,
            failing_since,
            parked_at,
        })
    }
}

impl Described for Endpoint {
    const SCHEMA: &'static Schema = &Schema {
        name: "Endpoint",
        about: "A webhook endpoint, as its owner sees it.",
        members: &[
            Member::required("id", Kind::Uuid),
            API_VERSION,
            Member::required("created", Kind::Count).about("Seconds since 1970."),
            DESCRIPTION,
            Member::required("enabledEvents", EVENTS).about("What it hears of."),
            META,
            STATUS_MEMBER,
            Member::required("url", Kind::Url).about("Where events are sent."),
            Member::optional("secret", Kind::Text).about(
                "What deliveries are signed with: the key of the HMAC is this text. Never in the list of endpoints.",
            ),
            Member::optional("previousSecretUntil", Kind::Date)
                .about("Until when deliveries carry the signature of the secret before it as well."),
            PROVIDERS,
            WMIS,
            Member::optional("wmi", Kind::Values(&Kind::Wmi)).about("The same as wmis (E5)."),
            ROOT_TYPES,
            STYLE,
            IDENTIFIERS_ONLY,
            Member::optional("userRole", Kind::Text).about("The owner's role."),
            Member::optional("userName", Kind::Text).about("The owner's name."),
            Member::optional("failingSince", Kind::Date).about("Since when every delivery has failed."),
            Member::optional("parkedAt", Kind::Date).about("Since when none is tried any more."),
        ],
    };
}
