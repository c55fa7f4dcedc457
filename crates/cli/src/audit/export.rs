//! `opnc audit export`: the chain with all that somebody else needs to verify it.

use clap::{Args, ValueEnum};
use opnc_services::audit::{self, AuditFilter, End};

use super::record::{COLUMNS, Record};
use crate::Verdict;
use crate::config_arg::ConfigArg;
use crate::failure::Failure;
use crate::output;

/// Rows that are read at a time.
const PAGE: u32 = 1000;

/// Print the audit log with its hashes, so that others can verify it
///
/// Each row has its own hash and the one before it; docs/how-to/audit.md says how they are computed.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Export {
    #[command(flatten)]
    config: ConfigArg,

    /// How to write the rows
    #[arg(long, value_enum, default_value_t)]
    format: Form,

    /// Rows behind this number: the last one of the export before
    #[arg(long, value_name = "SEQ", default_value_t = 0)]
    after: u64,
}

/// How an export is written.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Form {
    /// One JSON object for each line
    #[default]
    Jsonl,
    /// A line of headings, then one line for each row
    Csv,
}

const EXAMPLES: &str = "\
Examples:
  opnc audit export > audit.jsonl
  opnc audit export --format csv --after 1000 > audit.csv";

impl Export {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        let opened = self.config.open().await?;
        let (caller, ecosystem) = (&opened.caller, &opened.ecosystem);
        if let Form::Csv = self.format {
            output::print(COLUMNS)?;
        }
        let (mut last, _) = audit::ends(caller, ecosystem).await.map_err(Failure::ecosystem)?;
        loop {
            let rows = audit::list(caller, ecosystem, &AuditFilter::default(), last.seq, PAGE).await;
            let rows = rows.map_err(Failure::ecosystem)?;
            if rows.is_empty() {
                break;
            }
            let mut text = String::new();
            for row in rows {
                let (before, seq): (End, u64) = (last, row.seq);
                last = row.end();
                let record = Record::linked(row, &before);
                if seq > self.after {
                    text.push_str(&self.line(&record)?);
                }
            }
            output::print(text)?;
        }
        ecosystem.store().close().await;
        Ok(Verdict::Passed)
    }

    fn line(&self, record: &Record) -> Result<String, Failure> {
        match self.format {
            Form::Csv => Ok(record.csv()),
            Form::Jsonl => serde_json::to_string(record).map(|line| line + "\n").map_err(Failure::ecosystem),
        }
    }
}
