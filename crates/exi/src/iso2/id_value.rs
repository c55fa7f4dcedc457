//! Values with an `Id`, so that a signature can refer to them: the wrapped key, the DH public key and the EMAID.

use super::ID;
use crate::bits::{Reader, Writer};
use crate::value::Limit;
use crate::{EncodeError, Error};

/// Binary content with an `Id`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdBytes {
    /// The `Id` that a signature refers to, without `#`.
    pub id: String,
    /// The content. `ContractSignatureEncryptedPrivateKey`: at most 48 bytes; `DHpublickey`: at most 65 bytes.
    pub value: Vec<u8>,
}

/// Text with an `Id`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdText {
    /// The `Id` that a signature refers to, without `#`.
    pub id: String,
    /// The content. `eMAID`: 14 or 15 characters.
    pub value: String,
}

impl IdBytes {
    pub(super) fn read(reader: &mut Reader<'_>, limit: &Limit) -> Result<IdBytes, Error> {
        reader.only(1)?; // AT(Id)
        let id = reader.text(&ID)?;
        let value = reader.binary_element(limit)?;
        Ok(IdBytes { id, value })
    }

    pub(super) fn write(&self, writer: &mut Writer, limit: &Limit) -> Result<(), EncodeError> {
        writer.only(1);
        writer.text(&self.id, &ID)?;
        writer.binary_element(&self.value, limit)
    }
}

impl IdText {
    pub(super) fn read(reader: &mut Reader<'_>, limit: &Limit) -> Result<IdText, Error> {
        reader.only(1)?; // AT(Id)
        let id = reader.text(&ID)?;
        let value = reader.text_element(limit)?;
        Ok(IdText { id, value })
    }

    pub(super) fn write(&self, writer: &mut Writer, limit: &Limit) -> Result<(), EncodeError> {
        writer.only(1);
        writer.text(&self.id, &ID)?;
        writer.text_element(&self.value, limit)
    }
}
