//! `opnc trust bundle`: the roots that a station, a car or a backend should hold.

use std::fs;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use opnc_messages::IsoVersion;
use opnc_pki::chain::Purpose;
use opnc_services::trust::bundle::{self, Format, Wanted};

use crate::Verdict;
use crate::config_arg::ConfigArg;
use crate::failure::Failure;
use crate::output;

/// Write the roots that a station, a car or a backend should hold
///
/// The signed form (jws) can travel any way: its reader needs a key of 'opnc trust keys' that came by another one. It ends
/// after the time that trust.lifetime says, and `opnc trust store` takes no earlier one after a later.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Bundle {
    #[command(flatten)]
    config: ConfigArg,

    /// Only roots for this purpose: contract, provisioning, cps, secc or vehicle
    #[arg(long, value_parser = purpose)]
    purpose: Option<Purpose>,

    /// Only roots of this edition
    #[arg(long = "iso", value_parser = edition, value_name = "2|20")]
    iso: Option<IsoVersion>,

    /// Only roots on this trust list, 'European CTL' (or EU) for example
    #[arg(long, value_name = "NAME")]
    trust_list: Option<String>,

    /// And the CAs below these roots that the pools know, for leaves that come alone (json and jws)
    #[arg(long)]
    sub_cas: bool,

    /// The form
    #[arg(long, value_enum, default_value_t = Form::Jws)]
    format: Form,

    /// Only what changed since this version (json and jws)
    #[arg(long, value_name = "VERSION")]
    since: Option<u64>,

    /// The file to write; without it, the standard output
    #[arg(long, short, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// The form of a bundle.
#[derive(Clone, Copy, ValueEnum)]
enum Form {
    /// Certificates, one after the other
    Pem,
    /// A DER file for each certificate
    Zip,
    /// A document
    Json,
    /// The document, signed
    Jws,
}

const EXAMPLES: &str = "\
Examples:
  opnc trust bundle --purpose contract --out contract-roots.jws
  opnc trust bundle --purpose contract --trust-list EU --format pem --out roots.pem
  opnc trust bundle --purpose contract --sub-cas --out for-leaves-alone.jws
  opnc trust bundle --format json --since 1764000000";

impl Bundle {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        let opened = self.config.open().await?;
        let (purpose, iso_version, trust_list) = (self.purpose, self.iso, self.trust_list);
        let wanted = Wanted { purpose, iso_version, trust_list, sub_cas: self.sub_cas };
        let format = match self.format {
            Form::Pem => Format::Pem,
            Form::Zip => Format::Zip,
            Form::Json => Format::Json,
            Form::Jws => Format::Jws,
        };
        let body = match self.since {
            Some(since) => {
                bundle::changes(&opened.caller, &opened.ecosystem, &wanted, since, format).await.map(|it| it.0)
            }
            None => bundle::get(&opened.caller, &opened.ecosystem, &wanted, format).await.map(|it| it.body.to_vec()),
        };
        opened.ecosystem.store().close().await;
        let body = body.map_err(Failure::service)?;
        match &self.out {
            Some(file) => fs::write(file, body).map_err(|error| Failure::write(file, error))?,
            None => output::print(ended(body, self.format))?,
        }
        Ok(Verdict::Passed)
    }
}

/// A document ends its line where it is printed; certificates in PEM do so anyway.
fn ended(mut body: Vec<u8>, form: Form) -> Vec<u8> {
    if matches!(form, Form::Json | Form::Jws) {
        body.push(b'\n');
    }
    body
}

pub(super) fn purpose(text: &str) -> Result<Purpose, String> {
    Purpose::parse(text).ok_or_else(|| format!("one of {}", Purpose::ALL.map(Purpose::as_str).join(", ")))
}

fn edition(text: &str) -> Result<IsoVersion, String> {
    IsoVersion::parse(text.trim_start_matches("ISO15118-")).ok_or_else(|| "2 or 20".to_owned())
}
