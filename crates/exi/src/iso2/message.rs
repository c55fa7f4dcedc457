//! `V2G_Message`: the one root element of ISO 15118-2.

use super::{Body, Header};
use crate::bits::{Reader, Writer};
use crate::{EncodeError, Error, ErrorKind, HEADER};

/// The event code of `V2G_Message` among the global elements of the schema, in 7 bits.
const ROOT: u32 = 76;
const ROOT_WIDTH: u32 = 7;

/// A message: header and body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Session, notification and signature.
    pub header: Header,
    /// The message proper.
    pub body: Body,
}

/// Reads an EXI document. The whole input must be one message that [`encode`] would write in the same way.
///
/// Refused are, besides what is cut short or broken:
/// - other messages of ISO 15118-2, by their names, and other document elements;
/// - everything outside of the schema (second-level event codes), `KeyInfo`, `Object` and parameters in a signature;
/// - references to the string table, integers that are longer than they need to be, bytes after the end;
/// - values beyond the length facets of the schema, which EXI itself does not check: certificates of more than 800 bytes,
///   a wrapped key of more than 48, a DH public key of more than 65, a session of more than 8 bytes, a fault message of more
///   than 64 characters, an EMAID of other than 14 or 15; more than 4 sub certificates or 20 roots;
/// - more than [`MAX_REFERENCES`](crate::xmldsig::MAX_REFERENCES) references or
///   [`MAX_TRANSFORMS`](crate::xmldsig::MAX_TRANSFORMS) transforms, which the schema leaves open.
///
/// No input makes this panic. Memory stays below a small multiple of the input: every list has a fixed limit, and a length
/// is compared with what is left of the input before memory is taken for it.
pub fn decode(input: &[u8]) -> Result<Message, Error> {
    let mut reader = Reader::new(input);
    let header = reader.bits(8)?;
    if header != HEADER {
        return Err(Error { kind: ErrorKind::Header(header as u8), bit: 0 });
    }
    let root = reader.bits(ROOT_WIDTH)?;
    if root != ROOT {
        return Err(Error { kind: ErrorKind::Root(root), bit: 8 });
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
    writer.bits(ROOT, ROOT_WIDTH);
    message.write(&mut writer)?;
    Ok(writer.finish())
}

impl Message {
    fn read(reader: &mut Reader<'_>) -> Result<Message, Error> {
        reader.only(1)?; // SE(Header)
        let header = Header::read(reader)?;
        reader.only(1)?; // SE(Body)
        let body = Body::read(reader)?;
        reader.only(1)?; // EE(V2G_Message)
        Ok(Message { header, body })
    }

    fn write(&self, writer: &mut Writer) -> Result<(), EncodeError> {
        writer.only(1);
        self.header.write(writer)?;
        writer.only(1);
        self.body.write(writer)?;
        writer.only(1);
        Ok(())
    }
}
