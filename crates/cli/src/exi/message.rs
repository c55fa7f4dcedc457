//! A message from a file.

use opnc_exi::{iso2, iso20};

use crate::failure::Failure;
use crate::input::{self, Input};

/// The first byte of every message of ISO 15118. No text starts with it.
const EXI_HEADER: u8 = 0x80;

/// A message of either generation.
pub(super) enum Message {
    Iso2(iso2::Message),
    Iso20(iso20::Message),
}

/// Reads a message that is given as EXI itself, or as the hex or base64 text of it. The first bits tell the generations
/// apart; where neither can be read, the problem is that of the one whose reader came further.
pub(super) fn read(file: &Input) -> Result<Message, Failure> {
    let content = file.read()?;
    let exi = if content.first() != Some(&EXI_HEADER) && content.is_ascii() {
        input::binary_of_text(&content).ok_or_else(|| file.problem("neither EXI nor the hex or base64 text of it"))?
    } else {
        content
    };
    match (iso2::decode(&exi), iso20::decode(&exi)) {
        (Ok(message), _) => Ok(Message::Iso2(message)),
        (_, Ok(message)) => Ok(Message::Iso20(message)),
        (Err(error), Err(error20)) => Err(file.problem(if error20.bit > error.bit {
            format!("not a certificate message of ISO 15118-20: {error20}")
        } else {
            format!("not a certificate message of ISO 15118-2: {error}")
        })),
    }
}
