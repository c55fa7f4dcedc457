//! Small helpers to write and read the structures of OCSP and revocation lists, on top of `der`.

use der::asn1::{AnyRef, BitStringRef, GeneralizedTime, ObjectIdentifier, OctetStringRef, UintRef};
use der::{DateTime, Decode, Encode, Reader, SliceReader, Tag, TagNumber, Tagged};
use jiff::Timestamp;

use crate::certificate::read_time;
use crate::key::{Algorithm, KeyStoreError, Signer};

/// A structure cannot be signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// It holds a value that cannot be encoded, such as a date before 1970.
    #[error("the structure cannot be encoded: {0}")]
    Encoding(#[from] der::Error),
    /// The signer failed.
    #[error(transparent)]
    Signer(#[from] KeyStoreError),
}

/// A value of this tag whose content are these parts.
pub(crate) fn wrap(tag: Tag, parts: &[&[u8]]) -> Result<Vec<u8>, der::Error> {
    AnyRef::new(tag, &parts.concat())?.to_der()
}

pub(crate) fn sequence(parts: &[&[u8]]) -> Result<Vec<u8>, der::Error> {
    wrap(Tag::Sequence, parts)
}

/// `[number] EXPLICIT`.
pub(crate) fn explicit(number: u32) -> Tag {
    TagNumber(number).context_specific(true)
}

/// `[number] IMPLICIT` of something that is not constructed.
pub(crate) fn implicit(number: u32) -> Tag {
    TagNumber(number).context_specific(false)
}

/// A number that is not negative.
pub(crate) fn unsigned(bytes: &[u8]) -> Result<Vec<u8>, der::Error> {
    UintRef::new(bytes)?.to_der()
}

pub(crate) fn octets(bytes: &[u8]) -> Result<Vec<u8>, der::Error> {
    OctetStringRef::new(bytes)?.to_der()
}

/// Whole seconds, as OCSP has them at any date.
pub(crate) fn generalized_time(at: Timestamp) -> Result<Vec<u8>, der::Error> {
    let seconds = u64::try_from(at.as_second()).map_err(|_| der::ErrorKind::DateTime)?;
    let date = DateTime::from_unix_duration(std::time::Duration::from_secs(seconds))?;
    GeneralizedTime::from_date_time(date).to_der()
}

/// An `AlgorithmIdentifier` of signatures: none of ours has parameters.
pub(crate) fn signature_algorithm(algorithm: Algorithm) -> Result<Vec<u8>, der::Error> {
    sequence(&[&algorithm.signature_oid().to_der()?])
}

/// One `Extension`.
pub(crate) fn extension(oid: ObjectIdentifier, value: &[u8]) -> Result<Vec<u8>, der::Error> {
    sequence(&[&oid.to_der()?, &octets(value)?])
}

/// The signed part, its algorithm, its signature, and what else follows.
pub(crate) fn signed(signed_part: &[u8], signer: &Signer, rest: &[u8]) -> Result<Vec<u8>, SignError> {
    let signature = signer.sign_der(signed_part)?;
    let algorithm = signature_algorithm(signer.public_key().algorithm())?;
    let signature = BitStringRef::from_bytes(&signature)?.to_der()?;
    Ok(sequence(&[signed_part, &algorithm, &signature, rest])?)
}

/// The fields of a constructed value, read one after the other.
pub(crate) struct Fields<'a>(SliceReader<'a>);

impl<'a> Fields<'a> {
    /// The fields of the one SEQUENCE that `der` is.
    pub(crate) fn of(der: &'a [u8]) -> Result<Self, der::Error> {
        Self::inside(AnyRef::from_der(der)?, Tag::Sequence)
    }

    /// The fields of a value that must have this tag.
    pub(crate) fn inside(value: AnyRef<'a>, tag: Tag) -> Result<Self, der::Error> {
        value.tag().assert_eq(tag)?;
        Ok(Self(SliceReader::new(value.value())?))
    }

    pub(crate) fn is_finished(&self) -> bool {
        self.0.is_finished()
    }

    /// The next field, whatever it is.
    pub(crate) fn any(&mut self) -> Result<AnyRef<'a>, der::Error> {
        self.0.decode()
    }

    /// The next field with its header.
    pub(crate) fn raw(&mut self) -> Result<&'a [u8], der::Error> {
        self.0.tlv_bytes()
    }

    /// The next field, which must have this tag.
    pub(crate) fn take(&mut self, tag: Tag) -> Result<AnyRef<'a>, der::Error> {
        let field = self.any()?;
        field.tag().assert_eq(tag)?;
        Ok(field)
    }

    /// The next field if it has this tag.
    pub(crate) fn optional(&mut self, tag: Tag) -> Result<Option<AnyRef<'a>>, der::Error> {
        if self.is_finished() || Tag::peek(&self.0)? != tag {
            return Ok(None);
        }
        self.any().map(Some)
    }

    /// The fields of the next field, a SEQUENCE.
    pub(crate) fn sequence(&mut self) -> Result<Self, der::Error> {
        Self::inside(self.any()?, Tag::Sequence)
    }

    pub(crate) fn oid(&mut self) -> Result<ObjectIdentifier, der::Error> {
        self.0.decode()
    }

    /// An INTEGER as certificates show their serial number: big endian, without the zero before a high bit.
    pub(crate) fn serial(&mut self) -> Result<Vec<u8>, der::Error> {
        match self.take(Tag::Integer)?.value() {
            [] => Err(Tag::Integer.length_error().into()),
            [0, rest @ ..] if !rest.is_empty() => Ok(rest.to_vec()),
            all => Ok(all.to_vec()),
        }
    }

    pub(crate) fn time(&mut self) -> Result<Timestamp, der::Error> {
        time(self.any()?)
    }

    /// The bytes of a BIT STRING without unused bits.
    pub(crate) fn bits(&mut self) -> Result<Vec<u8>, der::Error> {
        let bits = self.0.decode::<BitStringRef<'a>>()?;
        bits.as_bytes().map(<[u8]>::to_vec).ok_or_else(|| Tag::BitString.value_error().into())
    }

    /// The oid of an `AlgorithmIdentifier`.
    pub(crate) fn algorithm(&mut self) -> Result<ObjectIdentifier, der::Error> {
        self.sequence()?.oid()
    }

    /// Nothing follows.
    pub(crate) fn finish(self) -> Result<(), der::Error> {
        self.0.finish()
    }
}

/// What stands in an explicit tag: exactly one value.
pub(crate) fn content(value: AnyRef<'_>) -> Result<AnyRef<'_>, der::Error> {
    AnyRef::from_der(value.value())
}

/// A date in either form.
pub(crate) fn time(value: AnyRef<'_>) -> Result<Timestamp, der::Error> {
    read_time(value).map_err(|_| der::ErrorKind::DateTime.into())
}

/// Calls `each` with oid, criticality and value of every extension of a `SEQUENCE OF Extension`.
pub(crate) fn each_extension<'a>(
    list: AnyRef<'a>,
    mut each: impl FnMut(ObjectIdentifier, bool, &'a [u8]) -> Result<(), der::Error>,
) -> Result<(), der::Error> {
    let mut list = Fields::inside(list, Tag::Sequence)?;
    while !list.is_finished() {
        let mut fields = list.sequence()?;
        let oid = fields.oid()?;
        // Written out even when FALSE by some.
        let critical = fields.optional(Tag::Boolean)?.is_some_and(|flag| flag.value() != [0]);
        let value = fields.take(Tag::OctetString)?.value();
        fields.finish()?;
        each(oid, critical, value)?;
    }
    Ok(())
}
