//! `opnc privacy erase`: what is held about a contract or a car goes, as far as it may.

use std::fmt::Write;

use clap::Args;
use opnc_services::privacy::{self, Erasure};
use serde_json::json;

use super::SubjectArg;
use crate::Verdict;
use crate::config_arg::ConfigArg;
use crate::failure::Failure;
use crate::output::{self, Format};

/// Erase what is held about a contract or a car
///
/// Without --yes, only says what would go and what would stay, and why.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Erase {
    #[command(flatten)]
    config: ConfigArg,

    #[command(flatten)]
    subject: SubjectArg,

    /// Do it
    #[arg(long)]
    yes: bool,

    /// How to print the result
    #[arg(long, value_enum, default_value_t)]
    output: Format,
}

const EXAMPLES: &str = "\
Examples:
  opnc privacy erase --emaid DEABC123456789          what would happen
  opnc privacy erase --emaid DEABC123456789 --yes";

impl Erase {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        let subject = self.subject.subject()?;
        let opened = self.config.open().await?;
        let erasure = if self.yes {
            privacy::erase(&opened.caller, &opened.ecosystem, &subject).await
        } else {
            privacy::plan(&opened.caller, &opened.ecosystem, &subject).await
        };
        opened.ecosystem.store().close().await;
        let erasure = erasure.map_err(Failure::ecosystem)?;
        match self.output {
            Format::Json => output::print_json(&json!({
                "done": self.yes,
                "erased": erasure.erased.iter().map(|(what, number)| json!({"what": what, "number": number}))
                    .collect::<Vec<_>>(),
                "kept": erasure.kept.iter()
                    .map(|kept| json!({"what": kept.what, "number": kept.number, "why": kept.why}))
                    .collect::<Vec<_>>(),
            }))?,
            Format::Table => output::print(text(&erasure, self.yes))?,
        }
        Ok(Verdict::Passed)
    }
}

fn text(erasure: &Erasure, done: bool) -> String {
    let mut text = String::from(if done { "Erased:\n" } else { "Would be erased (nothing has changed yet):\n" });
    for (what, number) in &erasure.erased {
        let _ = writeln!(text, "  {number} {what}");
    }
    text.push_str(if done { "Kept:\n" } else { "Would stay:\n" });
    for kept in &erasure.kept {
        let number = if kept.number == 0 { String::new() } else { format!("{} ", kept.number) };
        let _ = writeln!(text, "  {number}{}: {}", kept.what, kept.why);
    }
    if !done {
        text.push_str("Give --yes to do it.\n");
    }
    text
}
