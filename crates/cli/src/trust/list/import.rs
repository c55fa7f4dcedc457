//! `opnc trust list import`: keeps a list; nothing is trusted by it yet.

use clap::Args;
use opnc_client::signed::KeySet;
use opnc_services::trust::lists;

use super::show::print;
use crate::Verdict;
use crate::config_arg::ConfigArg;
use crate::failure::Failure;
use crate::input::Input;
use crate::output::Format;

/// Keep a signed trust list of somebody else
///
/// Nothing is trusted by it until 'opnc trust list apply'. The first list of a name needs the key of who signed it, which you
/// got by another way; its successors are taken when they are signed by a key that the list before lets follow.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Import {
    #[command(flatten)]
    config: ConfigArg,

    /// The signed list; - for the standard input
    file: Input,

    /// Trust this key: a JSON Web Key Set, or a public key in PEM
    #[arg(long, value_name = "FILE")]
    key: Option<Input>,

    /// How to print the list
    #[arg(long, value_enum, default_value_t)]
    output: Format,
}

const EXAMPLES: &str = "\
Examples:
  opnc trust list import european-ctl.jws --key european-ctl-key.pem
  opnc trust list import european-ctl-2.jws";

impl Import {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        let document = self.file.read()?;
        let keys = match &self.key {
            Some(file) => Some(KeySet::parse(&file.read()?).map_err(|error| file.problem(error))?),
            None => None,
        };
        let opened = self.config.open().await?;
        let imported = lists::import(&opened.caller, &opened.ecosystem, &document, keys.as_ref()).await;
        opened.ecosystem.store().close().await;
        print(&[imported.map_err(Failure::service)?], self.output)?;
        Ok(Verdict::Passed)
    }
}
