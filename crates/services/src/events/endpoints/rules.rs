//! What an endpoint may be: a URL that events can be sent to, and filters inside what its owner has.

use opnc_messages::Role;
use opnc_messages::event::EndpointSettings;

use crate::{Caller, Ecosystem};

/// What is wrong with a URL. Where its name leads is looked at when it is connected to, each time.
pub(super) fn url(ecosystem: &Ecosystem, text: &str) -> Vec<String> {
    let checked = ecosystem.policy().delivery.outbound().check(text);
    checked.err().map(|problem| format!("url : {problem}")).into_iter().collect()
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
