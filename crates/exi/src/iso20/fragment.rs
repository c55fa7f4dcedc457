//! The EXI fragments of the elements that ISO 15118-20 signs: a `DigestValue` is the hash of one of these.
//!
//! Each is the element on its own, encoded against the CommonMessages schema and those it imports. All fail where a value
//! is outside of the schema.

use super::{SignedCertificateChain, SignedInstallationData};
use crate::EncodeError;
use crate::fragment::FragmentGrammar;

// CommonMessages, CommonTypes and XML Signature have 282 element names.
const GRAMMAR: FragmentGrammar = FragmentGrammar { width: 9, end: 282 };
const OEM_PROVISIONING_CERTIFICATE_CHAIN: u32 = 128;
const SIGNED_INSTALLATION_DATA: u32 = 231;

/// The fragment that a car signs when it asks for its contracts.
///
/// It is the only element of a request with an `Id`. Some stations' code takes the digest of the whole request instead;
/// the reference in the signature, which names an `Id`, leaves no room for that.
pub fn oem_provisioning_certificate_chain(chain: &SignedCertificateChain) -> Result<Vec<u8>, EncodeError> {
    GRAMMAR.write(OEM_PROVISIONING_CERTIFICATE_CHAIN, |writer| chain.write(writer))
}

/// The fragment that a CPS signs in a response.
pub fn signed_installation_data(data: &SignedInstallationData) -> Result<Vec<u8>, EncodeError> {
    GRAMMAR.write(SIGNED_INSTALLATION_DATA, |writer| data.write(writer))
}
