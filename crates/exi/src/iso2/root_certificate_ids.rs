//! `ListOfRootCertificateIDs`: the V2G roots that a car holds.

use super::X509IssuerSerial;
use crate::bits::{Reader, Writer};
use crate::value::Count;
use crate::{EncodeError, Error};

const MAX: usize = 20;
const COUNT: Count = Count { what: "RootCertificateID", min: 1, max: MAX };

pub(super) fn read(reader: &mut Reader<'_>) -> Result<Vec<X509IssuerSerial>, Error> {
    reader.only(1)?; // SE(RootCertificateID)
    let mut ids = Vec::new();
    loop {
        ids.push(X509IssuerSerial::read(reader)?);
        // After the last one allowed, the end is the only production.
        if ids.len() == MAX {
            reader.only(1)?;
            return Ok(ids);
        }
        if reader.event(2)? == 1 {
            return Ok(ids);
        }
    }
}

pub(super) fn write(ids: &[X509IssuerSerial], writer: &mut Writer) -> Result<(), EncodeError> {
    COUNT.write(ids.len())?;
    for (index, id) in ids.iter().enumerate() {
        if index == 0 {
            writer.only(1)
        } else {
            writer.event(0, 2)
        }
        id.write(writer)?;
    }
    if ids.len() == MAX {
        writer.only(1)
    } else {
        writer.event(1, 2)
    }
    Ok(())
}
