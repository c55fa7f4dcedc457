//! How a new peer asks and is asked, whether it was typed in or introduced.

use clap::Args;
use opnc_messages::Role;
use opnc_server::config::Period;
use opnc_services::peers::{self, Knowingly};

/// What no description says of a peer.
#[derive(Args)]
pub(super) struct Dealings {
    /// A role that it has when it does not say for whom it asks (it sends no OPNC-from-party headers)
    #[arg(long, value_name = "ROLE", value_parser = role)]
    pub(super) speaks_as: Vec<Role>,

    /// What it takes for "do not ask others" in the header broadcast
    #[arg(long, value_name = "BOOL", default_value_t = true, action = clap::ArgAction::Set)]
    pub(super) broadcast: bool,

    /// For how long it may take to answer, as 800ms or 3s
    #[arg(long, value_name = "TIME", default_value = "3s", value_parser = timeout)]
    timeout: Period,

    /// How many questions may be with it at the same time
    #[arg(long, value_name = "N", default_value_t = peers::USUAL_CALLS)]
    pub(super) calls: u32,

    #[command(flatten)]
    pub(super) shared: SharedWithParty,

    /// Its name stands in [trust], and it is the ecosystem that is meant there: its roots count here
    #[arg(long)]
    trusted_by_policy: bool,
}

/// A word without which no party of this ecosystem becomes a member of a peer.
#[derive(Args, Debug, Clone, Copy)]
pub(super) struct SharedWithParty {
    /// Members that are parties of this ecosystem are meant: the peer reads what they may read, and hears what they hear
    #[arg(long)]
    shared_with_party: bool,
}

impl SharedWithParty {
    /// As the services take it.
    pub(super) fn knowingly(self) -> Knowingly {
        Knowingly { shares: self.shared_with_party, is_trusted: false }
    }
}

impl Dealings {
    /// For how long it may take, as the services take it.
    pub(super) fn timeout_ms(&self) -> u32 {
        milliseconds(self.timeout)
    }

    /// What the operator has been told, and means.
    pub(super) fn knowingly(&self) -> Knowingly {
        Knowingly { is_trusted: self.trusted_by_policy, ..self.shared.knowingly() }
    }
}

/// A time-out with its unit.
pub(super) fn timeout(text: &str) -> Result<Period, String> {
    let is_bare = !text.is_empty() && text.chars().all(|character| character.is_ascii_digit());
    Period::parse_text(text).map_err(|error| match is_bare {
        true => format!("{error}: seconds are {text}s, milliseconds {text}ms"),
        false => error,
    })
}

/// A role of the access table that reads something.
pub(super) fn role(text: &str) -> Result<Role, String> {
    match Role::parse(text) {
        Some(Role::Admin | Role::Peer) | None => {
            let mut names = Role::ALL.map(Role::as_str).to_vec();
            names.retain(|name| *name != Role::Admin.as_str());
            Err(format!("the roles are {}", names.join(", ")))
        }
        Some(role) => Ok(role),
    }
}

/// Milliseconds, as the services take them.
pub(super) fn milliseconds(period: Period) -> u32 {
    u32::try_from(period.get().as_millis()).unwrap_or(u32::MAX)
}
