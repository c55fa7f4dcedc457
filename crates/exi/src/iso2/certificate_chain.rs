//! `CertificateChainType`: a leaf certificate and the CA certificates above it.

use super::{CERTIFICATE, ID};
use crate::bits::{Reader, Writer};
use crate::value::Count;
use crate::{EncodeError, Error};

const MAX_SUB_CERTIFICATES: usize = 4;
const SUB_CERTIFICATES: Count = Count { what: "SubCertificates/Certificate", min: 0, max: MAX_SUB_CERTIFICATES };

/// A leaf certificate and the CA certificates above it, without the root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateChain {
    /// The `Id` that a signature refers to, without `#`.
    pub id: Option<String>,
    /// The leaf certificate, DER, at most 800 bytes.
    pub certificate: Vec<u8>,
    /// The CA certificates, DER, at most 4 of at most 800 bytes, in the sender's order. None: the `SubCertificates` element
    /// is absent (the schema knows no empty one).
    pub sub_certificates: Vec<Vec<u8>>,
}

impl CertificateChain {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<CertificateChain, Error> {
        let id = reader.optional_attribute(&ID)?; // then SE(Certificate)
        let certificate = reader.binary_element(&CERTIFICATE)?;
        let mut sub_certificates = Vec::new();
        if reader.event(2)? == 0 {
            reader.only(1)?; // SE(Certificate)
            loop {
                sub_certificates.push(reader.binary_element(&CERTIFICATE)?);
                // After the last one allowed, the end is the only production.
                if sub_certificates.len() == MAX_SUB_CERTIFICATES {
                    reader.only(1)?;
                    break;
                }
                if reader.event(2)? == 1 {
                    break;
                }
            }
            reader.only(1)?; // EE(CertificateChain)
        }
        Ok(CertificateChain { id, certificate, sub_certificates })
    }

    pub(super) fn write(&self, writer: &mut Writer) -> Result<(), EncodeError> {
        SUB_CERTIFICATES.write(self.sub_certificates.len())?;
        writer.optional_attribute(self.id.as_deref(), &ID)?;
        writer.binary_element(&self.certificate, &CERTIFICATE)?;
        if self.sub_certificates.is_empty() {
            writer.event(1, 2);
            return Ok(());
        }
        writer.event(0, 2);
        for (index, certificate) in self.sub_certificates.iter().enumerate() {
            if index == 0 {
                writer.only(1)
            } else {
                writer.event(0, 2)
            }
            writer.binary_element(certificate, &CERTIFICATE)?;
        }
        if self.sub_certificates.len() == MAX_SUB_CERTIFICATES {
            writer.only(1)
        } else {
            writer.event(1, 2)
        }
        writer.only(1);
        Ok(())
    }
}
