//! `opnc audit list`: rows of the audit log, for people and programs.

use std::collections::HashMap;

use clap::Args;
use jiff::Timestamp;
use opnc_messages::ids::{Emaid, Fingerprint, Pcid};
use opnc_services::Ecosystem;
use opnc_services::audit::{self, AuditFilter, Outcome};
use opnc_services::parties::{self, PartyView};
use uuid::Uuid;

use super::record::Record;
use crate::Verdict;
use crate::config_arg::ConfigArg;
use crate::failure::Failure;
use crate::output::{self, Format};
use crate::table::Table;

/// List who changed what, the newest first
///
/// EMAIDs, PCIDs and fingerprints are kept as keyed hashes; a filter by one of them finds its rows all the same.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct List {
    #[command(flatten)]
    config: ConfigArg,

    /// Rows from this time on, for example 2026-11-01T00:00:00Z
    #[arg(long, value_name = "TIME")]
    since: Option<Timestamp>,

    /// Rows before this time
    #[arg(long, value_name = "TIME")]
    until: Option<Timestamp>,

    /// Rows of this party
    #[arg(long, value_name = "UUID")]
    party: Option<Uuid>,

    /// Rows of this user of the machine
    #[arg(long, value_name = "USER")]
    actor: Option<String>,

    /// Rows of this operation, for example PutRootCertificate
    #[arg(long, value_name = "NAME")]
    operation: Option<String>,

    /// Rows with this outcome: done, pending or denied
    #[arg(long, value_name = "OUTCOME", value_parser = outcome)]
    outcome: Option<Outcome>,

    /// Rows about this contract
    #[arg(long, group = "subjects", value_parser = |text: &str| Emaid::parse(text).map_err(|error| error.to_string()))]
    emaid: Option<Emaid>,

    /// Rows about this car
    #[arg(long, group = "subjects", value_parser = |text: &str| Pcid::parse(text).map_err(|error| error.to_string()))]
    pcid: Option<Pcid>,

    /// Rows about the root with this SHA-256 fingerprint
    #[arg(long, group = "subjects", value_parser = |text: &str| Fingerprint::parse(text).map_err(|error| error.to_string()))]
    fingerprint: Option<Fingerprint>,

    /// Rows about this subject: an EMAID, a PCID, a fingerprint, a party's name, client id or id, or the hash as the list
    /// shows it
    #[arg(long, group = "subjects", value_name = "ID")]
    subject: Option<String>,

    /// Rows before this number: the last one of the page before
    #[arg(long, value_name = "SEQ", conflicts_with = "after")]
    before: Option<u64>,

    /// Rows behind this number, the oldest first
    #[arg(long, value_name = "SEQ")]
    after: Option<u64>,

    /// At most so many rows
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    limit: u32,

    /// How to print them
    #[arg(long, value_enum, default_value_t)]
    output: Format,
}

const EXAMPLES: &str = "\
Examples:
  opnc audit list
  opnc audit list --since 2026-11-01T00:00:00Z --outcome denied
  opnc audit list --emaid DEABC123456789 --output json
  opnc audit list --subject 'Car Maker'
  opnc audit list --subject 00112233445566778899aabbccddeeff
  opnc audit list --before 950            the next page
  opnc audit list --after 0 --limit 100   from the beginning";

fn outcome(word: &str) -> Result<Outcome, String> {
    Outcome::parse(word).ok_or_else(|| "it is one of done, pending and denied".to_owned())
}

impl List {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        let opened = self.config.open().await?;
        let (caller, ecosystem) = (&opened.caller, &opened.ecosystem);
        let known = parties::list(caller, ecosystem).await.map_err(Failure::service)?;
        let filter = self.filter(ecosystem, &known)?;
        let rows = match self.after {
            Some(after) => audit::list(caller, ecosystem, &filter, after, self.limit).await,
            None => audit::latest(caller, ecosystem, &filter, self.before, self.limit).await,
        };
        let mut records: Vec<Record> = rows.map_err(Failure::ecosystem)?.into_iter().map(Record::new).collect();
        let names: HashMap<_, _> = known
            .into_iter()
            .map(|view| (audit::subject(ecosystem, &view.party.id.to_string()), view.party.name))
            .collect();
        for record in &mut records {
            record.subject_name = names.get(&record.subject).cloned();
        }
        match self.output {
            Format::Json => output::print_json(&records)?,
            Format::Table => output::print(table(&records).to_string())?,
        }
        opened.ecosystem.store().close().await;
        Ok(Verdict::Passed)
    }

    fn filter(&self, ecosystem: &Ecosystem, known: &[PartyView]) -> Result<AuditFilter, Failure> {
        let identifier = self
            .emaid
            .as_ref()
            .map(|emaid| emaid.contract_key().to_owned())
            .or_else(|| self.pcid.as_ref().map(|pcid| pcid.key().to_owned()))
            .or_else(|| self.fingerprint.as_ref().map(ToString::to_string));
        let hashed = identifier.map(|identifier| audit::subject(ecosystem, &identifier));
        let named = match (&hashed, &self.subject) {
            (None, Some(subject)) => Some(subject_hash(ecosystem, subject, known)?),
            _ => None,
        };
        Ok(AuditFilter {
            since: self.since,
            until: self.until,
            party_id: self.party,
            actor: self.actor.clone(),
            operation: self.operation.clone(),
            outcome: self.outcome,
            subject_hash: hashed.or(named),
        })
    }
}

/// The keyed hash of whatever is written: in its normal form where it is an EMAID, a PCID, a fingerprint or an id, and of the
/// party's id where it is the name or a client id of one.
fn subject_hash(ecosystem: &Ecosystem, subject: &str, known: &[PartyView]) -> Result<String, Failure> {
    let is_hash = subject.len() == 32 && subject.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hash {
        return Ok(subject.to_ascii_lowercase());
    }
    let is_meant =
        |view: &&PartyView| view.party.name == subject || view.clients.iter().any(|client| client.client_id == subject);
    let mut meant = known.iter().filter(is_meant);
    match (meant.next(), meant.next()) {
        (Some(one), None) => return Ok(audit::subject(ecosystem, &one.party.id.to_string())),
        (Some(one), Some(other)) => {
            let ids = format!("{}, {}", one.party.id, other.party.id);
            return Err(Failure::Ecosystem(format!(
                "several parties are called {subject:?}: {ids}; name one by its id"
            )));
        }
        _ => {}
    }
    let identifier = Emaid::parse(subject)
        .map(|emaid| emaid.contract_key().to_owned())
        .or_else(|_| Pcid::parse(subject).map(|pcid| pcid.key().to_owned()))
        .or_else(|_| Fingerprint::parse(&subject.replace(':', "")).map(|print| print.to_string()))
        .or_else(|_| subject.parse().map(|id: Uuid| id.to_string()));
    Ok(audit::subject(ecosystem, identifier.as_deref().unwrap_or(subject)))
}

fn table(records: &[Record]) -> Table {
    let mut table = Table::new(["SEQ", "TIME", "WHO", "OPERATION", "OUTCOME", "SUBJECT", "TRACE"]);
    for record in records {
        table.row([
            record.seq.to_string(),
            format!("{:.0}", record.at),
            record.who(),
            record.operation.clone(),
            record.outcome.to_owned(),
            match &record.subject_name {
                Some(name) => format!("{} ({name})", record.subject),
                None => record.subject.clone(),
            },
            record.trace_id.to_string(),
        ]);
    }
    table
}
