//! `opnc rcp approve` and `opnc rcp reject`: the second admin decides.

use clap::Args;
use opnc_services::approvals;
use uuid::Uuid;

use super::pending::Record;
use crate::Verdict;
use crate::config_arg::ConfigArg;
use crate::failure::Failure;
use crate::output;

/// Make a change of the root pool that another admin asked for
#[derive(Args)]
pub(crate) struct Approve {
    #[command(flatten)]
    config: ConfigArg,

    /// The id of the change, from `opnc rcp pending`
    id: Uuid,
}

/// Drop a change of the root pool: another admin's, or your own
#[derive(Args)]
pub(crate) struct Reject {
    #[command(flatten)]
    config: ConfigArg,

    /// The id of the change, from `opnc rcp pending`
    id: Uuid,
}

impl Approve {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        let opened = self.config.open().await?;
        let change = approvals::approve(&opened.caller, &opened.ecosystem, self.id).await;
        opened.ecosystem.store().close().await;
        let record = Record::from(change.map_err(Failure::ecosystem)?);
        output::print(format!("Approved: {}.\n", record.sentence()))?;
        Ok(Verdict::Passed)
    }
}

impl Reject {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        let opened = self.config.open().await?;
        let change = approvals::reject(&opened.caller, &opened.ecosystem, self.id).await;
        opened.ecosystem.store().close().await;
        let record = Record::from(change.map_err(Failure::ecosystem)?);
        output::print(format!("Rejected: {}.\n", record.sentence()))?;
        Ok(Verdict::Passed)
    }
}
