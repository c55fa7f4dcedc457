//! `opnc party certificate`: TLS client certificates as credentials.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use opnc_messages::ids::Fingerprint;
use opnc_pki::certificate::Outline;
use opnc_services::{client_certificates, parties};
use serde_json::json;

use crate::Verdict;
use crate::config_arg::ConfigArg;
use crate::failure::Failure;
use crate::output::{self, Format};
use crate::table::Table;

/// Register TLS client certificates of a party by their fingerprint, or show those it has
///
/// A certificate that lies below tls.client_ca_file needs no registration: its common name is the client id.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Certificate {
    /// Its id, client id or name
    party: String,

    /// Make the certificate in this file (PEM) a credential of the party
    #[arg(long, value_name = "FILE", conflicts_with = "remove")]
    add: Option<PathBuf>,

    /// Take the certificate with this SHA-256 fingerprint away
    #[arg(long, value_name = "FINGERPRINT")]
    remove: Option<String>,

    #[command(flatten)]
    config: ConfigArg,

    /// How to print those it has
    #[arg(long, value_enum, default_value_t)]
    output: Format,
}

const EXAMPLES: &str = "\
Examples:
  opnc party certificate 'Car Maker' --add client.pem
  opnc party certificate 'Car Maker'
  opnc party certificate 'Car Maker' --remove \"$(openssl x509 -in client.pem -noout -fingerprint -sha256 | cut -d= -f2)\"";

impl Certificate {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        let opened = self.config.open().await?;
        let (caller, ecosystem) = (&opened.caller, &opened.ecosystem);
        let party = parties::find(caller, ecosystem, &self.party).await.map_err(Failure::service)?.party.id;
        if let Some(file) = &self.add {
            let leaf = outline(file)?;
            client_certificates::pin(caller, ecosystem, party, &leaf).await.map_err(Failure::service)?;
            output::print(format!("{} is a credential now: {}\n", leaf.fingerprint(), leaf.subject()))?;
        } else if let Some(fingerprint) = &self.remove {
            let fingerprint = Fingerprint::parse(fingerprint)
                .map_err(|error| Failure::Content { name: "--remove".to_owned(), problem: error.to_string() })?;
            client_certificates::unpin(caller, ecosystem, party, fingerprint).await.map_err(Failure::service)?;
            output::print(format!("{fingerprint} is no credential any more, within five seconds.\n"))?;
        } else {
            let certificates =
                client_certificates::of_party(caller, ecosystem, party).await.map_err(Failure::service)?;
            match self.output {
                Format::Json => {
                    let records = certificates.iter().map(|one| {
                        json!({ "fingerprint": one.fingerprint, "notAfter": one.not_after, "subject": one.subject })
                    });
                    output::print_json(&records.collect::<Vec<_>>())?;
                }
                Format::Table => {
                    let mut table = Table::new(["FINGERPRINT", "UNTIL", "SUBJECT"]);
                    for one in certificates {
                        table.row([one.fingerprint.to_string(), one.not_after.to_string(), one.subject]);
                    }
                    output::print(table.to_string())?;
                }
            }
        }
        Ok(Verdict::Passed)
    }
}

/// The first certificate of a file.
pub(super) fn outline(file: &Path) -> Result<Outline, Failure> {
    let name = file.display().to_string();
    let text = fs::read_to_string(file).map_err(|source| Failure::Read { name: name.clone(), source })?;
    Outline::from_pem(&text).map_err(|error| Failure::Content { name, problem: error.to_string() })
}
