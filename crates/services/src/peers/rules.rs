//! What a peer must look like; every problem at once.

use std::fmt::Display;

use opnc_client::pool::{Members, PoolDescription};
use opnc_client::{Client, ClientCertificate, Credentials, Shown};
use opnc_messages::Role;
use opnc_messages::ids::{Fingerprint, OperatorId, ProviderId, Wmi};
use opnc_store::peers::Peer;

use super::accept::member_words;
use super::{OwnCertificate, OwnCredentials, SERVICES};
use crate::caller::Owned;
use crate::{Ecosystem, ServiceError};

/// The most time that a peer may be given, in milliseconds.
const LONGEST_TIMEOUT_MS: u32 = 30_000;
/// The most questions that may be with a peer at the same time.
const MOST_CALLS: u32 = 10_000;

pub(super) fn of_limits(timeout_ms: u32, most_calls: u32) -> Vec<String> {
    let mut problems = Vec::new();
    if !(10..=LONGEST_TIMEOUT_MS).contains(&timeout_ms) {
        problems.push("the time-out of a peer is between 10 milliseconds and 30 seconds".to_owned());
    }
    if !(1..=MOST_CALLS).contains(&most_calls) {
        problems.push(format!("between 1 and {MOST_CALLS} questions may be with a peer at the same time"));
    }
    problems
}

pub(super) fn of_services(services: &[String]) -> Vec<String> {
    let unknown = services.iter().filter(|service| !SERVICES.contains(&service.as_str()));
    unknown.map(|service| format!("{service:?} cannot be asked of a peer; {} can", SERVICES.join(", "))).collect()
}

pub(super) fn of_roles(roles: &[Role]) -> Vec<String> {
    let wrong = roles.iter().filter(|role| matches!(role, Role::Admin | Role::Peer));
    wrong.map(|role| format!("a peer cannot ask in the role {role}")).collect()
}

/// The URLs of a peer and what we show there: such that our secret can be sent, within what `[outbound]` permits.
pub(super) fn of_access(
    ecosystem: &Ecosystem,
    base_url: &str,
    own: Option<&OwnCredentials>,
    certificate: Option<&OwnCertificate>,
) -> Vec<String> {
    let unusable = |own: &OwnCertificate| ClientCertificate::from_pem(&own.chain, &own.key).err();
    let mut problems: Vec<String> = certificate.and_then(unusable).map(|error| error.to_string()).into_iter().collect();
    let token_url = own.and_then(|own| own.token_url.clone());
    let credentials = Credentials { client_id: String::new(), client_secret: String::new().into(), token_url };
    let shown = Shown { credentials: Some(credentials), certificate: None };
    let policy = ecosystem.policy().federation.outbound.clone();
    let made = Client::guarded(base_url, shown, ecosystem.clock(), policy);
    problems.extend(made.err().map(|error| format!("{base_url}: {error}")));
    problems
}

/// The URLs of a description: such that our secrets could be sent there.
pub(super) fn of_description_urls(ecosystem: &Ecosystem, description: &PoolDescription) -> Vec<String> {
    let own = description.token_url.clone().map(|token_url| OwnCredentials {
        client_id: String::new(),
        client_secret: String::new().into(),
        token_url: Some(token_url),
    });
    of_access(ecosystem, &description.base_url, own.as_ref(), None)
}

/// The members of a description; else everything that is wrong with them.
pub(super) fn of_members(members: &Members) -> Result<Owned, Vec<String>> {
    let mut problems = Vec::new();
    let owned = Owned {
        wmis: parsed(&members.oem, Wmi::parse, &mut problems),
        providers: parsed(&members.emsp, ProviderId::parse, &mut problems),
        operators: parsed(&members.cpo, OperatorId::parse, &mut problems),
        roots: parsed(&members.cps, Fingerprint::parse, &mut problems),
        cps_names: Vec::new(),
    };
    if problems.is_empty() { Ok(owned) } else { Err(problems) }
}

fn parsed<T: PartialEq, E: Display>(
    texts: &[String],
    parse: impl Fn(&str) -> Result<T, E>,
    problems: &mut Vec<String>,
) -> Vec<T> {
    let mut all = Vec::new();
    for text in texts {
        match parse(text) {
            Ok(one) if all.contains(&one) => {}
            Ok(one) => all.push(one),
            Err(error) => problems.push(format!("members : {error}")),
        }
    }
    all
}

/// Where tokens come from when a peer becomes what its description says: where that says nothing, what the operator has set
/// stays, but for what an earlier description had said.
pub(super) fn token_url(
    present: Option<&String>,
    last: Option<&PoolDescription>,
    description: &PoolDescription,
) -> Option<String> {
    let is_theirs = last.is_some_and(|last| last.token_url.is_some() && last.token_url.as_ref() == present);
    description.token_url.clone().or_else(|| present.filter(|_| !is_theirs).cloned())
}

/// What a description would change of a peer, in words.
pub(super) fn differences(
    peer: &Peer,
    present: &Owned,
    last: Option<&PoolDescription>,
    description: &PoolDescription,
    services: &[String],
) -> Result<Vec<String>, ServiceError> {
    let mut words = Vec::new();
    let mut differs = |what: &str, before: &str, after: &str| {
        if before != after {
            words.push(format!("{what}: {before} becomes {after}"));
        }
    };
    differs("URL", &peer.base_url, &description.base_url);
    differs("services", &peer.services.join(" "), &services.join(" "));
    if let Some(own) = &peer.credentials {
        let usual = |url: Option<String>| url.unwrap_or_else(|| "the usual one".to_owned());
        let after = token_url(own.token_url.as_ref(), last, description);
        differs("token URL", &usual(own.token_url.clone()), &usual(after));
    }
    let wanted = of_members(&description.members).map_err(ServiceError::Invalid)?;
    let (before, after) = (member_words(present), member_words(&wanted));
    words.extend(after.iter().filter(|one| !before.contains(one)).map(|one| format!("new member {one}")));
    words.extend(before.iter().filter(|one| !after.contains(one)).map(|one| format!("no member any more {one}")));
    Ok(words)
}
