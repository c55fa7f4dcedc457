//! `CertificateInstallationReq` and `CertificateInstallationRes`: a car asks for its contracts, and gets one of them.

use super::certificate_chain::PLAIN;
use super::{CertificateChain, Processing, ResponseCode, SignedCertificateChain, SignedInstallationData};
use crate::bits::{Reader, Writer};
use crate::value::{Count, Limit};
use crate::xmldsig::X509IssuerSerial;
use crate::{EncodeError, Error, root_certificate_ids};

const EMAID: Limit = Limit::max("EMAID", 255);
const EMAIDS: Count = Count { what: "EMAID", min: 1, max: 8 };

/// A car asks for the contract certificates that belong to its provisioning certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateInstallationReq {
    /// The car's provisioning certificate and its CA certificates. The car's signature covers this and nothing else.
    pub oem_provisioning_certificate_chain: SignedCertificateChain,
    /// The V2G roots that the car holds, 1 to 20.
    pub list_of_root_certificate_ids: Vec<X509IssuerSerial>,
    /// How many contracts the car takes.
    pub maximum_contract_certificate_chains: u8,
    /// The contracts that the car wants before others, at most 8 EMAIDs of at most 255 characters. None: the element is
    /// absent (the schema knows no empty one).
    pub prioritized_emaids: Vec<String>,
}

/// A contract certificate for a car with its wrapped private key, signed, and the chain of who signed it.
///
/// The schema makes every element mandatory: a response that reports a failure carries fillers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateInstallationRes {
    /// How the request ended.
    pub response_code: ResponseCode,
    /// Whether the answer is here yet.
    pub evse_processing: Processing,
    /// The chain of the Certificate Provisioning Service, whose leaf key made the signature in the header.
    pub cps_certificate_chain: CertificateChain,
    /// The contract and its wrapped key.
    pub signed_installation_data: SignedInstallationData,
    /// How many more contracts the car can ask for.
    pub remaining_contract_certificate_chains: u8,
}

impl CertificateInstallationReq {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<CertificateInstallationReq, Error> {
        reader.only(1)?; // SE(OEMProvisioningCertificateChain)
        let oem_provisioning_certificate_chain = SignedCertificateChain::read(reader)?;
        reader.only(1)?; // SE(ListOfRootCertificateIDs)
        let list_of_root_certificate_ids = root_certificate_ids::read(reader)?;
        reader.only(1)?; // SE(MaximumContractCertificateChains)
        let maximum_contract_certificate_chains = reader.byte_element()?;
        let mut prioritized_emaids = Vec::new();
        if reader.event(2)? == 0 {
            prioritized_emaids = reader.list(&EMAIDS, |reader| reader.text_element(&EMAID))?;
            reader.only(1)?; // EE(CertificateInstallationReq)
        }
        Ok(CertificateInstallationReq {
            oem_provisioning_certificate_chain,
            list_of_root_certificate_ids,
            maximum_contract_certificate_chains,
            prioritized_emaids,
        })
    }

    pub(super) fn write(&self, writer: &mut Writer) -> Result<(), EncodeError> {
        writer.only(1);
        self.oem_provisioning_certificate_chain.write(writer)?;
        writer.only(1);
        root_certificate_ids::write(&self.list_of_root_certificate_ids, writer)?;
        writer.only(1);
        writer.byte_element(self.maximum_contract_certificate_chains);
        if self.prioritized_emaids.is_empty() {
            writer.event(1, 2);
            return Ok(());
        }
        writer.event(0, 2);
        writer.list(&self.prioritized_emaids, &EMAIDS, |writer, emaid| writer.text_element(emaid, &EMAID))?;
        writer.only(1);
        Ok(())
    }
}

impl CertificateInstallationRes {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<CertificateInstallationRes, Error> {
        let response_code = ResponseCode::read(reader)?;
        reader.only(1)?; // SE(EVSEProcessing)
        let evse_processing = reader.enumeration_element("EVSEProcessing", &Processing::ALL)?;
        reader.only(1)?; // SE(CPSCertificateChain)
        let cps_certificate_chain = CertificateChain::read(reader, &PLAIN)?;
        reader.only(1)?; // SE(SignedInstallationData)
        let signed_installation_data = SignedInstallationData::read(reader)?;
        reader.only(1)?; // SE(RemainingContractCertificateChains)
        let remaining_contract_certificate_chains = reader.byte_element()?;
        reader.only(1)?; // EE(CertificateInstallationRes)
        Ok(CertificateInstallationRes {
            response_code,
            evse_processing,
            cps_certificate_chain,
            signed_installation_data,
            remaining_contract_certificate_chains,
        })
    }

    pub(super) fn write(&self, writer: &mut Writer) -> Result<(), EncodeError> {
        self.response_code.write(writer);
        writer.only(1);
        writer.enumeration_element(&self.evse_processing, &Processing::ALL);
        writer.only(1);
        self.cps_certificate_chain.write(writer, &PLAIN)?;
        writer.only(1);
        self.signed_installation_data.write(writer)?;
        writer.only(1);
        writer.byte_element(self.remaining_contract_certificate_chains);
        writer.only(1);
        Ok(())
    }
}
