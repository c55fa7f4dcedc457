//! A message from a file.

use opnc_exi::iso2;

use crate::failure::Failure;
use crate::input::{self, Input};

/// The first byte of every message of ISO 15118. No text starts with it.
const EXI_HEADER: u8 = 0x80;

/// Reads a message that is given as EXI itself, or as the hex or base64 text of it.
pub(super) fn read(file: &Input) -> Result<iso2::Message, Failure> {
    let content = file.read()?;
    let exi = if content.first() != Some(&EXI_HEADER) && content.is_ascii() {
        input::binary_of_text(&content).ok_or_else(|| file.problem("neither EXI nor the hex or base64 text of it"))?
    } else {
        content
    };
    iso2::decode(&exi).map_err(|error| file.problem(format!("not a certificate message of ISO 15118-2: {error}")))
}
