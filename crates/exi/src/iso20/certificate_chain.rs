//! The certificate chains: of the car, of the contract and of the CPS.

use super::ID;
use crate::bits::{Reader, Writer};
use crate::chain::Chain;
use crate::value::{Count, Limit};
use crate::{EncodeError, Error};

const CERTIFICATE: Limit = Limit::max("Certificate", 1600);
const SUB_CERTIFICATES: Count = Count { what: "SubCertificates/Certificate", min: 0, max: 3 };

/// `CertificateChainType`, and `SignedCertificateChainType` after its `Id`.
pub(super) const PLAIN: Chain = Chain { certificate: CERTIFICATE, sub_certificates: SUB_CERTIFICATES };
/// `ContractCertificateChainType`, in which `SubCertificates` is mandatory.
pub(super) const CONTRACT: Chain =
    Chain { certificate: CERTIFICATE, sub_certificates: Count { min: 1, ..SUB_CERTIFICATES } };

/// A leaf certificate and the CA certificates above it, without the root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateChain {
    /// The leaf certificate, DER, at most 1,600 bytes.
    pub certificate: Vec<u8>,
    /// The CA certificates, DER, at most 3 of at most 1,600 bytes, in the sender's order. None: the `SubCertificates`
    /// element is absent. A contract has at least one.
    pub sub_certificates: Vec<Vec<u8>>,
}

/// A chain that a signature covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCertificateChain {
    /// The `Id` that the signature refers to, without `#`.
    pub id: String,
    /// The certificates.
    pub chain: CertificateChain,
}

impl CertificateChain {
    pub(super) fn read(reader: &mut Reader<'_>, kind: &Chain) -> Result<CertificateChain, Error> {
        reader.only(1)?; // SE(Certificate)
        let (certificate, sub_certificates) = kind.read(reader)?;
        Ok(CertificateChain { certificate, sub_certificates })
    }

    pub(super) fn write(&self, writer: &mut Writer, kind: &Chain) -> Result<(), EncodeError> {
        writer.only(1);
        kind.write(&self.certificate, &self.sub_certificates, writer)
    }
}

impl SignedCertificateChain {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<SignedCertificateChain, Error> {
        reader.only(1)?; // AT(Id)
        let id = reader.text(&ID)?;
        let chain = CertificateChain::read(reader, &PLAIN)?;
        Ok(SignedCertificateChain { id, chain })
    }

    pub(super) fn write(&self, writer: &mut Writer) -> Result<(), EncodeError> {
        writer.only(1);
        writer.text(&self.id, &ID)?;
        self.chain.write(writer, &PLAIN)
    }
}
