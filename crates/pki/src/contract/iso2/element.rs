//! The four elements of a `CertificateInstallationRes` that the CPS signs (V2G2-909).

use opnc_exi::EncodeError;
use opnc_exi::iso2::{CertificateInstallationRes, fragment};

/// A signed element of a `CertificateInstallationRes`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SignedElement {
    /// `ContractSignatureCertChain`
    ContractChain,
    /// `ContractSignatureEncryptedPrivateKey`
    EncryptedKey,
    /// `DHpublickey`
    DhPublicKey,
    /// `eMAID`
    Emaid,
}

impl SignedElement {
    /// All four, in the order of the message, which is also the customary order of the references.
    pub const ALL: [Self; 4] = [Self::ContractChain, Self::EncryptedKey, Self::DhPublicKey, Self::Emaid];

    /// The element's name in the schema.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ContractChain => "ContractSignatureCertChain",
            Self::EncryptedKey => "ContractSignatureEncryptedPrivateKey",
            Self::DhPublicKey => "DHpublickey",
            Self::Emaid => "eMAID",
        }
    }

    /// The `Id` by which a reference names the element. The contract chain alone may lack it.
    pub(super) fn id(self, response: &CertificateInstallationRes) -> Option<&str> {
        match self {
            Self::ContractChain => response.contract_signature_cert_chain.id.as_deref(),
            Self::EncryptedKey => Some(&response.contract_signature_encrypted_private_key.id),
            Self::DhPublicKey => Some(&response.dh_public_key.id),
            Self::Emaid => Some(&response.emaid.id),
        }
    }

    /// What the digest is made of: the EXI fragment of the element.
    pub(super) fn fragment(self, response: &CertificateInstallationRes) -> Result<Vec<u8>, EncodeError> {
        match self {
            Self::ContractChain => fragment::contract_signature_cert_chain(&response.contract_signature_cert_chain),
            Self::EncryptedKey => {
                fragment::contract_signature_encrypted_private_key(&response.contract_signature_encrypted_private_key)
            }
            Self::DhPublicKey => fragment::dh_public_key(&response.dh_public_key),
            Self::Emaid => fragment::emaid(&response.emaid),
        }
    }
}

impl std::fmt::Display for SignedElement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
