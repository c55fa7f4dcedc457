//! `Header`: the session, the time, and the signature over an element of the message.

use crate::bits::{Reader, Writer};
use crate::value::Limit;
use crate::xmldsig::Signature;
use crate::{EncodeError, Error};

const SESSION_ID_LENGTH: usize = 8;
const SESSION_ID: Limit = Limit::exactly("SessionID", SESSION_ID_LENGTH);

/// The header of a message. No signature covers it, so a backend may put another session into a stored message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Header {
    /// The session between car and station.
    pub session_id: [u8; SESSION_ID_LENGTH],
    /// When the message was sent, in seconds since 1970 (UTC).
    pub timestamp: u64,
    /// The signature over an element of the message.
    pub signature: Option<Signature>,
}

impl Header {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Header, Error> {
        reader.only(1)?; // SE(SessionID)
        let session_id = reader.binary_element(&SESSION_ID)?;
        let session_id = session_id.try_into().unwrap_or_default(); // of that length by the limit
        reader.only(2)?; // SE(TimeStamp), CH
        let timestamp = reader.unsigned_long("TimeStamp")?;
        reader.only(1)?; // EE(TimeStamp)
        let mut signature = None;
        if reader.event(2)? == 0 {
            signature = Some(Signature::read(reader)?);
            reader.only(1)?; // EE(Header)
        }
        Ok(Header { session_id, timestamp, signature })
    }

    pub(super) fn write(&self, writer: &mut Writer) -> Result<(), EncodeError> {
        writer.only(1);
        writer.binary_element(&self.session_id, &SESSION_ID)?;
        writer.only(2);
        writer.unsigned(self.timestamp);
        writer.only(1);
        match &self.signature {
            Some(signature) => {
                writer.event(0, 2);
                signature.write(writer)?;
                writer.only(1);
            }
            None => writer.event(1, 2),
        }
        Ok(())
    }
}
