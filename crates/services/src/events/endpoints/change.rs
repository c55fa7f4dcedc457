//! What an owner has said about an endpoint, put into it.

use opnc_messages::event::{EndpointSettings, EndpointStatus};
use opnc_store::event_endpoints::Endpoint;
use serde_json::Value;

/// What is not said stays.
pub(super) fn apply(endpoint: &mut Endpoint, settings: EndpointSettings) {
    let EndpointSettings {
        description,
        metadata,
        status,
        wmis,
        provider_ids,
        root_types,
        signature_style,
        identifiers_only,
        api_version: _,
    } = settings;
    endpoint.description = description.or_else(|| endpoint.description.take());
    endpoint.metadata = metadata.map(|pairs| Value::Object(pairs).to_string()).or_else(|| endpoint.metadata.take());
    endpoint.enabled = status.map_or(endpoint.enabled, |status| status == EndpointStatus::Enabled);
    set(&mut endpoint.wmis, wmis);
    set(&mut endpoint.providers, provider_ids);
    set(&mut endpoint.root_types, root_types);
    set(&mut endpoint.signature_style, signature_style);
    set(&mut endpoint.identifiers_only, identifiers_only);
}

fn set<T>(place: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *place = value;
    }
}
