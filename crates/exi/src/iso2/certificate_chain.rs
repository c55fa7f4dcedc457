//! `CertificateChainType`: a leaf certificate and the CA certificates above it.

use super::{CERTIFICATE, ID};
use crate::bits::{Reader, Writer};
use crate::chain::Chain;
use crate::value::Count;
use crate::{EncodeError, Error};

const CHAIN: Chain =
    Chain { certificate: CERTIFICATE, sub_certificates: Count { what: "SubCertificates/Certificate", min: 0, max: 4 } };

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
        let (certificate, sub_certificates) = CHAIN.read(reader)?;
        Ok(CertificateChain { id, certificate, sub_certificates })
    }

    pub(super) fn write(&self, writer: &mut Writer) -> Result<(), EncodeError> {
        writer.optional_attribute(self.id.as_deref(), &ID)?;
        CHAIN.write(&self.certificate, &self.sub_certificates, writer)
    }
}
