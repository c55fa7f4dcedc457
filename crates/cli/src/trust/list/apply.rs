//! `opnc trust list apply`: writes a list's name to the roots that are on it.

use clap::Args;
use opnc_services::trust::lists::{self, Consent, Plan};
use serde_json::json;

use crate::Verdict;
use crate::config_arg::ConfigArg;
use crate::failure::Failure;
use crate::output::{self, Format};
use crate::table::Table;

/// Apply a trust list that was imported
///
/// The roots of the pool that are on it are marked with its name, others no more; what that means, the section [trust] of the
/// configuration says. Roots enter or leave the pool only with --add and --remove. Where two admins are needed, each change
/// waits for the second.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Apply {
    #[command(flatten)]
    config: ConfigArg,

    /// The list, 'European CTL' (or EU) for example
    name: String,

    /// Show what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,

    /// Let roots of the list that the pool lacks enter it
    #[arg(long)]
    add: bool,

    /// Let roots leave the pool that were on this list alone, and are no more
    #[arg(long)]
    remove: bool,

    /// How to print what is done
    #[arg(long, value_enum, default_value_t)]
    output: Format,
}

const EXAMPLES: &str = "\
Examples:
  opnc trust list apply EU --dry-run
  opnc trust list apply EU
  opnc trust list apply EU --add --remove";

impl Apply {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        let opened = self.config.open().await?;
        let (caller, ecosystem) = (&opened.caller, &opened.ecosystem);
        let consent = Consent { add: self.add, remove: self.remove };
        let done = if self.dry_run {
            lists::plan(caller, ecosystem, &self.name, consent).await.map(|plan| (plan, 0))
        } else {
            lists::apply(caller, ecosystem, &self.name, consent).await.map(|applied| (applied.plan, applied.waiting))
        };
        ecosystem.store().close().await;
        let (plan, waiting) = done.map_err(Failure::service)?;
        self.print(&plan, waiting)?;
        Ok(Verdict::Passed)
    }

    fn print(&self, plan: &Plan, waiting: usize) -> Result<(), Failure> {
        if self.output == Format::Json {
            let steps = plan.steps.iter().map(|step| {
                json!({
                    "action": step.action.as_str(), "fingerprint": step.fingerprint,
                    "commonName": step.common_name, "note": step.note,
                })
            });
            return output::print_json(&json!({
                "name": plan.name, "version": plan.version, "dryRun": self.dry_run, "waiting": waiting,
                "steps": steps.collect::<Vec<_>>(),
            }));
        }
        let mut table = Table::new(["ACTION", "NAME", "FINGERPRINT", "NOTE"]);
        for step in &plan.steps {
            table.row([
                step.action.as_str().to_owned(),
                step.common_name.clone(),
                step.fingerprint.to_string(),
                step.note.clone().unwrap_or_default(),
            ]);
        }
        let changes = plan.steps.iter().filter(|step| step.action.changes()).count();
        let said = match (self.dry_run, waiting) {
            (true, _) => format!("{changes} would be changed"),
            (false, 0) => format!("{changes} changed"),
            (false, waiting) => format!("{waiting} wait for another admin: opnc rcp pending"),
        };
        output::print(format!("{table}{said}\n"))
    }
}
