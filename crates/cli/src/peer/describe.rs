//! `opnc peer describe`: what other ecosystems are given to know this one.

use clap::Args;
use opnc_services::peers;
use serde_json::json;

use crate::Verdict;
use crate::config_arg::ConfigArg;
use crate::failure::Failure;
use crate::output::{self, Format};

/// Print how this ecosystem describes itself to others, signed: a file for their `opnc peer introduce`
///
/// It says name (federation.name), URL (server.base_url), services, members, keys, and whether it may be passed on
/// (federation.may_be_told), and is good for trust.lifetime. The fingerprint on the standard error is what their operator
/// compares: tell it by another way than the file.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Describe {
    #[command(flatten)]
    config: ConfigArg,

    /// The signed document alone, or with what it says
    #[arg(long, value_enum, default_value_t)]
    output: Format,
}

const EXAMPLES: &str = "\
Examples:
  opnc peer describe > us.jws
  opnc peer describe --output json";

impl Describe {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        let opened = self.config.open().await?;
        let own = peers::describe(&opened.caller, &opened.ecosystem).await.map_err(Failure::service)?;
        opened.ecosystem.store().close().await;
        match self.output {
            Format::Json => output::print_json(&json!({
                "document": own.document, "fingerprint": own.described.key_id, "description": own.described.description,
            }))?,
            Format::Table => {
                output::print(own.document + "\n")?;
                output::remark(format!("fingerprint {}", own.described.key_id));
            }
        }
        Ok(Verdict::Passed)
    }
}
