//! `opnc peer change`: how a peer is reached and asked.

use clap::Args;
use opnc_messages::Role;
use opnc_server::config::Period;
use opnc_services::peers::{self, PeerChange};

use super::dealings::{milliseconds, role, timeout};
use super::secret::Own;
use crate::config_arg::ConfigArg;
use crate::failure::Failure;
use crate::{Verdict, output};

/// Change how a peer is reached and asked; what is not named stays
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Change {
    /// Its name, id or client id
    peer: String,

    /// What stands before /opnc/v1 there
    #[arg(long, value_name = "URL")]
    url: Option<String>,

    #[command(flatten)]
    own: Own,

    /// Show no certificate there any more
    #[arg(long, conflicts_with = "client_certificate")]
    no_client_certificate: bool,

    /// The services that it has and that are asked, in place of those of before: rcp, pcp, cps or ccp
    #[arg(long, value_name = "NAME")]
    service: Vec<String>,

    /// The roles that it has when it does not say for whom it asks, in place of those of before
    #[arg(long, value_name = "ROLE", value_parser = role, conflicts_with = "speaks_as_nobody")]
    speaks_as: Vec<Role>,

    /// It must always say for whom it asks
    #[arg(long)]
    speaks_as_nobody: bool,

    /// What it takes for "do not ask others" in the header broadcast
    #[arg(long, value_name = "BOOL")]
    broadcast: Option<bool>,

    /// For how long it may take to answer, as 800ms or 3s
    #[arg(long, value_name = "TIME", value_parser = timeout)]
    timeout: Option<Period>,

    /// How many questions may be with it at the same time
    #[arg(long, value_name = "N")]
    calls: Option<u32>,

    #[command(flatten)]
    config: ConfigArg,
}

const EXAMPLES: &str = "\
Examples:
  opnc peer change Europe --client-id us-0123456789ab --client-secret-file secret-at-europe
  opnc peer change Europe --client-certificate us.pem --client-key us.key
  opnc peer change Europe --timeout 800ms --calls 100
  opnc peer change Europe --broadcast false      it reads the header the other way round";

impl Change {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        let some = |services: Vec<String>| (!services.is_empty()).then_some(services);
        let speaks_as = (self.speaks_as_nobody || !self.speaks_as.is_empty()).then_some(self.speaks_as);
        let (own, certificate) = self.own.read()?;
        let change = PeerChange {
            base_url: self.url,
            own,
            certificate: if self.no_client_certificate { Some(None) } else { certificate.map(Some) },
            services: some(self.service),
            speaks_as,
            broadcast: self.broadcast,
            timeout_ms: self.timeout.map(milliseconds),
            most_calls: self.calls,
        };
        if change.is_empty() {
            return Err(Failure::ecosystem("nothing is to change: say what, `opnc peer change --help` lists it"));
        }
        let opened = self.config.open().await?;
        let changed = peers::change(&opened.caller, &opened.ecosystem, &self.peer, change).await;
        for other in changed.map_err(Failure::service)? {
            output::warn(format!("the peer {other:?} is at the same URL: it is asked the same twice"));
        }
        output::print(format!("{} is changed.\n", self.peer))?;
        opened.ecosystem.store().close().await;
        Ok(Verdict::Passed)
    }
}
