//! `opnc exi`: the certificate messages that a car and its station exchange.

mod decode;
mod json;
mod json20;
mod message;
mod verify;

use clap::Subcommand;

use crate::Verdict;
use crate::failure::Failure;

/// Look into ISO 15118 certificate messages
#[derive(Subcommand)]
pub(crate) enum Exi {
    Decode(decode::Decode),
    Verify(verify::Verify),
}

impl Exi {
    pub(crate) fn run(self) -> Result<Verdict, Failure> {
        match self {
            Exi::Decode(decode) => decode.run(),
            Exi::Verify(verify) => verify.run(),
        }
    }
}
