//! What a car does with the messages: asks for its contract, and checks the answer as ISO 15118-2 demands.

use jiff::Timestamp;
use opnc_exi::{EncodeError, Error as ExiError, iso2};
use opnc_messages::ids::{Pcid, SessionId};
use opnc_pki::certificate::Certificate;
use opnc_pki::chain::Anchors;
use opnc_pki::contract::iso2::{self as contract, Contract, Report, SignError};
use opnc_pki::key::{Signer, SoftwareKey};

/// A car: its identity, its provisioning key and certificate, and the V2G roots it trusts.
#[derive(Debug, Clone)]
pub struct Vehicle {
    /// Its identity: the common name of its provisioning certificate.
    pub pcid: Pcid,
    /// The provisioning certificate and the sub CAs above it, leaf first.
    pub chain: Vec<Certificate>,
    /// The key of the provisioning certificate; it never leaves the car.
    pub key: SoftwareKey,
    /// The V2G roots in its trust store.
    pub v2g_roots: Vec<Certificate>,
}

/// Why a car cannot ask, or does not accept.
#[derive(Debug, thiserror::Error)]
pub enum VehicleError {
    /// The car has no certificate to show.
    #[error("the car has no provisioning certificate")]
    NoCertificate,
    /// The request cannot be made.
    #[error(transparent)]
    Request(#[from] SignError),
    /// The request cannot be encoded.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// The answer is not a message of ISO 15118-2.
    #[error("the answer cannot be read: {0}")]
    Unreadable(#[from] ExiError),
    /// The answer is of another session.
    #[error("the answer belongs to another session")]
    OtherSession,
    /// The answer says or proves that it must not be accepted.
    #[error("the answer is refused: {0}")]
    Refused(Report),
}

impl Vehicle {
    /// The `CertificateInstallationReq` of this car in EXI, signed with its provisioning key.
    ///
    /// # Errors
    /// When the certificate does not fit into the message, or the key does not fit the certificate.
    pub fn request_installation(&self, session: &SessionId) -> Result<Vec<u8>, VehicleError> {
        let leaf = self.chain.first().ok_or(VehicleError::NoCertificate)?;
        let signer = Signer::from(self.key.clone());
        let message = contract::request_installation(leaf, &self.v2g_roots, session, &signer)?;
        Ok(iso2::encode(&message)?)
    }

    /// Takes the contract out of a `CertificateInstallationRes`, after every check that the standard asks of a car: the
    /// response code, the four digests, the signature and chain of the CPS, the contract chain, and that the unwrapped
    /// key belongs to the contract certificate. `session` is the one of the request.
    ///
    /// # Errors
    /// [`VehicleError::Refused`] with every check that failed.
    pub fn accept(&self, exi: &[u8], session: &SessionId, at: Timestamp) -> Result<Contract, VehicleError> {
        let message = iso2::decode(exi)?;
        if message.header.session_id != session.as_bytes() {
            return Err(VehicleError::OtherSession);
        }
        let roots = Anchors::new(self.v2g_roots.clone());
        contract::accept(&message, &self.key, &roots, None, at).map_err(VehicleError::Refused)
    }
}
