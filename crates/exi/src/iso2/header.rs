//! `Header`: the session, a notification about an error, and the signature over the body.

use crate::bits::{Reader, Writer};
use crate::value::Limit;
use crate::xmldsig::Signature;
use crate::{EncodeError, Error};

const SESSION_ID: Limit = Limit::max("SessionID", 8);
const FAULT_MSG: Limit = Limit::max("FaultMsg", 64);

/// The header of a message. No signature covers it, so a backend may put another session into a stored message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Header {
    /// The session between car and station, at most 8 bytes.
    pub session_id: Vec<u8>,
    /// Why a request failed.
    pub notification: Option<Notification>,
    /// The signature over elements of the body.
    pub signature: Option<Signature>,
}

/// Why a request failed, in the header of the response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// The kind of error.
    pub fault_code: FaultCode,
    /// An explanation for people, at most 64 characters.
    pub fault_msg: Option<String>,
}

/// The kind of error of a [`Notification`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FaultCode {
    /// `ParsingError`: the request could not be read.
    ParsingError,
    /// `NoTLSRootCertificatAvailable` (the standard's own spelling).
    NoTlsRootCertificateAvailable,
    /// `UnknownError`.
    UnknownError,
}

impl FaultCode {
    /// Every value, in the order of the schema, which gives their numbers in EXI.
    pub const ALL: [FaultCode; 3] =
        [FaultCode::ParsingError, FaultCode::NoTlsRootCertificateAvailable, FaultCode::UnknownError];

    /// The name in the schema.
    pub fn as_str(self) -> &'static str {
        match self {
            FaultCode::ParsingError => "ParsingError",
            FaultCode::NoTlsRootCertificateAvailable => "NoTLSRootCertificatAvailable",
            FaultCode::UnknownError => "UnknownError",
        }
    }
}

impl Header {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Header, Error> {
        reader.only(1)?; // SE(SessionID)
        let session_id = reader.binary_element(&SESSION_ID)?;
        let (mut notification, mut signature) = (None, None);
        // Notification, Signature and the end; after a Notification the last two.
        let mut next = reader.event(3)?;
        if next == 0 {
            notification = Some(Notification::read(reader)?);
            next = 1 + reader.event(2)?;
        }
        if next == 1 {
            signature = Some(Signature::read(reader)?);
            reader.only(1)?; // EE(Header)
        }
        Ok(Header { session_id, notification, signature })
    }

    pub(super) fn write(&self, writer: &mut Writer) -> Result<(), EncodeError> {
        writer.only(1);
        writer.binary_element(&self.session_id, &SESSION_ID)?;
        let mut left = 3;
        if let Some(notification) = &self.notification {
            writer.event(0, left);
            notification.write(writer)?;
            left = 2;
        }
        match &self.signature {
            Some(signature) => {
                writer.event(left - 2, left);
                signature.write(writer)?;
                writer.only(1);
            }
            None => writer.event(left - 1, left),
        }
        Ok(())
    }
}

impl Notification {
    fn read(reader: &mut Reader<'_>) -> Result<Notification, Error> {
        reader.only(1)?; // SE(FaultCode)
        let fault_code = reader.enumeration_element("FaultCode", &FaultCode::ALL)?;
        let mut fault_msg = None;
        if reader.event(2)? == 0 {
            fault_msg = Some(reader.text_element(&FAULT_MSG)?);
            reader.only(1)?; // EE(Notification)
        }
        Ok(Notification { fault_code, fault_msg })
    }

    fn write(&self, writer: &mut Writer) -> Result<(), EncodeError> {
        writer.only(1);
        writer.enumeration_element(&self.fault_code, &FaultCode::ALL);
        match &self.fault_msg {
            Some(text) => {
                writer.event(0, 2);
                writer.text_element(text, &FAULT_MSG)?;
                writer.only(1);
            }
            None => writer.event(1, 2),
        }
        Ok(())
    }
}
