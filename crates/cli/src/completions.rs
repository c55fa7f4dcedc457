//! `opnc completions`: what a shell needs to complete our commands.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::failure::Failure;
use crate::{Cli, Verdict, output};

/// Print the completion script of a shell
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Completions {
    /// The shell to complete for
    shell: Shell,
}

const EXAMPLES: &str = "\
Examples:
  opnc completions bash > ~/.local/share/bash-completion/completions/opnc
  opnc completions zsh  > ~/.zfunc/_opnc
  opnc completions fish > ~/.config/fish/completions/opnc.fish";

impl Completions {
    pub(crate) fn run(self) -> Result<Verdict, Failure> {
        // Into memory first: the generator panics when its writer fails.
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "opnc", &mut script);
        output::print(script)?;
        Ok(Verdict::Passed)
    }
}
