//! `opnc migrate`: the schema of the database.

use clap::{Args, Subcommand};
use opnc_store::{Migration, Schema, Store};

use crate::config_arg::ConfigArg;
use crate::failure::Failure;
use crate::output::{self, Format};
use crate::table::Table;
use crate::{Verdict, runtime};

/// Look at the schema of the database, and bring it up to date
#[derive(Subcommand)]
pub(crate) enum Migrate {
    Status(Status),
    Up(Up),
}

/// Show which migrations the database has; exits with 1 unless it has all
///
/// applied: it has it. pending: `opnc migrate up` or `opnc serve` make it. modified: it has another one under this number, so
/// another program has made it, or somebody has changed it; nothing is done with such a database. unknown: of a newer program.
#[derive(Args)]
#[command(after_help = "Examples:\n  opnc migrate status\n  opnc migrate status --output json")]
pub(crate) struct Status {
    #[command(flatten)]
    config: ConfigArg,

    /// How to print them
    #[arg(long, value_enum, default_value_t)]
    output: Format,
}

/// Bring the schema up to date; `opnc serve` does the same when it starts
#[derive(Args)]
#[command(after_help = "Examples:\n  opnc backup before.db && opnc migrate up")]
pub(crate) struct Up {
    #[command(flatten)]
    config: ConfigArg,

    /// How to print what was done
    #[arg(long, value_enum, default_value_t)]
    output: Format,
}

impl Migrate {
    pub(crate) fn run(self) -> Result<Verdict, Failure> {
        runtime(async {
            match self {
                Self::Status(status) => status.run().await,
                Self::Up(up) => up.run().await,
            }
        })
    }
}

impl Status {
    async fn run(self) -> Result<Verdict, Failure> {
        let options = self.config.load()?.config.store.options().map_err(Failure::Ecosystem)?;
        let schema = Schema::of(&options).await.map_err(Failure::ecosystem)?;
        let word = |one: &Migration| match (one.applied, schema.modified.contains(&one.version)) {
            (_, true) => "modified",
            (true, false) => "applied",
            (false, false) => "pending",
        };
        let rows = schema.known.iter().map(|one| (one.version, one.name.clone(), word(one)));
        let newer = schema.newer.iter().map(|version| (*version, "of a newer program".to_owned(), "unknown"));
        let rows: Vec<_> = rows.chain(newer).collect();
        match self.output {
            Format::Json => {
                let record =
                    |(version, name, state)| serde_json::json!({ "version": version, "name": name, "state": state });
                output::print_json(&rows.into_iter().map(record).collect::<Vec<_>>())?;
            }
            Format::Table => {
                let mut table = Table::new(["VERSION", "NAME", "STATE"]);
                for (version, name, state) in rows {
                    table.row([version.to_string(), name, state.to_owned()]);
                }
                output::print(table.to_string())?;
            }
        }
        Ok(if schema.is_current() { Verdict::Passed } else { Verdict::Failed })
    }
}

impl Up {
    async fn run(self) -> Result<Verdict, Failure> {
        let options = self.config.load()?.config.store.options().map_err(Failure::Ecosystem)?;
        // Looked at first: a database that is not there is not made by this.
        let before = Schema::of(&options).await.map_err(Failure::ecosystem)?;
        Store::open(&options).await.map_err(Failure::ecosystem)?.close().await;
        let applied: Vec<_> = before.known.iter().filter(|migration| !migration.applied).collect();
        if self.output == Format::Json {
            let record = |one: &&Migration| serde_json::json!({ "version": one.version, "name": one.name });
            output::print_json(&serde_json::json!({ "applied": applied.iter().map(record).collect::<Vec<_>>() }))?;
            return Ok(Verdict::Passed);
        }
        let count = applied.len();
        output::print(match count {
            0 => "The schema is up to date.\n".to_owned(),
            1 => "The schema is up to date: 1 migration was applied.\n".to_owned(),
            _ => format!("The schema is up to date: {count} migrations were applied.\n"),
        })?;
        Ok(Verdict::Passed)
    }
}
