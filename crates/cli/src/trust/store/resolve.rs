//! `opnc trust store resolve`: which root of a store a certificate leads to.

use std::path::PathBuf;

use clap::Args;
use jiff::Timestamp;
use opnc_client::trust::Store;
use opnc_pki::chain::Purpose;
use opnc_pki::{Clock, SystemClock};
use serde_json::json;

use crate::failure::Failure;
use crate::input::Input;
use crate::output::{self, Format};
use crate::trust::bundle::purpose;
use crate::trusted::time;
use crate::{Verdict, certificates};

/// Find the root of a store that a certificate leads to, without a network
///
/// A bundle whose time is over gives no answer. Revocation is not checked: nobody can be asked.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Resolve {
    /// The store's file
    store: PathBuf,

    /// The certificate and the CA certificates that came with it, in any order; - for the standard input
    chain: Input,

    /// What the certificate is wanted for: contract, provisioning, cps, secc or vehicle
    #[arg(long, value_parser = purpose)]
    purpose: Purpose,

    /// The time at which everything must be good [default: now]
    #[arg(long, value_name = "TIME", value_parser = time)]
    at: Option<Timestamp>,

    /// How to print the answer
    #[arg(long, value_enum, default_value_t)]
    output: Format,
}

const EXAMPLES: &str = "\
Examples:
  opnc trust store resolve roots.store contract.pem --purpose contract";

impl Resolve {
    pub(super) fn run(self) -> Result<Verdict, Failure> {
        let store = Store::open(&self.store).map_err(Failure::ecosystem)?;
        let certificates = certificates::read(&self.chain)?;
        let at = self.at.unwrap_or_else(|| SystemClock.now());
        match store.resolve(&certificates, self.purpose, at) {
            Ok(resolved) => {
                let anchor = resolved.path.anchor();
                let name = anchor.subject().to_string();
                let warnings: Vec<String> = resolved.warnings.iter().map(ToString::to_string).collect();
                match self.output {
                    Format::Json => output::print_json(&json!({
                        "resolved": true, "purpose": self.purpose.as_str(), "bundleVersion": store.bundle().version,
                        "anchor": { "subject": name, "fingerprint": anchor.fingerprint() }, "warnings": warnings,
                    }))?,
                    Format::Table => {
                        let mut text = format!("trusted: {name}\n         {}\n", anchor.fingerprint());
                        for warning in warnings {
                            text += &format!("warning: {warning}\n");
                        }
                        output::print(text)?;
                    }
                }
                Ok(Verdict::Passed)
            }
            Err(error) => {
                match self.output {
                    Format::Json => output::print_json(&json!({ "resolved": false, "reason": error.to_string() }))?,
                    Format::Table => output::print(format!("NOT TRUSTED: {error}\n"))?,
                }
                Ok(Verdict::Failed)
            }
        }
    }
}
