//! Binary of EXI (section 7.1.1): a length, then the octets.

use super::Limit;
use crate::bits::{Reader, Writer};
use crate::{EncodeError, Error};

impl Reader<'_> {
    /// Reads a binary value. The length is checked against the limit and the input before memory is taken.
    pub(crate) fn binary(&mut self, limit: &Limit) -> Result<Vec<u8>, Error> {
        let bit = self.position();
        let length = self.unsigned()?;
        let length = limit.read(length, bit)?;
        self.octets(length)
    }

    /// Reads the content and the end of an element whose type is binary and nothing else.
    pub(crate) fn binary_element(&mut self, limit: &Limit) -> Result<Vec<u8>, Error> {
        self.only(1)?;
        let value = self.binary(limit)?;
        self.only(1)?;
        Ok(value)
    }
}

impl Writer {
    /// Writes a binary value.
    pub(crate) fn binary(&mut self, value: &[u8], limit: &Limit) -> Result<(), EncodeError> {
        limit.write(value.len())?;
        self.unsigned(value.len() as u64);
        self.octets(value);
        Ok(())
    }

    /// Writes the content and the end of an element whose type is binary and nothing else.
    pub(crate) fn binary_element(&mut self, value: &[u8], limit: &Limit) -> Result<(), EncodeError> {
        self.only(1);
        self.binary(value, limit)?;
        self.only(1);
        Ok(())
    }
}
