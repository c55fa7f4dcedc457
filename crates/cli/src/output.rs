//! Everything that is printed goes through here.
//!
//! The print macros of the standard library panic when the reader has gone, as `head` does after ten lines. A reader that
//! has seen enough is no error.

use std::io::{self, ErrorKind, Write};

use crate::failure::Failure;

/// For whom a list is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(crate) enum Format {
    /// For people
    #[default]
    Table,
    /// For programs
    Json,
}

/// Prints text as it is to the standard output.
pub(crate) fn print(text: impl AsRef<[u8]>) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_ref()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::Write(error)),
        _ => Ok(()),
    }
}

/// Prints what is shown this once: a reader that has gone is an error here, as nobody has seen it.
pub(crate) fn print_secret(text: impl AsRef<[u8]>) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_ref()).and_then(|()| stdout.flush()).map_err(Failure::Write)
}

/// Prints a value as indented JSON to the standard output.
pub(crate) fn print_json(value: &impl serde::Serialize) -> Result<(), Failure> {
    print(json(value)?)
}

/// A value as indented JSON.
pub(crate) fn json(value: &impl serde::Serialize) -> Result<String, Failure> {
    let text = serde_json::to_string_pretty(value).map_err(|error| Failure::Write(error.into()))?;
    Ok(text + "\n")
}

/// Says on the standard error what should be looked at, and is no failure.
pub(crate) fn warn(text: impl std::fmt::Display) {
    let _ = writeln!(io::stderr(), "warning: {text}");
}

/// Says on the standard error what belongs to the output, and is no part of it.
pub(crate) fn remark(text: impl std::fmt::Display) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Says on the standard error why the program gives up. Nobody is left to tell when that fails too.
pub(crate) fn complain(failure: &Failure) {
    let _ = writeln!(io::stderr(), "opnc: {failure}");
}
