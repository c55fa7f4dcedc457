//! `opnc trust store update`: a newer bundle, when it is genuine, newer, and good now.

use std::path::PathBuf;

use clap::Args;
use jiff::Timestamp;
use opnc_client::signed::KeySet;
use opnc_client::trust::Store;
use opnc_pki::{Clock, SystemClock};

use super::show::Record;
use crate::Verdict;
use crate::failure::Failure;
use crate::input::Input;
use crate::output::{self, Format};
use crate::trusted::time;

/// Take a signed bundle into a store
///
/// Refused are: a signature that does not fit, a bundle whose time is over or has not begun, one of another ecosystem or
/// selection, and one that is older than the bundle that is there. Then the store stays as it is.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Update {
    /// The store's file
    store: PathBuf,

    /// The signed bundle; - for the standard input
    bundle: Input,

    /// Begin a new store, and trust this key: a JSON Web Key Set of 'opnc trust keys', or a public key in PEM
    #[arg(long, value_name = "FILE")]
    key: Option<Input>,

    /// The time at which the bundle must be good [default: now]
    #[arg(long, value_name = "TIME", value_parser = time)]
    at: Option<Timestamp>,

    /// How to print what is in the store then
    #[arg(long, value_enum, default_value_t)]
    output: Format,
}

const EXAMPLES: &str = "\
Examples:
  opnc trust store update roots.store bundle.jws --key keys.json   the first time
  opnc trust store update roots.store bundle.jws                   from then on";

impl Update {
    pub(super) fn run(self) -> Result<Verdict, Failure> {
        if self.key.is_none() && !self.store.exists() {
            let store = self.store.display();
            return Err(Failure::ecosystem(format!(
                "{store}: there is no store yet; --key FILE begins one, with a key of 'opnc trust keys' that you got by \
                 another way than the bundle"
            )));
        }
        let text = self.bundle.read()?;
        let at = self.at.unwrap_or_else(|| SystemClock.now());
        let updated = match &self.key {
            Some(file) => {
                let keys = KeySet::parse(&file.read()?).map_err(|error| file.problem(error))?;
                Store::create(&self.store, &text, &keys, at)
            }
            None => Store::open(&self.store).and_then(|mut store| store.update(&text, at).map(|()| store)),
        };
        match updated {
            Ok(store) => {
                Record::of(&store, at).print(self.output)?;
                Ok(Verdict::Passed)
            }
            Err(error) => {
                output::complain(&self.bundle.problem(format!("refused: {error}")));
                Ok(Verdict::Failed)
            }
        }
    }
}
