//! What a peer must look like; every problem at once.

use opnc_client::{Client, ClientCertificate, Credentials, Shown};
use opnc_messages::Role;

use super::{OwnCertificate, OwnCredentials, SERVICES};
use crate::Ecosystem;

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
