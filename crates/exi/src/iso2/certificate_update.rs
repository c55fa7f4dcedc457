//! `CertificateUpdateReq` and `CertificateUpdateRes`: a car asks for a newer contract certificate.

use super::{CertificateChain, IdBytes, IdText, ResponseCode, X509IssuerSerial};
use super::{DH_PUBLIC_KEY, EMAID, ENCRYPTED_PRIVATE_KEY, ID};
use crate::bits::{Reader, Writer};
use crate::{EncodeError, Error, root_certificate_ids};

/// A car asks for a newer certificate of a contract that it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateUpdateReq {
    /// The `Id` that the car's signature refers to, without `#`.
    pub id: String,
    /// The contract chain that the car has now.
    pub contract_signature_cert_chain: CertificateChain,
    /// The EMAID of the contract, 14 or 15 characters.
    pub emaid: String,
    /// The V2G roots that the car holds, 1 to 20.
    pub list_of_root_certificate_ids: Vec<X509IssuerSerial>,
}

/// The newer contract certificate, its private key wrapped to the old contract key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateUpdateRes {
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
    /// After how many days the car may ask again; -1 stands for never.
    pub retry_counter: Option<i16>,
}

impl CertificateUpdateReq {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<CertificateUpdateReq, Error> {
        reader.only(1)?; // AT(Id)
        let id = reader.text(&ID)?;
        reader.only(1)?; // SE(ContractSignatureCertChain)
        let contract_signature_cert_chain = CertificateChain::read(reader)?;
        reader.only(1)?; // SE(eMAID)
        let emaid = reader.text_element(&EMAID)?;
        reader.only(1)?; // SE(ListOfRootCertificateIDs)
        let list_of_root_certificate_ids = root_certificate_ids::read(reader)?;
        reader.only(1)?; // EE(CertificateUpdateReq)
        Ok(CertificateUpdateReq { id, contract_signature_cert_chain, emaid, list_of_root_certificate_ids })
    }

    pub(super) fn write(&self, writer: &mut Writer) -> Result<(), EncodeError> {
        writer.only(1);
        writer.text(&self.id, &ID)?;
        writer.only(1);
        self.contract_signature_cert_chain.write(writer)?;
        writer.only(1);
        writer.text_element(&self.emaid, &EMAID)?;
        writer.only(1);
        root_certificate_ids::write(&self.list_of_root_certificate_ids, writer)?;
        writer.only(1);
        Ok(())
    }
}

impl CertificateUpdateRes {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<CertificateUpdateRes, Error> {
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
        let mut retry_counter = None;
        if reader.event(2)? == 0 {
            reader.only(1)?; // CH
            retry_counter = Some(reader.short("RetryCounter")?);
            reader.only(2)?; // EE(RetryCounter), EE(CertificateUpdateRes)
        }
        Ok(CertificateUpdateRes {
            response_code,
            sa_provisioning_certificate_chain,
            contract_signature_cert_chain,
            contract_signature_encrypted_private_key,
            dh_public_key,
            emaid,
            retry_counter,
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
        match self.retry_counter {
            Some(days) => {
                writer.event(0, 2);
                writer.only(1);
                writer.short(days);
                writer.only(2);
            }
            None => writer.event(1, 2),
        }
        Ok(())
    }
}
