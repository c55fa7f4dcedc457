//! What a party says about a webhook endpoint, when it makes one or changes it.
//!
//! The file has two requests, which differ in ways that nobody meant (E4, E5): both are read by one reader, which takes
//! what either has. What is missing in a change stays as it is.

use serde::Serialize;
use serde_json::{Map, Value};

use super::{EndpointStatus, EventName, SignatureStyle};
use crate::RootType;
use crate::fields::{Fields, Problem, wrong_kind};
use crate::ids::{ProviderId, Wmi};
use crate::schema::{Kind, Member, Schema};
use crate::values::{self, one_of, quote, string};

/// The longest URL, in bytes.
const MOST_URL: usize = 2048;
/// The longest description, in characters.
const MOST_DESCRIPTION: usize = 500;
/// The most characters of `metadata`, as JSON without spaces.
const MOST_METADATA: usize = 4000;
/// The most entries of one list.
const MOST_ENTRIES: usize = 200;

/// What can be said about an endpoint besides its URL and its events; `None` is what is not said.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EndpointSettings {
    /// A note.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Key-value pairs of the owner's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Map<String, Value>>,
    /// Whether it hears of anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<EndpointStatus>,
    /// Only cars of these makers; an empty list takes the filter away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wmis: Option<Vec<Wmi>>,
    /// Only contracts of these providers; an empty list takes the filter away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_ids: Option<Vec<ProviderId>>,
    /// Only roots of these types (E11); an empty list takes the filter away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub root_types: Option<Vec<RootType>>,
    /// How the signature is written (E3).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signature_style: Option<SignatureStyle>,
    /// Whether bodies name certificates by fingerprint alone (E7).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identifiers_only: Option<bool>,
    /// The version of bodies: there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_version: Option<String>,
}

impl EndpointSettings {
    pub(super) fn read(fields: &mut Fields<'_>) -> Self {
        Self {
            description: fields.optional(&["description"], description),
            metadata: fields.optional(&["metadata", "metaData"], metadata),
            status: fields.optional(&["status"], |value| word(value, EndpointStatus::parse, &STATUS)),
            wmis: fields.optional(&["wmis", "wmi"], |value| {
                all(value, |text| Wmi::parse(text).ok(), "are no WMIs, which have three letters or digits")
            }),
            provider_ids: fields.optional(&["providerIds"], |value| {
                let rule = "are no provider ids, which have a country and three letters or digits";
                all(value, |text| ProviderId::parse(text).ok(), rule)
            }),
            root_types: fields.optional(&["rootTypes"], |value| {
                all(value, RootType::parse, "are no types of roots, which are V2G, eMSP, OEM and PE")
            }),
            signature_style: fields.optional(&["signatureStyle"], |value| word(value, SignatureStyle::parse, &STYLES)),
            identifiers_only: fields.optional(&["identifiersOnly"], values::boolean),
            api_version: fields.optional(&["apiVersion"], api_version),
        }
    }
}

const STATUS: [&str; 2] = ["enabled", "disabled"];
const STYLES: [&str; 2] = ["prefixed", "bare"];
const METADATA: Schema = Schema { name: "EndpointMetadata", about: "Key-value pairs of the owner's.", members: &[] };
/// The names of events, for the description.
const NAMES: Kind = Kind::OneOf(&EventName::NAMES);

pub(super) const URL: Member =
    Member::required("url", Kind::Url).about("Where events are sent: https, without a user, at most 2048 bytes.");
pub(super) const EVENTS: Kind = Kind::Values(&NAMES);
pub(super) const DESCRIPTION: Member = Member::optional("description", Kind::Text).about("A note.");
pub(super) const META: Member =
    Member::optional("metadata", Kind::Object(&METADATA)).also(&["metaData"]).about("Returned as it is.");
pub(super) const STATUS_MEMBER: Member = Member::optional("status", Kind::OneOf(&STATUS));
pub(super) const WMIS: Member = Member::optional("wmis", Kind::Values(&Kind::Wmi))
    .also(&["wmi"])
    .about("Only cars of these makers (E5). Empty: of all.");
