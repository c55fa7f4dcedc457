//! Requests of PostEndpoint and UpdateEndpointById.

use serde::Serialize;

use super::EventName;
use super::settings::{
    API_VERSION, DESCRIPTION, EVENTS, EndpointSettings, IDENTIFIERS_ONLY, META, PROVIDERS, ROOT_TYPES, STATUS_MEMBER,
    STYLE, URL, WMIS, events, url,
};
use crate::fields::{Body, Fields, Problem};
use crate::schema::{Described, Kind, Member, Schema};
use crate::values;

/// The longest time for which a replaced secret is used as well, in hours.
pub const MOST_OVERLAP_HOURS: u64 = 720;

/// An endpoint that is to be (`postEndpointReq.v1`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PostEndpointReq {
    /// Where events are sent.
    pub url: String,
    /// The events it hears of, by these names.
    pub enabled_events: Vec<EventName>,
    /// Everything else.
    #[serde(flatten)]
    pub settings: EndpointSettings,
}

impl Body for PostEndpointReq {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let url = fields.required(&["url"], url);
        let enabled_events = fields.required(&["enabledEvents"], events);
        let settings = EndpointSettings::read(fields);
        Some(Self { url: url?, enabled_events: enabled_events?, settings })
    }
}

impl Described for PostEndpointReq {
    const SCHEMA: &'static Schema = &Schema {
        name: "PostEndpointReq",
        about: "A webhook endpoint that is to be.",
        members: &[
            URL,
            Member::required("enabledEvents", EVENTS)
                .about("What it hears of, by these names; one of them may be a string."),
            DESCRIPTION,
            META,
            STATUS_MEMBER,
            WMIS,
            PROVIDERS,
            ROOT_TYPES,
            STYLE,
            IDENTIFIERS_ONLY,
            API_VERSION,
        ],
    };
}

/// What is to change of an endpoint (`putEndpointUpdateReq.v1`); what is missing stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PutEndpointReq {
    /// Where events are sent.
    pub url: String,
    /// The events it hears of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled_events: Option<Vec<EventName>>,
    /// Everything else.
    #[serde(flatten)]
    pub settings: EndpointSettings,
    /// Whether it gets a new secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rotate_secret: Option<bool>,
    /// For how many hours the replaced secret is used as well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_overlap_hours: Option<u64>,
}

impl PutEndpointReq {
    /// A change of nothing, for an endpoint at this URL.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            enabled_events: None,
            settings: EndpointSettings::default(),
            rotate_secret: None,
            secret_overlap_hours: None,
        }
    }
}

impl Body for PutEndpointReq {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let url = fields.required(&["url"], url);
        let enabled_events = fields.optional(&["enabledEvents"], events);
        let settings = EndpointSettings::read(fields);
        let rotate_secret = fields.optional(&["rotateSecret"], values::boolean);
        let secret_overlap_hours = fields.optional(&["secretOverlapHours"], |value| {
            let hours = values::count(value)?;
            let fits = hours <= MOST_OVERLAP_HOURS;
            fits.then_some(hours).ok_or_else(|| Problem::about(format!("must be at most {MOST_OVERLAP_HOURS}")))
        });
        Some(Self { url: url?, enabled_events, settings, rotate_secret, secret_overlap_hours })
    }
}

impl Described for PutEndpointReq {
    const SCHEMA: &'static Schema = &Schema {
        name: "PutEndpointReq",
        about: "What is to change of a webhook endpoint. What is missing stays as it is.",
        members: &[
            URL,
            Member::optional("enabledEvents", EVENTS).about("What it hears of, by these names; one of them may be a string (E4)."),
            DESCRIPTION,
            META,
            STATUS_MEMBER,
            WMIS,
            PROVIDERS,
            ROOT_TYPES,
            STYLE,
            IDENTIFIERS_ONLY,
            API_VERSION,
            Member::optional("rotateSecret", Kind::Boolean).about("Whether it gets a new secret. An extension."),
            Member::optional("secretOverlapHours", Kind::Count)
                .about("For how long deliveries carry the old secret's signature too: 24 without it, at most 720. An extension."),
        ],
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse_body;
    use serde_json::json;

    fn post(body: &serde_json::Value) -> Result<PostEndpointReq, Vec<String>> {
        parse_body(body.to_string().as_bytes())
    }

    /// E4, E5: a list or one name; `wmi` or `wmis`.
    #[test]
    fn every_reading_is_accepted() {
        let one = post(&json!({"url": "https://a.example/x", "enabledEvents": "oem.contract.created", "wmi": ["wau"]}));
        let list = post(&json!({
            "url": "https://a.example/x",
            "enabledEvents": ["oem.contract.created", "oem.contract.created"],
            "wmis": "WAU",
            "description": null,
        }));
        assert_eq!(one.unwrap(), list.unwrap());
        let change: PutEndpointReq =
            parse_body(br#"{"url": "https://a.example", "enabledEvents": "mo.prov.cert.updated"}"#).unwrap();
        assert_eq!(change.enabled_events.unwrap()[0].as_str(), "mo.prov.cert.updated");
    }

    #[test]
    fn every_problem_is_named_at_once() {
        let problems = post(&json!({
            "url": "ftp://a",
            "enabledEvents": ["contract.deleted", "root.cert.added", "oem.contract.gone"],
            "wmi": ["WAU", "TOOLONG"],
            "providerIds": ["DE8AA", "?"],
            "rootTypes": ["V2G", "CPS"],
            "status": "on",
            "metadata": [],
            "signatureStyle": "md5",
            "apiVersion": "v2",
        }))
        .unwrap_err();
        assert_eq!(problems.len(), 9, "{problems:#?}");
        assert!(
            problems[1].starts_with(r#"enabledEvents : "contract.deleted", "oem.contract.gone" are no events"#),
            "{problems:?}"
        );
        assert_eq!(post(&json!({})).unwrap_err(), ["url : is required", "enabledEvents : is required"]);
        let none = post(&json!({"url": "https://a.example", "enabledEvents": []})).unwrap_err();
        assert_eq!(none, ["enabledEvents : must name at least one event"]);
    }

    #[test]
    fn sizes_are_bounded() {
        let long = "x".repeat(5000);
        let problems = post(&json!({
            "url": format!("https://a.example/{long}"),
            "enabledEvents": vec!["x"; 100_000],
            "description": long,
            "metadata": {"a": long},
        }))
        .unwrap_err();
        assert_eq!(problems.len(), 4, "{problems:?}");
        assert!(problems.iter().all(|problem| problem.len() < 200));
        let hours: Result<PutEndpointReq, _> =
            parse_body(br#"{"url": "https://a.example", "secretOverlapHours": 721}"#);
        assert_eq!(hours.unwrap_err().len(), 1);
    }
}
