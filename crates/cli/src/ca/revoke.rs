//! `opnc ca revoke`: the operator takes a certificate back, a CA's too.

use clap::Args;
use opnc_messages::ids::Fingerprint;
use opnc_messages::pki::RevocationReason;
use opnc_services::{ca, revocation};

use crate::Verdict;
use crate::config_arg::ConfigArg;
use crate::failure::Failure;
use crate::output;

/// Revoke a certificate that one of the CAs has issued
///
/// What follows is done with it: contract data of a contract certificate leave the CCP, the car of a provisioning certificate
/// leaves the PCP with its contracts, and a CA or CPS signs no longer, nor does any below it.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Revoke {
    #[command(flatten)]
    config: ConfigArg,

    /// Its SHA-256 fingerprint, 64 hexadecimal digits, or a file with the certificate
    #[arg(value_name = "FINGERPRINT|FILE", value_parser = super::certificate)]
    fingerprint: Fingerprint,

    /// Why: unspecified, keyCompromise, cACompromise, affiliationChanged, superseded, cessationOfOperation,
    /// privilegeWithdrawn or aACompromise
    #[arg(long, value_name = "REASON", value_parser = reason)]
    reason: RevocationReason,
}

const EXAMPLES: &str = "\
Examples:
  opnc ca list --subject 'CPS X' --good
  opnc ca revoke 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 --reason keyCompromise";

impl Revoke {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        let opened = self.config.open().await?;
        let (caller, ecosystem) = (&opened.caller, &opened.ecosystem);
        let issued = ca::find(caller, ecosystem, &self.fingerprint).await.map_err(Failure::service)?;
        let revoked = revocation::revoke_by_operator(caller, ecosystem, &issued, self.reason);
        let subject = &issued.subject;
        output::print(if revoked.await.map_err(Failure::service)? {
            format!("{subject}: revoked.\n")
        } else {
            format!("{subject}: was revoked before; nothing was changed.\n")
        })?;
        ecosystem.store().close().await;
        Ok(Verdict::Passed)
    }
}

fn reason(text: &str) -> Result<RevocationReason, String> {
    RevocationReason::parse(text).ok_or_else(|| {
        let names: Vec<_> = RevocationReason::ALL.into_iter().map(RevocationReason::as_str).collect();
        format!("one of {}", names.join(", "))
    })
}
