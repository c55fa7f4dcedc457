//! `opnc privacy export`: everything that is held about a contract or a car.

use clap::Args;
use opnc_services::privacy;

use super::SubjectArg;
use crate::Verdict;
use crate::config_arg::ConfigArg;
use crate::failure::Failure;
use crate::output;

/// Print everything that is held about a contract or a car, as JSON
///
/// Certificates and messages are hexadecimal. That you asked stands in the audit log.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Export {
    #[command(flatten)]
    config: ConfigArg,

    #[command(flatten)]
    subject: SubjectArg,
}

const EXAMPLES: &str = "\
Examples:
  opnc privacy export --emaid DEABC123456789
  opnc privacy export --pcid WAA00000000000001 > about-the-car.json";

impl Export {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        let subject = self.subject.subject()?;
        let opened = self.config.open().await?;
        let held = privacy::export(&opened.caller, &opened.ecosystem, &subject).await;
        opened.ecosystem.store().close().await;
        output::print_json(&held.map_err(Failure::ecosystem)?)?;
        Ok(Verdict::Passed)
    }
}
