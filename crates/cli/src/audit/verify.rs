//! `opnc audit verify`: whether the log is what was written.

use clap::Args;
use opnc_services::audit::{self, End, Verified};
use serde_json::json;

use crate::Verdict;
use crate::config_arg::ConfigArg;
use crate::failure::Failure;
use crate::output::{self, Format};

/// Check that no row of the audit log was changed, put in or taken out
///
/// Prints the head of the chain. Write it down somewhere else and give it back with --expect: then even a log that
/// somebody made anew as a whole is noticed. Exits with 1 when something is wrong.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Verify {
    #[command(flatten)]
    config: ConfigArg,

    /// A head that was printed earlier
    #[arg(long, value_name = "SEQ:HASH", value_parser = end)]
    expect: Option<End>,

    /// How to print the result
    #[arg(long, value_enum, default_value_t)]
    output: Format,
}

const EXAMPLES: &str = "\
Examples:
  opnc audit verify
  opnc audit verify --expect 41:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

fn end(text: &str) -> Result<End, String> {
    let form = || "it is SEQ:HASH as this command prints it".to_owned();
    let (seq, hash) = text.split_once(':').ok_or_else(form)?;
    let mut end = End { seq: seq.parse().map_err(|_| form())?, hash: [0; 32] };
    hex::decode_to_slice(hash, &mut end.hash).map_err(|_| form())?;
    Ok(end)
}

fn place(end: &End) -> String {
    format!("{}:{}", end.seq, hex::encode(end.hash))
}

impl Verify {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        let opened = self.config.open().await?;
        let verified = audit::verify(&opened.caller, &opened.ecosystem, self.expect).await;
        let verified = verified.map_err(Failure::ecosystem)?;
        opened.ecosystem.store().close().await;
        let problem = problem(&verified);
        match self.output {
            Format::Json => output::print_json(&json!({
                "holds": problem.is_none(),
                "problem": problem,
                "rows": verified.last.seq.saturating_sub(verified.anchor.seq),
                "anchor": place(&verified.anchor),
                "head": place(&verified.last),
                "expectedFound": verified.expected,
            }))?,
            Format::Table => output::print(self.text(&verified, problem.as_deref()))?,
        }
        Ok(if problem.is_none() { Verdict::Passed } else { Verdict::Failed })
    }

    fn text(&self, verified: &Verified, problem: Option<&str>) -> String {
        let (first, last) = (verified.anchor.seq.saturating_add(1), verified.last.seq);
        let rows = if last < first { "no rows".to_owned() } else { format!("rows {first} to {last}") };
        let mut text = match problem {
            None => format!("The audit log holds: {rows}.\nhead {}\n", place(&verified.last)),
            Some(problem) => format!("THE AUDIT LOG IS BROKEN: {problem}.\nUp to there it holds: {rows}.\n"),
        };
        match (self.expect, verified.expected) {
            (Some(end), Some(true)) => text.push_str(&format!("The expected row {} is one of them.\n", end.seq)),
            (Some(end), None) if problem.is_none() => text.push_str(&format!(
                "The expected row {} has left by retention since: nothing can be said about it.\n",
                end.seq
            )),
            _ => {}
        }
        text
    }
}

fn problem(verified: &Verified) -> Option<String> {
    let unexpected = || "the expected row is not in this chain, so the log was made anew or cut".to_owned();
    verified.fault.map(|fault| fault.to_string()).or_else(|| (verified.expected == Some(false)).then(unexpected))
}
