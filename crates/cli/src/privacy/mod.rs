//! `opnc privacy`: what is held about a contract or a car, shown and erased.

mod erase;
mod export;

use clap::{Args, Subcommand};
use opnc_messages::ids::{Emaid, Pcid};
use opnc_services::privacy::Subject;

use crate::Verdict;
use crate::failure::Failure;

/// Show or erase what is held about a person's contract or car
#[derive(Subcommand)]
pub(crate) enum PrivacyVerb {
    Export(export::Export),
    Erase(erase::Erase),
}

/// Which contract or car.
#[derive(Args)]
#[group(required = true, multiple = false)]
struct SubjectArg {
    /// The contract
    #[arg(long, value_parser = |text: &str| Emaid::parse(text).map_err(|error| error.to_string()))]
    emaid: Option<Emaid>,

    /// The car
    #[arg(long, value_parser = |text: &str| Pcid::parse(text).map_err(|error| error.to_string()))]
    pcid: Option<Pcid>,
}

impl SubjectArg {
    fn subject(self) -> Result<Subject, Failure> {
        let subject = self.emaid.map(Subject::Emaid).or(self.pcid.map(Subject::Pcid));
        subject.ok_or_else(|| Failure::Ecosystem("name an EMAID or a PCID".to_owned()))
    }
}

impl PrivacyVerb {
    pub(crate) fn run(self) -> Result<Verdict, Failure> {
        let runtime = tokio::runtime::Runtime::new().map_err(Failure::ecosystem)?;
        runtime.block_on(async {
            match self {
                Self::Export(export) => export.run().await,
                Self::Erase(erase) => erase.run().await,
            }
        })
    }
}
