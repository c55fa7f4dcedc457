//! `ListOfRootCertificateIDs`: the V2G roots that a car holds. Both generations have the same list of at most 20.

use crate::bits::{Reader, Writer};
use crate::value::Count;
use crate::xmldsig::X509IssuerSerial;
use crate::{EncodeError, Error};

const COUNT: Count = Count { what: "RootCertificateID", min: 1, max: 20 };

pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Vec<X509IssuerSerial>, Error> {
    reader.list(&COUNT, X509IssuerSerial::read)
}

pub(crate) fn write(ids: &[X509IssuerSerial], writer: &mut Writer) -> Result<(), EncodeError> {
    writer.list(ids, &COUNT, |writer, id| id.write(writer))
}
