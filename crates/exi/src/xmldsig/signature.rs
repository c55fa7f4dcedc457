//! `Signature`: what a message header carries.

use super::ID;
use super::SignedInfo;
use crate::bits::{Reader, Writer};
use crate::value::Limit;
use crate::{EncodeError, Error, ErrorKind};

const SIGNATURE_VALUE: Limit = Limit::none("SignatureValue");

/// A signature over elements of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// The element's own `Id`; not used by ISO 15118.
    pub id: Option<String>,
    /// What is signed.
    pub signed_info: SignedInfo,
    /// The `Id` of `SignatureValue`; not used by ISO 15118.
    pub signature_value_id: Option<String>,
    /// The signature. ECDSA: r and s, big-endian, each padded to the size of the curve, one after the other.
    pub signature_value: Vec<u8>,
}

impl Signature {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Signature, Error> {
        let id = reader.optional_attribute(&ID)?; // then SE(SignedInfo)
        let signed_info = SignedInfo::read(reader)?;
        reader.only(1)?; // SE(SignatureValue)
        let signature_value_id = reader.optional_attribute(&ID)?; // then CH
        let signature_value = reader.binary(&SIGNATURE_VALUE)?;
        reader.only(1)?; // EE(SignatureValue)
        let bit = reader.position();
        match reader.event(3)? {
            0 => Err(Error { kind: ErrorKind::Unsupported("KeyInfo"), bit }),
            1 => Err(Error { kind: ErrorKind::Unsupported("Object"), bit }),
            _ => Ok(Signature { id, signed_info, signature_value_id, signature_value }),
        }
    }

    pub(crate) fn write(&self, writer: &mut Writer) -> Result<(), EncodeError> {
        writer.optional_attribute(self.id.as_deref(), &ID)?;
        self.signed_info.write(writer)?;
        writer.only(1);
        writer.optional_attribute(self.signature_value_id.as_deref(), &ID)?;
        writer.binary(&self.signature_value, &SIGNATURE_VALUE)?;
        writer.only(1);
        writer.event(2, 3);
        Ok(())
    }
}
