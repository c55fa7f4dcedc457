//! `opnc peer accept` and `refuse`: the operator decides about an introduction.

use clap::Args;
use opnc_services::peers::{self, NewPeer};
use serde_json::json;

use super::dealings::Dealings;
use super::handover;
use super::members::{self, Member};
use super::secret::Own;
use crate::Verdict;
use crate::config_arg::ConfigArg;
use crate::failure::Failure;
use crate::output::{self, Format};

/// Make an ecosystem a peer that was introduced, and show its secret here; or let a peer change as its new description says
///
/// Look at it by `opnc peer introductions` first: with it, you approve its URL and its members. The options are those of
/// `opnc peer add`; for a change of a peer only --fingerprint and --shared-with-party mean anything. What is printed says what
/// their operator types, so that they can ask you.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Accept {
    /// Its name, ecosystem id or fingerprint, as `opnc peer introductions` shows them
    introduction: String,

    /// The fingerprint of their key, as their operator has said it by another way
    // One in 64 begins with a hyphen.
    #[arg(long, value_name = "FINGERPRINT", allow_hyphen_values = true)]
    fingerprint: Option<String>,

    /// Another name for it here
    #[arg(long)]
    name: Option<String>,

    #[command(flatten)]
    own: Own,

    /// The members that it may ask for, in place of those that it names: oem=WMI, emsp=PROVIDER, cpo=OPERATOR, or cps=ROOT
    #[arg(long, value_name = "ROLE=ID", value_parser = Member::parse)]
    member: Vec<Member>,

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
  opnc peer accept Europe --fingerprint oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U
  opnc peer accept Europe --client-id us-0123456789ab --client-secret-file secret-at-europe";

/// Refuse an introduction; peers that tell of it again are not heard, and you can bring it again
#[derive(Args)]
#[command(after_help = "Examples:\n  opnc peer refuse Europe")]
pub(crate) struct Refuse {
    /// Its name, ecosystem id or fingerprint, as `opnc peer introductions` shows them
    introduction: String,

    #[command(flatten)]
    config: ConfigArg,
}

impl Accept {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        let (own, certificate) = self.own.read()?;
        let opened = self.config.open().await?;
        let (caller, ecosystem) = (&opened.caller, &opened.ecosystem);
        let found = peers::find_introduction(caller, ecosystem, &self.introduction).await.map_err(Failure::service)?;
        let fingerprint = self.fingerprint.as_deref();
        peers::check_introduction(ecosystem, &found.row, fingerprint).map_err(Failure::service)?;
        if let Some((peer, _)) = &found.change {
            let knowingly = self.dealings.knowingly();
            let accepted = peers::accept_change(caller, ecosystem, &found, fingerprint, knowingly).await;
            accepted.map_err(Failure::service)?;
            match self.output {
                Format::Json => output::print_json(&json!({ "name": peer, "changed": true }))?,
                Format::Table => output::print(format!("{peer} is changed.\n"))?,
            }
            opened.ecosystem.store().close().await;
            return Ok(Verdict::Passed);
        }
        let described = peers::new_peer(&found.description).map_err(Failure::service)?;
        let token_url = found.description.token_url.clone();
        let new = NewPeer {
            name: self.name.unwrap_or(described.name),
            own: own.map(|own| peers::OwnCredentials { token_url: own.token_url.or(token_url), ..own }),
            certificate,
            members: if self.member.is_empty() { described.members } else { members::owned(&self.member)? },
            timeout_ms: self.dealings.timeout_ms(),
            knowingly: self.dealings.knowingly(),
            speaks_as: self.dealings.speaks_as,
            broadcast: self.dealings.broadcast,
            most_calls: self.dealings.calls,
            ..described
        };
        let credentials = peers::prepare(caller, ecosystem, &new).await.map_err(Failure::service)?;
        // Shown first: where nobody can read it, there is no peer that nobody can be.
        handover::show(ecosystem, &new, &credentials, "accept", self.output)?;
        let accepted = peers::accept(caller, ecosystem, &found, fingerprint, &new, &credentials).await;
        accepted.map_err(Failure::void)?;
        let view = peers::find(caller, ecosystem, &new.name).await.map_err(Failure::service)?;
        if !view.trusted_for.is_empty() {
            output::remark(format!(
                "The roots of {} count here for {}, by [trust].",
                new.name,
                view.trusted_for.join(", ")
            ));
        }
        opened.ecosystem.store().close().await;
        Ok(Verdict::Passed)
    }
}

impl Refuse {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        let opened = self.config.open().await?;
        let refused = peers::refuse(&opened.caller, &opened.ecosystem, &self.introduction).await;
        refused.map_err(Failure::service)?;
        output::print(format!("{} is refused.\n", self.introduction))?;
        opened.ecosystem.store().close().await;
        Ok(Verdict::Passed)
    }
}
