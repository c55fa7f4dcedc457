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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xmldsig::{MAX_REFERENCES, MAX_TRANSFORMS, Reference};

    fn signature() -> Signature {
        let reference = Reference {
            id: None,
            reference_type: None,
            uri: None,
            transforms: Vec::new(),
            digest_method: String::new(),
            digest_value: Vec::new(),
        };
        let signed_info = SignedInfo {
            id: None,
            canonicalization_method: String::new(),
            signature_method: String::new(),
            references: vec![reference],
        };
        Signature { id: None, signed_info, signature_value_id: None, signature_value: Vec::new() }
    }

    #[test]
    fn what_may_follow_the_value_is_refused_by_name() {
        let mut writer = Writer::new();
        assert_eq!(signature().write(&mut writer), Ok(()));
        let bytes = writer.finish();
        let mut reader = Reader::new(&bytes);
        assert_eq!(Signature::read(&mut reader), Ok(signature()));
        let end = reader.position() - 2;
        let expected = [ErrorKind::Unsupported("KeyInfo"), ErrorKind::Unsupported("Object")];
        for (code, kind) in expected.into_iter().enumerate() {
            let mut bytes = bytes.clone();
            for (offset, value) in [(0, code >> 1), (1, code & 1)] {
                let (byte, shift) = ((end + offset) / 8, 7 - (end + offset) % 8);
                bytes[byte] = bytes[byte] & !(1 << shift) | (value as u8) << shift;
            }
            assert_eq!(Signature::read(&mut Reader::new(&bytes)), Err(Error { kind, bit: end }));
        }
    }

    #[test]
    fn repetitions_are_limited() {
        let mut many = signature();
        many.signed_info.references.resize(MAX_REFERENCES + 1, many.signed_info.references[0].clone());
        let refused = EncodeError::Count { what: "Reference", count: 5, min: 1, max: MAX_REFERENCES };
        assert_eq!(many.write(&mut Writer::new()), Err(refused));
        many.signed_info.references.clear();
        assert!(matches!(many.write(&mut Writer::new()), Err(EncodeError::Count { count: 0, .. })));

        let mut many = signature();
        many.signed_info.references[0].transforms = vec![String::new(); MAX_TRANSFORMS + 1];
        assert!(matches!(many.write(&mut Writer::new()), Err(EncodeError::Count { what: "Transform", count: 5, .. })));
    }
}
