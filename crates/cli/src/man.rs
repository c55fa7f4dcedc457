//! `opnc man`: manual pages, one for each command.

use std::path::PathBuf;

use clap::{Args, CommandFactory};

use crate::failure::Failure;
use crate::{Cli, Verdict, output};

/// Write the manual pages into a folder
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Man {
    /// The folder; made when it is missing
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

const EXAMPLES: &str = "\
Examples:
  opnc man /usr/local/share/man/man1
  opnc man ./man && man -l ./man/opnc-serve.1";

impl Man {
    pub(crate) fn run(self) -> Result<Verdict, Failure> {
        std::fs::create_dir_all(&self.folder).map_err(|source| Failure::write(&self.folder, source))?;
        clap_mangen::generate_to(Cli::command().disable_help_subcommand(true), &self.folder)
            .map_err(|source| Failure::write(&self.folder, source))?;
        output::print(format!("The manual pages are in {}\n", self.folder.display()))?;
        Ok(Verdict::Passed)
    }
}
