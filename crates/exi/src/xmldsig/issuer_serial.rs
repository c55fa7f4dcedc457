//! `X509IssuerSerialType`: how a car names the root certificates that it holds.

use crate::Integer;
use crate::bits::{Reader, Writer};
use crate::value::Limit;
use crate::{EncodeError, Error};

const ISSUER_NAME: Limit = Limit::none("X509IssuerName");

/// A certificate, named by its issuer and its serial number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct X509IssuerSerial {
    /// The issuer's distinguished name as text, in whatever spelling the sender chose (usually RFC 4514).
    pub issuer_name: String,
    /// The serial number.
    pub serial_number: Integer,
}

impl X509IssuerSerial {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<X509IssuerSerial, Error> {
        reader.only(1)?; // SE(X509IssuerName)
        let issuer_name = reader.text_element(&ISSUER_NAME)?;
        reader.only(2)?; // SE(X509SerialNumber), CH
        let serial_number = reader.integer()?;
        reader.only(2)?; // EE, EE(X509IssuerSerial)
        Ok(X509IssuerSerial { issuer_name, serial_number })
    }

    pub(crate) fn write(&self, writer: &mut Writer) -> Result<(), EncodeError> {
        writer.only(1);
        writer.text_element(&self.issuer_name, &ISSUER_NAME)?;
        writer.only(2);
        writer.integer(&self.serial_number);
        writer.only(2);
        Ok(())
    }
}
