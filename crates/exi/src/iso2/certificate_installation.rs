//! `CertificateInstallationReq` and `CertificateInstallationRes`: a car asks for its contract, and gets it.

use super::{CERTIFICATE, DH_PUBLIC_KEY, EMAID, ENCRYPTED_PRIVATE_KEY, ID};
use super::{CertificateChain, IdBytes, IdText, ResponseCode, X509IssuerSerial};
use crate::bits::{Reader, Writer};
use crate::{EncodeError, Error, root_certificate_ids};

/// A car asks for the contract certificate that belongs to its provisioning certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateInstallationReq {
    /// The `Id` that the car's signature refers to, without `#`.
    pub id: String,
    /// The car's provisioning certificate, DER, at most 800 bytes. Its chain is not part of the message.
    pub oem_provisioning_cert: Vec<u8>,
    /// The V2G roots that the car holds, 1 to 20.
    pub list_of_root_certificate_ids: Vec<X509IssuerSerial>,
}

/// The contract certificate for a car, its private key wrapped for that car, and the chain of who signed it all.
///
/// The schema makes every element mandatory: a response that reports a failure carries fillers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateInstallationRes {
    /// How the request ended.
    pub response_code: ResponseCode,
    /// The chain of the Certificate Provisioning Service, whose leaf key made the signature in the header.
    pub sa_provisioning_certificate_chain: CertificateChain,
    /// The contract certificate and its CA certificates.
    pub contract_signature_cert_chain: CertificateChain,
    /// The private key of the contract certificate, wrapped: 16 bytes of IV, 32 bytes of ciphertext.
    pub contract_signature_encrypted_private_key: IdBytes,
    /// The ephemeral public key of the key agreement, uncompressed point, 65 bytes.
    pub dh_public_key: IdBytes,
    /// The EMAID of the contract.
    pub emaid: IdText,
}

impl CertificateInstallationReq {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<CertificateInstallationReq, Error> {
        reader.only(1)?; // AT(Id)
        let id = reader.text(&ID)?;
        reader.only(1)?; // SE(OEMProvisioningCert)
        let oem_provisioning_cert = reader.binary_element(&CERTIFICATE)?;
        reader.only(1)?; // SE(ListOfRootCertificateIDs)
        let list_of_root_certificate_ids = root_certificate_ids::read(reader)?;
        reader.only(1)?; // EE(CertificateInstallationReq)
        Ok(CertificateInstallationReq { id, oem_provisioning_cert, list_of_root_certificate_ids })
    }

    pub(super) fn write(&self, writer: &mut Writer) -> Result<(), EncodeError> {
        writer.only(1);
        writer.text(&self.id, &ID)?;
        writer.only(1);
        writer.binary_element(&self.oem_provisioning_cert, &CERTIFICATE)?;
        writer.only(1);
        root_certificate_ids::write(&self.list_of_root_certificate_ids, writer)?;
        writer.only(1);
        Ok(())
    }
}

impl CertificateInstallationRes {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<CertificateInstallationRes, Error> {
        let response_code = ResponseCode::read(reader)?;
        reader.only(1)?; // SE(SAProvisioningCertificateChain)
        let sa_provisioning_certificate_chain = CertificateChain::read(reader)?;
        reader.only(1)?; // SE(ContractSignatureCertChain)
        let contract_signature_cert_chain = CertificateChain::read(reader)?;
        reader.only(1)?; // SE(ContractSignatureEncryptedPrivateKey)
        let contract_signature_encrypted_private_key = IdBytes::read(reader, &ENCRYPTED_PRIVATE_KEY)?;
        reader.only(1)?; // SE(DHpublickey)
        let dh_public_key = IdBytes::read(reader, &DH_PUBLIC_KEY)?;
        reader.only(1)?; // SE(eMAID)
        let emaid = IdText::read(reader, &EMAID)?;
        reader.only(1)?; // EE(CertificateInstallationRes)
        Ok(CertificateInstallationRes {
            response_code,
            sa_provisioning_certificate_chain,
            contract_signature_cert_chain,
            contract_signature_encrypted_private_key,
            dh_public_key,
            emaid,
        })
    }

    pub(super) fn write(&self, writer: &mut Writer) -> Result<(), EncodeError> {
        self.response_code.write(writer);
        writer.only(1);
        self.sa_provisioning_certificate_chain.write(writer)?;
        writer.only(1);
        self.contract_signature_cert_chain.write(writer)?;
        writer.only(1);
        self.contract_signature_encrypted_private_key.write(writer, &ENCRYPTED_PRIVATE_KEY)?;
        writer.only(1);
        self.dh_public_key.write(writer, &DH_PUBLIC_KEY)?;
        writer.only(1);
        self.emaid.write(writer, &EMAID)?;
        writer.only(1);
        Ok(())
    }
}
