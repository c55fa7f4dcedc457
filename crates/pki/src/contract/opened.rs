//! A contract after its installation.

use opnc_messages::ids::Emaid;

use crate::certificate::Certificate;
use crate::key::SoftwareKey;

/// A contract as a car has it after installation.
#[derive(Debug, Clone)]
pub struct Contract {
    /// The contract certificate, then the CA certificates in the order of the message.
    pub chain: Vec<Certificate>,
    /// The private key of the contract certificate.
    pub key: SoftwareKey,
    /// The contract.
    pub emaid: Emaid,
}
