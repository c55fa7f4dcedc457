//! Help whose examples can be copied: their lines stay whole on the narrowest terminal, where prose is wrapped.
//!
//! What wraps help breaks lines at spaces and nothing else. So the spaces of a line that stands two to the right, as examples do,
//! are others until the text is printed.

use std::io::{self, IsTerminal, Write};

use clap::error::ErrorKind;
use clap::{Command, CommandFactory, FromArgMatches};

use crate::Cli;

/// A space that no line is broken at, and that no text of ours has.
const KEPT: char = '\u{a0}';

/// Reads the arguments; where there is something else to say, says it and ends the program.
pub(crate) fn parse() -> Cli {
    let mut command = whole(Cli::command());
    let parsed = command.try_get_matches_from_mut(std::env::args_os());
    match parsed.and_then(|found| Cli::from_arg_matches(&found)) {
        Ok(cli) => cli,
        Err(error)
            if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand) =>
        {
            let text = error.render();
            let code = error.exit_code();
            let (mut out, mut err) = (io::stdout().lock(), io::stderr().lock());
            let is_terminal = if code == 0 { out.is_terminal() } else { err.is_terminal() };
            let text = if is_terminal { text.ansi().to_string() } else { text.to_string() };
            let text = text.replace(KEPT, " ");
            // A reader that has gone has seen enough.
            let _ = if code == 0 { out.write_all(text.as_bytes()) } else { err.write_all(text.as_bytes()) };
            std::process::exit(code)
        }
        Err(error) => error.exit(),
    }
}

fn whole(command: Command) -> Command {
    let kept = command.get_after_help().map(|text| keep(&text.to_string()));
    let command = command.mut_subcommands(whole);
    match kept {
        Some(text) => command.after_help(text),
        None => command,
    }
}

fn keep(text: &str) -> String {
    let line = |line: &str| if line.starts_with("  ") { line.replace(' ', &KEPT.to_string()) } else { line.to_owned() };
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}
