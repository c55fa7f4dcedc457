//! `opnc peer add`: another ecosystem, and what its operator needs to ask this one.

use clap::Args;
use opnc_services::peers::{self, NewPeer};

use super::dealings::Dealings;
use super::handover;
use super::members::{self, Member};
use super::secret::Own;
use crate::Verdict;
use crate::config_arg::ConfigArg;
use crate::failure::Failure;
use crate::output::Format;

/// Add the pools of another ecosystem, and show its secret here: once, because only a hash of it is kept
///
/// Both sides add each other. Whoever begins has no credentials there yet: it adds the peer without them, and hands over what is
/// printed, with the command that their operator types; what it gets in return goes to `opnc peer change`. The peer may read what its members may read, and never
/// write. Its roots are not trusted by this: what it says about cars and contracts counts when it leads to roots of your own
/// root pool.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Add {
    /// A name for people, for log and traces
    name: String,

    /// What stands before /opnc/v1 there
    #[arg(long, value_name = "URL")]
    url: String,

    #[command(flatten)]
    own: Own,

    /// A member that it speaks for: oem=WMI, emsp=PROVIDER, cpo=OPERATOR, or cps=ROOT
    #[arg(long, value_name = "ROLE=ID", value_parser = Member::parse)]
    member: Vec<Member>,

    /// A service that it has and that is asked: rcp, pcp, cps or ccp [default: all of them]
    #[arg(long, value_name = "NAME")]
    service: Vec<String>,

    #[command(flatten)]
    dealings: Dealings,

    #[command(flatten)]
    config: ConfigArg,

    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    output: Format,
}

const EXAMPLES: &str = "\
Examples:
  opnc peer add Europe --url https://pools.example --member oem=WAU --member emsp=DEABC
  opnc peer change Europe --client-id us-0123456789ab --client-secret-file secret-at-europe
  opnc peer add America --url https://pools.example --client-id us --client-secret-file - --speaks-as cpo
  opnc peer add Asia --url https://pools.example --client-certificate us.pem --client-key us.key";

impl Add {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        let services = if self.service.is_empty() { peers::SERVICES.map(str::to_owned).to_vec() } else { self.service };
        let (own, certificate) = self.own.read()?;
        let new = NewPeer {
            name: self.name,
            base_url: self.url,
            own,
            certificate,
            services,
            members: members::owned(&self.member)?,
            timeout_ms: self.dealings.timeout_ms(),
            knowingly: self.dealings.knowingly(),
            speaks_as: self.dealings.speaks_as,
            broadcast: self.dealings.broadcast,
            most_calls: self.dealings.calls,
        };
        let opened = self.config.open().await?;
        let (caller, ecosystem) = (&opened.caller, &opened.ecosystem);
        let credentials = peers::prepare(caller, ecosystem, &new).await.map_err(Failure::service)?;
        // Shown first: where nobody can read it, there is no peer that nobody can be.
        handover::show(ecosystem, &new, &credentials, "add", self.output)?;
        peers::add_prepared(caller, ecosystem, new, &credentials).await.map_err(Failure::void)?;
        opened.ecosystem.store().close().await;
        Ok(Verdict::Passed)
    }
}