pub(super) const PROVIDERS: Member = Member::optional("providerIds", Kind::Values(&Kind::ProviderId))
    .about("Only contracts of these providers. Empty: of all that the party has.");
pub(super) const ROOT_TYPES: Member =
    Member::optional("rootTypes", Kind::Values(&Kind::OneOf(&["V2G", "eMSP", "OEM", "PE"])))
        .about("Only roots of these types (E11). Empty: all.");
pub(super) const STYLE: Member = Member::optional("signatureStyle", Kind::OneOf(&STYLES))
    .about("Whether X-Operator-Signature begins with sha256= (E3).");
pub(super) const IDENTIFIERS_ONLY: Member = Member::optional("identifiersOnly", Kind::Boolean)
    .about("Whether bodies name certificates by fingerprint alone (E7).");
pub(super) const API_VERSION: Member =
    Member::optional("apiVersion", Kind::OneOf(&["v1"])).about("The version of bodies.");

/// `https://receiver.example/path`: its form. Whether it may be used is a decision of the ecosystem.
pub(super) fn url(value: &Value) -> Result<String, Problem> {
    let url = values::url(value)?;
    if url.len() > MOST_URL {
        return Err(Problem::about(format!("must not be longer than {MOST_URL} bytes")));
    }
    Ok(url)
}

/// One name of an event, or a list of them (E4); each once, in the order that they came in.
pub(super) fn events(value: &Value) -> Result<Vec<EventName>, Problem> {
    let known: Vec<&str> = EventName::NAMES.into_iter().filter(|name| !name.starts_with("mo.")).collect();
    let rule = format!("are no events; there are {}, and each of emsp. as mo. too", known.join(", "));
    let names = all(value, EventName::parse, &rule)?;
    if names.is_empty() {
        return Err(Problem::about("must name at least one event"));
    }
    Ok(names)
}

/// A text or a list of texts, each once; whatever is none is named, all of it in one problem.
fn all<T: PartialEq>(value: &Value, parse: impl Fn(&str) -> Option<T>, rule: &str) -> Result<Vec<T>, Problem> {
    /// What is named of a long list of wrong ones.
    const NAMED: usize = 20;
    let entries = match value {
        Value::String(_) => std::slice::from_ref(value),
        Value::Array(entries) => entries.as_slice(),
        _ => return Err(wrong_kind("a string or a list of strings", value)),
    };
    if entries.len() > MOST_ENTRIES {
        return Err(Problem::about(format!("must not have more than {MOST_ENTRIES} entries")));
    }
    let (mut found, mut wrong) = (Vec::new(), Vec::new());
    for entry in entries {
        match parse(string(entry)?) {
            Some(one) if found.contains(&one) => {}
            Some(one) => found.push(one),
            None => wrong.push(quote(string(entry)?)),
        }
    }
    if wrong.is_empty() {
        return Ok(found);
    }
    let more = if wrong.len() > NAMED { " and others" } else { "" };
    wrong.truncate(NAMED);
    Err(Problem::about(format!("{}{more} {rule}", wrong.join(", "))))
}

fn word<T>(value: &Value, parse: impl Fn(&str) -> Option<T>, words: &[&str]) -> Result<T, Problem> {
    let text = string(value)?;
    parse(text).ok_or_else(|| one_of(words, text))
}

fn api_version(value: &Value) -> Result<String, Problem> {
    match string(value)? {
        text @ ("v1" | "1" | "1.0") => Ok(text.to_owned()),
        text => Err(one_of(&["v1"], text)),
    }
}

fn description(value: &Value) -> Result<String, Problem> {
    let text = values::text(value)?;
    if text.chars().count() > MOST_DESCRIPTION {
        return Err(Problem::about(format!("must not be longer than {MOST_DESCRIPTION} characters")));
    }
    Ok(text)
}

fn metadata(value: &Value) -> Result<Map<String, Value>, Problem> {
    let Value::Object(members) = value else { return Err(wrong_kind("an object", value)) };
    if value.to_string().chars().count() > MOST_METADATA {
        return Err(Problem::about(format!("must not be longer than {MOST_METADATA} characters")));
    }
    Ok(members.clone())
}
