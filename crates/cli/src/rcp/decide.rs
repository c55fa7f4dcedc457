//! `opnc rcp approve` and `opnc rcp reject`: the second admin decides.

use clap::Args;
use opnc_services::approvals;
use uuid::Uuid;

use super::pending::Record;
use crate::Verdict;
use crate::config_arg::ConfigArg;
use crate::failure::Failure;
use crate::output::{self, Format};

/// Make a change of the root pool that another admin asked for
///
/// Compare the fingerprint with the one that you were told by the root's owner before. Nobody approves what they asked for
/// themselves.
#[derive(Args)]
#[command(after_help = "Examples:\n  opnc rcp pending\n  opnc rcp approve 0198c5a2-7b1e-7c3a-9d55-0d1f6f0f5a11")]
pub(crate) struct Approve {
    #[command(flatten)]
    config: ConfigArg,

    /// The id of the change, from `opnc rcp pending`
    id: Uuid,

    /// How to print the result
    #[arg(long, value_enum, default_value_t)]
    output: Format,
}

/// Drop a change of the root pool: another admin's, or your own
#[derive(Args)]
#[command(after_help = "Examples:\n  opnc rcp reject 0198c5a2-7b1e-7c3a-9d55-0d1f6f0f5a11")]
pub(crate) struct Reject {
    #[command(flatten)]
    config: ConfigArg,

    /// The id of the change, from `opnc rcp pending`
    id: Uuid,

    /// How to print the result
    #[arg(long, value_enum, default_value_t)]
    output: Format,
}

impl Approve {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        let opened = self.config.open().await?;
        let change = approvals::approve(&opened.caller, &opened.ecosystem, self.id).await;
        opened.ecosystem.store().close().await;
        let record = Record::from(change.map_err(Failure::ecosystem)?);
        tell(self.output, "Approved", &record)
    }
}

impl Reject {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        let opened = self.config.open().await?;
        let change = approvals::reject(&opened.caller, &opened.ecosystem, self.id).await;
        opened.ecosystem.store().close().await;
        let record = Record::from(change.map_err(Failure::ecosystem)?);
        tell(self.output, "Rejected", &record)
    }
}

fn tell(format: Format, done: &str, record: &Record) -> Result<Verdict, Failure> {
    match format {
        Format::Json => output::print_json(record)?,
        Format::Table => output::print(format!("{done}: {}.\n", record.sentence()))?,
    }
    Ok(Verdict::Passed)
}
