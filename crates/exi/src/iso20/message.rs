//! A document of ISO 15118-20: the message is the root element, and its header comes first in it.

use super::element::{ELEMENTS, INSTALLATION_REQ, INSTALLATION_RES, SESSION_STOP_RES};
use super::{CertificateInstallationReq, CertificateInstallationRes, Header};
use crate::bits::{Reader, Writer};
use crate::{EncodeError, Error, ErrorKind, HEADER};

const ELEMENT_COUNT: u32 = ELEMENTS.len() as u32;

/// A message: header and body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Session, time and signature.
    pub header: Header,
    /// The message proper.
    pub body: Body,
}

/// The message proper: what follows the header in the root element, whose name this is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// A car asks for its contract certificates.
    CertificateInstallationReq(CertificateInstallationReq),
    /// The answer to it.
    CertificateInstallationRes(CertificateInstallationRes),
}

/// Reads an EXI document. The whole input must be one message that [`encode`] would write in the same way.
///
/// Refused are, besides what is cut short or broken:
/// - other messages of ISO 15118-20, by their names, and messages of ISO 15118-2;
/// - everything outside of the schema (second-level event codes), `KeyInfo`, `Object` and parameters in a signature;
/// - references to the string table, integers that are longer than they need to be, bytes after the end;
/// - values beyond the length facets of the schema, which EXI itself does not check: certificates of more than 1,600 bytes,
///   a session of other than 8, an EMAID of more than 255 characters, keys of other lengths than
///   [`SignedInstallationData`](super::SignedInstallationData) says; more than 3 sub certificates, 20 roots or 8 EMAIDs;
/// - more than [`MAX_REFERENCES`](crate::xmldsig::MAX_REFERENCES) references or
///   [`MAX_TRANSFORMS`](crate::xmldsig::MAX_TRANSFORMS) transforms, which the schema leaves open.
///
/// Whether the curve, the public key and the wrapped key fit each other is not looked at: the schema does not tie them.
///
/// No input makes this panic. Memory stays below a small multiple of the input: every list has a fixed limit, and a length
/// is compared with what is left of the input before memory is taken for it.
pub fn decode(input: &[u8]) -> Result<Message, Error> {
    let mut reader = Reader::new(input);
    let header = reader.bits(8)?;
    if header != HEADER {
        return Err(Error { kind: ErrorKind::Header(header as u8), bit: 0 });
    }
    let message = Message::read(&mut reader)?;
    reader.finish()?;
    Ok(message)
}

/// Writes a message as an EXI document.
///
/// Fails where a value is outside of the schema, so that everything written can be read by [`decode`] again.
pub fn encode(message: &Message) -> Result<Vec<u8>, EncodeError> {
    let mut writer = Writer::new();
    writer.bits(HEADER, 8);
    message.write(&mut writer)?;
    Ok(writer.finish())
}

impl Message {
    fn read(reader: &mut Reader<'_>) -> Result<Message, Error> {
        let bit = reader.position();
        let element = reader.event(ELEMENT_COUNT)?;
        if element != INSTALLATION_REQ && element != INSTALLATION_RES {
            return Err(Error { kind: other(element, reader), bit });
        }
        reader.only(1)?; // SE(Header)
        let header = Header::read(reader)?;
        let body = if element == INSTALLATION_REQ {
            Body::CertificateInstallationReq(CertificateInstallationReq::read(reader)?)
        } else {
            Body::CertificateInstallationRes(CertificateInstallationRes::read(reader)?)
        };
        Ok(Message { header, body })
    }

    fn write(&self, writer: &mut Writer) -> Result<(), EncodeError> {
        let element = match self.body {
            Body::CertificateInstallationReq(_) => INSTALLATION_REQ,
            Body::CertificateInstallationRes(_) => INSTALLATION_RES,
        };
        writer.event(element, ELEMENT_COUNT);
        writer.only(1);
        self.header.write(writer)?;
        match &self.body {
            Body::CertificateInstallationReq(request) => request.write(writer),
            Body::CertificateInstallationRes(response) => response.write(writer),
        }
    }
}

/// What a document is that starts with another element.
///
/// The first bits of `V2G_Message` in ISO 15118-2 are those of `SessionStopRes` here. What follows tells them apart: here
/// the length of the session comes after three events and is 8; there it comes a bit later, so it looks like 4 or less.
fn other(element: u32, reader: &mut Reader<'_>) -> ErrorKind {
    let is_iso2 =
        element == SESSION_STOP_RES && reader.only(3).and_then(|()| reader.bits(8)).is_ok_and(|bits| bits <= 4);
    if is_iso2 {
        return ErrorKind::OtherGeneration("ISO 15118-2");
    }
    ELEMENTS.get(element as usize).map_or(ErrorKind::UnknownEvent(element), |name| ErrorKind::OtherMessage(name))
}
