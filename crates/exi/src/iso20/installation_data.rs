//! `SignedInstallationData`: a contract and its wrapped private key, the element of a response that the CPS signs.

use super::certificate_chain::CONTRACT;
use super::{CertificateChain, ID, dh_public_key};
use crate::bits::{Reader, Writer};
use crate::value::Limit;
use crate::{EncodeError, Error};

const SECP521: Limit = Limit::exactly("SECP521_EncryptedPrivateKey", 94);
const X448: Limit = Limit::exactly("X448_EncryptedPrivateKey", 84);
const TPM: Limit = Limit { what: "TPM_EncryptedPrivateKey", min: 1, max: 206 };

/// A contract certificate and its private key, wrapped for one car.
///
/// The schema does not tie the curve, the public key and the kind of wrapped key to each other, and neither does the codec.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedInstallationData {
    /// The `Id` that the signature refers to, without `#`.
    pub id: String,
    /// The contract certificate and its CA certificates, of which there is at least one.
    pub contract_certificate_chain: CertificateChain,
    /// The curve of the key agreement.
    pub ecdh_curve: EcdhCurve,
    /// The ephemeral public key of the key agreement. secp521r1: the uncompressed point, 133 bytes. X448: 56 bytes
    /// (RFC 7748), but also 57, which a note in the standard says, and 133, which the schema says.
    pub dh_public_key: Vec<u8>,
    /// The private key of the contract certificate.
    pub encrypted_private_key: EncryptedPrivateKey,
}

/// The curve of a key agreement: `ecdhCurveType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EcdhCurve {
    /// `SECP521`: secp521r1.
    Secp521,
    /// `X448`.
    X448,
}

/// The private key of a contract certificate, wrapped. Which kind it is follows from the keys that the car has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EncryptedPrivateKey {
    /// `SECP521_EncryptedPrivateKey`, a secp521r1 key: 12 bytes of IV, 66 of ciphertext, 16 of tag.
    Secp521(Vec<u8>),
    /// `X448_EncryptedPrivateKey`: 12 bytes of IV, 56 of ciphertext, 16 of tag.
    X448(Vec<u8>),
    /// `TPM_EncryptedPrivateKey`, for import into a TPM 2.0: 206 bytes by the schema; the text of the standard makes that
    /// the upper limit, so less is allowed.
    Tpm(Vec<u8>),
}

impl EcdhCurve {
    /// Every value, in the order of the schema, which gives their numbers in EXI.
    pub const ALL: [EcdhCurve; 2] = [EcdhCurve::Secp521, EcdhCurve::X448];

    /// The name in the schema.
    pub fn as_str(self) -> &'static str {
        match self {
            EcdhCurve::Secp521 => "SECP521",
            EcdhCurve::X448 => "X448",
        }
    }
}

impl EncryptedPrivateKey {
    /// The name of the element.
    pub fn name(&self) -> &'static str {
        self.limit().what
    }

    /// The wrapped key, whichever kind it is.
    pub fn bytes(&self) -> &[u8] {
        match self {
            EncryptedPrivateKey::Secp521(bytes)
            | EncryptedPrivateKey::X448(bytes)
            | EncryptedPrivateKey::Tpm(bytes) => bytes,
        }
    }

    fn limit(&self) -> &'static Limit {
        match self {
            EncryptedPrivateKey::Secp521(_) => &SECP521,
            EncryptedPrivateKey::X448(_) => &X448,
            EncryptedPrivateKey::Tpm(_) => &TPM,
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<EncryptedPrivateKey, Error> {
        match reader.event(3)? {
            0 => Ok(EncryptedPrivateKey::Secp521(reader.binary_element(&SECP521)?)),
            1 => Ok(EncryptedPrivateKey::X448(reader.binary_element(&X448)?)),
            _ => Ok(EncryptedPrivateKey::Tpm(reader.binary_element(&TPM)?)),
        }
    }

    fn write(&self, writer: &mut Writer) -> Result<(), EncodeError> {
        let event = match self {
            EncryptedPrivateKey::Secp521(_) => 0,
            EncryptedPrivateKey::X448(_) => 1,
            EncryptedPrivateKey::Tpm(_) => 2,
        };
        writer.event(event, 3);
        writer.binary_element(self.bytes(), self.limit())
    }
}

impl SignedInstallationData {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<SignedInstallationData, Error> {
        reader.only(1)?; // AT(Id)
        let id = reader.text(&ID)?;
        reader.only(1)?; // SE(ContractCertificateChain)
        let contract_certificate_chain = CertificateChain::read(reader, &CONTRACT)?;
        reader.only(1)?; // SE(ECDHCurve)
        let ecdh_curve = reader.enumeration_element("ECDHCurve", &EcdhCurve::ALL)?;
        reader.only(1)?; // SE(DHPublicKey)
        let dh_public_key = dh_public_key::read(reader)?;
        let encrypted_private_key = EncryptedPrivateKey::read(reader)?;
        reader.only(1)?; // EE(SignedInstallationData)
        Ok(SignedInstallationData { id, contract_certificate_chain, ecdh_curve, dh_public_key, encrypted_private_key })
    }

    pub(super) fn write(&self, writer: &mut Writer) -> Result<(), EncodeError> {
        writer.only(1);
        writer.text(&self.id, &ID)?;
        writer.only(1);
        self.contract_certificate_chain.write(writer, &CONTRACT)?;
        writer.only(1);
        writer.enumeration_element(&self.ecdh_curve, &EcdhCurve::ALL);
        writer.only(1);
        dh_public_key::write(&self.dh_public_key, writer)?;
        self.encrypted_private_key.write(writer)?;
        writer.only(1);
        Ok(())
    }
}
