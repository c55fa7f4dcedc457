//! `opnc trust store show`: what is in a store, and whether it is still good.

use std::path::PathBuf;

use clap::Args;
use jiff::Timestamp;
use opnc_client::trust::{Selection, Store};
use opnc_pki::{Clock, SystemClock};
use serde::Serialize;

use crate::Verdict;
use crate::failure::Failure;
use crate::output::{self, Format};
use crate::table::Table;
use crate::trusted::time;

/// Show what is in a store, and whether it is still good
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Show {
    /// The store's file
    store: PathBuf,

    /// The time at which its bundle must be good [default: now]
    #[arg(long, value_name = "TIME", value_parser = time)]
    at: Option<Timestamp>,

    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    output: Format,
}

const EXAMPLES: &str = "\
Examples:
  opnc trust store show roots.store
  opnc trust store show roots.store --output json";

/// A store as it is printed.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Record {
    issuer: String,
    version: u64,
    #[serde(flatten)]
    selection: Selection,
    issued: Timestamp,
    expires: Timestamp,
    good: bool,
    keys: Vec<String>,
    roots: Vec<Root>,
    known_sub_cas: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Root {
    common_name: String,
    fingerprint: String,
    types: Vec<&'static str>,
    trust_lists: Vec<String>,
    purposes: Vec<String>,
    valid_to: Option<Timestamp>,
}

impl Record {
    pub(super) fn of(store: &Store, at: Timestamp) -> Self {
        let bundle = store.bundle();
        let keys = bundle.successors().map(|keys| keys.iter().map(|key| key.id().to_owned()).collect());
        let roots = bundle.roots.iter().map(|root| {
            let certificate = root.read().ok();
            let name = certificate.as_ref().and_then(|one| one.common_name()).unwrap_or_default();
            Root {
                common_name: name.to_owned(),
                fingerprint: root.fingerprint.to_string(),
                types: root.types.iter().map(|one| one.as_str()).collect(),
                trust_lists: root.trust_lists.clone(),
                purposes: root.purposes.clone(),
                valid_to: certificate.map(|one| one.not_after()),
            }
        });
        Self {
            issuer: bundle.issuer.clone(),
            version: bundle.version,
            selection: bundle.selection.clone(),
            issued: bundle.issued,
            expires: bundle.expires,
            good: bundle.check_dates(at).is_ok(),
            keys: keys.unwrap_or_default(),
            roots: roots.collect(),
            known_sub_cas: bundle.known_sub_cas.len(),
        }
    }

    pub(super) fn print(self, format: Format) -> Result<(), Failure> {
        if format == Format::Json {
            return output::print_json(&self);
        }
        let state = if self.good { "good" } else { "NOT GOOD NOW" };
        let mut table = Table::new(["NAME", "TYPES", "PURPOSES", "TRUST LISTS", "VALID TO", "FINGERPRINT"]);
        for root in self.roots {
            table.row([
                root.common_name,
                root.types.join(", "),
                root.purposes.join(", "),
                root.trust_lists.join(", "),
                root.valid_to.map(|time| format!("{time:.0}")).unwrap_or_default(),
                root.fingerprint,
            ]);
        }
        let below = match self.known_sub_cas {
            0 => String::new(),
            count => format!("with {count} CAs below them, for leaves that come alone\n"),
        };
        output::print(format!("version {}, {state} until {:.0}\n{table}{below}", self.version, self.expires))
    }
}

impl Show {
    pub(super) fn run(self) -> Result<Verdict, Failure> {
        let store = Store::open(&self.store).map_err(Failure::ecosystem)?;
        let record = Record::of(&store, self.at.unwrap_or_else(|| SystemClock.now()));
        let verdict = if record.good { Verdict::Passed } else { Verdict::Failed };
        record.print(self.output)?;
        Ok(verdict)
    }
}
