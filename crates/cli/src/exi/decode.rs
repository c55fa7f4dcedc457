//! `opnc exi decode`: a message as JSON.

use clap::Args;

use super::json;
use super::message::{self, Message};
use crate::failure::Failure;
use crate::input::Input;
use crate::{Verdict, output};

/// Print a message as JSON
///
/// Knows CertificateInstallationReq and -Res of ISO 15118-2 and ISO 15118-20, CertificateUpdateReq and -Res of ISO 15118-2. The JSON names the elements as
/// the schema does and has the shape that the Python package iso15118 reads and writes: binary values in base64, the
/// session ID in hex, serial numbers as integers of any size.
///
/// What cannot be decoded is refused with the reason and the bit at which it showed.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Decode {
    /// The message: EXI, or its hex or base64 text; - for the standard input
    file: Input,
}

const EXAMPLES: &str = "\
Examples:
  opnc exi decode response.exi
  echo gJgCDEyM... | opnc exi decode -
  opnc exi decode response.exi | jq -r .V2G_Message.Body.CertificateInstallationRes.eMAID.value";

impl Decode {
    pub(crate) fn run(self) -> Result<Verdict, Failure> {
        let message = message::read(&self.file)?;
        output::print_json(&match &message {
            Message::Iso2(message) => json::Json::from(message),
            Message::Iso20(message) => json::Json::from(message),
        })?;
        Ok(Verdict::Passed)
    }
}
