//! What an endpoint may be: a URL that events can be sent to, and filters inside what its owner has.

use opnc_messages::Role;
use opnc_messages::event::{EndpointSettings, EventName};

use crate::{Caller, Ecosystem};

/// What is wrong with a URL. Where its name leads is looked at when it is connected to, each time.
pub(super) fn url(ecosystem: &Ecosystem, text: &str) -> Vec<String> {
    let checked = ecosystem.policy().delivery.outbound().check(text);
    checked.err().map(|problem| format!("url : {problem}")).into_iter().collect()
}

/// The names of events that are never about a party of the caller's role: it would wait for ever. A peer has members of every
/// role.
pub(super) fn events(caller: &Caller, names: &[EventName]) -> Vec<String> {
    let is_heard = |name: &EventName| match name.as_str().split('.').next() {
        Some("oem") => matches!(caller.role, Role::Oem | Role::Peer),
        Some("emsp" | "mo") => matches!(caller.role, Role::EmspOwnPki | Role::EmspNoPki | Role::Peer),
        _ => true,
    };
    let never: Vec<String> =
        names.iter().filter(|name| !is_heard(name)).map(|name| format!("{:?}", name.as_str())).collect();
    if never.is_empty() {
        return Vec::new();
    }
    vec![format!(
        "enabledEvents : the role {} never hears of {}: oem.* is for OEMs, emsp.* and mo.* for eMSPs, root.cert.* for everybody",
        caller.role,
        never.join(", ")
    )]
}

/// What is wrong with the filters: what is not the caller's own cannot be asked for.
pub(super) fn filters(caller: &Caller, settings: &EndpointSettings) -> Vec<String> {
    let mut problems = Vec::new();
    // An eMSP has no cars: a filter by their makers only leaves something out (E10).
    if caller.role == Role::Oem {
        for wmi in settings.wmis.iter().flatten().filter(|wmi| !caller.owned.wmis.contains(wmi)) {
            problems.push(format!("wmis : the WMI {wmi} does not belong to the calling party"));
        }
    }
    for provider in settings.provider_ids.iter().flatten().filter(|one| !caller.owned.providers.contains(one)) {
        problems.push(format!("providerIds : the provider {provider} does not belong to the calling party"));
    }
    problems
}
