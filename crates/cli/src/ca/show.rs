//! `opnc ca show`: one certificate with all that is known of it.

use clap::Args;
use opnc_messages::ids::Fingerprint;
use opnc_pki::Certificate;
use opnc_services::ca;

use super::record::Record;
use crate::Verdict;
use crate::config_arg::ConfigArg;
use crate::failure::Failure;
use crate::output::{self, Format};

/// Show a certificate that one of the CAs has issued, and the certificate itself in PEM
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Show {
    #[command(flatten)]
    config: ConfigArg,

    /// Its SHA-256 fingerprint, 64 hexadecimal digits, or a file with the certificate
    #[arg(value_name = "FINGERPRINT|FILE", value_parser = super::certificate)]
    fingerprint: Fingerprint,

    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    output: Format,
}

const EXAMPLES: &str = "\
Examples:
  opnc ca show 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
  opnc ca show station.pem
  opnc ca show 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 | opnc cert show -";

impl Show {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        let opened = self.config.open().await?;
        let found = ca::find(&opened.caller, &opened.ecosystem, &self.fingerprint);
        let issued = found.await.map_err(Failure::service)?;
        let record = Record::from(&issued);
        match self.output {
            Format::Json => output::print_json(&record)?,
            Format::Table => {
                let certificate = Certificate::from_der(&issued.der).map_err(Failure::ecosystem)?;
                let reason = record.reason.map(|reason| format!(" ({reason})")).unwrap_or_default();
                output::print(format!(
                    "{}: {} of ISO 15118-{}\nserial {}\nissued {}, until {}\n{}{reason}\n{}",
                    record.subject,
                    record.profile,
                    record.iso15118,
                    record.serial,
                    issued.created_at,
                    record.not_after,
                    record.status,
                    certificate.to_pem()
                ))?;
            }
        }
        opened.ecosystem.store().close().await;
        Ok(Verdict::Passed)
    }
}
