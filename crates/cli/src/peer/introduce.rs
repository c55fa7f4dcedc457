//! `opnc peer introduce`: the description of another ecosystem comes in, and waits.

use clap::Args;
use opnc_services::peers::{self, Received};
use serde_json::json;

use crate::Verdict;
use crate::config_arg::ConfigArg;
use crate::failure::Failure;
use crate::input::Input;
use crate::output::{self, Format};

/// Take the signed description of another ecosystem, which waits then for `opnc peer accept`
///
/// Its signature is checked with the key that it names itself, which proves nothing of who made it: ask the other operator
/// by another way for the fingerprint of that key. Nothing is trusted or asked before you accept it. One of a peer that you
/// have already is a change that waits in the same way.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Introduce {
    /// The file, - for the standard input, or an https URL
    document: String,

    /// The fingerprint of their key, as their operator has said it by another way
    // One in 64 begins with a hyphen.
    #[arg(long, value_name = "FINGERPRINT", allow_hyphen_values = true)]
    fingerprint: Option<String>,

    #[command(flatten)]
    config: ConfigArg,

    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    output: Format,
}

const EXAMPLES: &str = "\
Examples:
  opnc peer introduce them.jws
  opnc peer introduce https://pools.example/opnc.jws --fingerprint oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U";

impl Introduce {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        let is_url = ["https://", "http://"].iter().any(|scheme| self.document.starts_with(scheme));
        let opened = self.config.open().await?;
        let (caller, ecosystem) = (&opened.caller, &opened.ecosystem);
        let document = if is_url {
            peers::fetch_description(ecosystem, &self.document).await.map_err(Failure::service)?
        } else {
            Input::from(std::ffi::OsString::from(&self.document)).read()?
        };
        let introduced = peers::introduce(caller, ecosystem, &document, self.fingerprint.as_deref()).await;
        let (described, received) = introduced.map_err(Failure::service)?;
        opened.ecosystem.store().close().await;
        let (name, key) = (&described.description.name, &described.key_id);
        let confirmed = self.fingerprint.is_some();
        match self.output {
            Format::Json => output::print_json(&json!({
                "name": name, "fingerprint": key, "waits": received == Received::Waits, "confirmed": confirmed,
                "description": described.description,
            }))?,
            Format::Table => output::print(match (received, confirmed) {
                (Received::Known, _) => format!("{name} says nothing new; its latest description is kept.\n"),
                (_, true) => {
                    format!("{name} waits: `opnc peer introductions` shows it, `opnc peer accept` makes it a peer.\n")
                }
                (_, false) => format!(
                    "{name} waits. Its key has the fingerprint\n  {key}\nwhich `opnc peer accept` wants as its operator says it.\n"
                ),
            })?,
        }
        Ok(Verdict::Passed)
    }
}
