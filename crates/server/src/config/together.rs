//! What sections say together.

use std::net::SocketAddr;

use super::Config;

/// What cannot be meant, with the key to be changed.
pub(super) fn problems(config: &Config) -> Vec<(&'static str, String)> {
    let listeners = [
        ("server.listen", Some(config.server.listen)),
        ("admin.listen", config.admin.listen),
        ("status.listen", config.status.listen),
    ];
    let listeners: Vec<_> = listeners.into_iter().filter_map(|(key, address)| Some((key, address?))).collect();
    let mut problems = Vec::new();
    for (index, (key, address)) in listeners.iter().enumerate() {
        let before = listeners.iter().take(index);
        if let Some((other, _)) = before.into_iter().find(|(_, other)| meet(*address, *other)) {
            problems.push((*key, format!("{address} is taken by {other}: each listener has an address of its own")));
        }
    }
    problems
}

/// Whether both cannot be listened on. Port 0 is a free one each time.
fn meet(one: SocketAddr, other: SocketAddr) -> bool {
    let any = one.ip().is_unspecified() || other.ip().is_unspecified();
    one.port() != 0 && one.port() == other.port() && (any || one.ip() == other.ip())
}

/// What can be meant, and may surprise.
pub(super) fn warnings(config: &Config) -> Vec<String> {
    let mut warnings = Vec::new();
    if config.status.url.is_some() && config.status.listen.is_none() {
        warnings.push(
            "status.url is written into certificates, and status.listen is not set: another process must answer there"
                .to_owned(),
        );
    }
    if config.telemetry.plain_identifiers {
        warnings.push("telemetry.plain_identifiers: personal data stand in logs and in the audit log".to_owned());
    }
    warnings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_listeners_cannot_have_one_address() {
        let meets = |one: &str, other: &str| meet(one.parse().unwrap(), other.parse().unwrap());
        for (one, other) in [("127.0.0.1:1", "127.0.0.1:1"), ("0.0.0.0:1", "10.0.0.1:1"), ("[::]:1", "127.0.0.1:1")] {
            assert!(meets(one, other) && meets(other, one), "{one} {other}");
        }
        for (one, other) in [("127.0.0.1:1", "127.0.0.1:2"), ("127.0.0.1:1", "10.0.0.1:1"), ("0.0.0.0:0", "0.0.0.0:0")]
        {
            assert!(!meets(one, other), "{one} {other}");
        }
    }
}
