//! What every certificate chain has: a leaf certificate, and CA certificates in `SubCertificates`.
//!
//! The generations, and the chain types within one, differ in the limits only; whether `SubCertificates` may be absent
//! follows from them.

use crate::bits::{Reader, Writer};
use crate::value::{Count, Limit};
use crate::{EncodeError, Error};

/// The limits of a type of chain.
pub(crate) struct Chain {
    /// Of each certificate.
    pub(crate) certificate: Limit,
    /// Of the CA certificates. Where the minimum is 0, an empty list means that `SubCertificates` is absent: the schema
    /// knows no empty one.
    pub(crate) sub_certificates: Count,
}

impl Chain {
    /// Reads leaf and CA certificates, from the content of the leaf to the end of the chain.
    pub(crate) fn read(&self, reader: &mut Reader<'_>) -> Result<(Vec<u8>, Vec<Vec<u8>>), Error> {
        let certificate = reader.binary_element(&self.certificate)?;
        // SE(SubCertificates), or the end where it may be absent.
        if reader.event(self.productions())? == 1 {
            return Ok((certificate, Vec::new()));
        }
        let sub_certificates =
            reader.list(&self.sub_certificates, |reader| reader.binary_element(&self.certificate))?;
        reader.only(1)?; // the end of the chain
        Ok((certificate, sub_certificates))
    }

    /// Writes leaf and CA certificates, from the content of the leaf to the end of the chain.
    pub(crate) fn write(
        &self,
        certificate: &[u8],
        sub_certificates: &[Vec<u8>],
        writer: &mut Writer,
    ) -> Result<(), EncodeError> {
        self.sub_certificates.write(sub_certificates.len())?;
        writer.binary_element(certificate, &self.certificate)?;
        if sub_certificates.is_empty() {
            writer.event(1, self.productions());
            return Ok(());
        }
        writer.event(0, self.productions());
        writer.list(sub_certificates, &self.sub_certificates, |writer, certificate| {
            writer.binary_element(certificate, &self.certificate)
        })?;
        writer.only(1);
        Ok(())
    }

    /// How many productions the state after the leaf has.
    fn productions(&self) -> u32 {
        if self.sub_certificates.min == 0 { 2 } else { 1 }
    }
}
