//! What a car has written into its request: what a contract from elsewhere must fit.

use opnc_exi::iso2::X509IssuerSerial;
use opnc_exi::{iso2, iso20};
use opnc_messages::ccp::{GetSignedContractDataReq, GetSignedContractDataRes};
use opnc_messages::ids::{Emaid, Fingerprint, Pcid};
use opnc_messages::{IsoVersion, texts};
use opnc_pki::certificate::Certificate;
use opnc_pki::contract::iso20::Delivery;

use super::super::failure::{Reason, Refusal};
use super::super::provide::{in_iso20_session, in_session};
use super::super::unreadable;
use super::{roots, seconds};
use crate::anchors::TrustAnchors;
use crate::error::Missing;
use crate::{Ecosystem, ServiceError, pcp};

/// A car's request that is signed by the key of the certificate in it.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    /// The car, as its certificate names it.
    pub(crate) pcid: Pcid,
    /// The most contracts that it takes.
    pub(crate) maximum: u8,
    /// The contract that its OEM chose for it, which is all that is asked for.
    pub(crate) chosen: Option<Emaid>,
    /// Its provisioning certificate.
    pub(crate) leaf: Certificate,
    session: Vec<u8>,
    listed: Vec<X509IssuerSerial>,
    /// The time of answering, in seconds since 1970.
    at: u64,
    missing: (String, Option<crate::error::InstallationAnswer>),
}

impl Asked {
    /// Reads and verifies a request.
    ///
    /// # Errors
    /// The refusal of what is none.
    pub(crate) fn read(
        ecosystem: &Ecosystem,
        request: &GetSignedContractDataReq,
        always_return_exi: bool,
    ) -> Result<Self, ServiceError> {
        let (exi, at) = (request.certificate_installation_req.as_bytes(), seconds(ecosystem.now()));
        let unreadable = |error| unreadable("certificateInstallationReq", exi, request.iso_version, &error);
        let wrong =
            |error: &dyn std::fmt::Display| ServiceError::invalid(format!("certificateInstallationReq : {error}"));
        let (leaf, session, listed, maximum, refusal) = match request.iso_version {
            IsoVersion::Iso2 => {
                let message = iso2::decode(exi).map_err(unreadable)?;
                let verified = opnc_pki::contract::iso2::verify_request(&message).map_err(|error| wrong(&error))?;
                let refusal = Refusal::to_iso2(&message.header, always_return_exi);
                (verified.certificate, verified.session_id, verified.roots, 1, refusal)
            }
            IsoVersion::Iso20 => {
                let message = iso20::decode(exi).map_err(unreadable)?;
                let verified = opnc_pki::contract::iso20::verify_request(&message).map_err(|error| wrong(&error))?;
                let refusal = Refusal::to_iso20(&message.header, at, always_return_exi);
                (verified.certificate, verified.session_id.to_vec(), verified.roots, verified.maximum, refusal)
            }
        };
        let missing = match refusal.with(Reason::NoContract, texts::CONTRACT_NOT_FOUND) {
            ServiceError::Installation { message, exi, .. } => (message, exi),
            error => return Err(error),
        };
        let pcid = pcp::pcid_of(&leaf)?;
        Ok(Self { pcid, maximum, chosen: None, leaf, session, listed, at, missing })
    }

    /// Whether the car can verify what was signed under this root.
    pub(crate) fn trusts(&self, root: &Fingerprint, anchors: &TrustAnchors) -> bool {
        roots::trusted(root, &self.listed, anchors)
    }

    /// The refusal when nobody has a contract for it.
    pub(crate) fn missing(&self) -> ServiceError {
        let (message, exi) = self.missing.clone();
        ServiceError::Installation { message, missing: Some(Missing::Contract), exi }
    }

    /// A message as it goes to this car, which gets so many more after it.
    ///
    /// # Errors
    /// When it is no such message.
    pub(crate) fn deliver(&self, version: IsoVersion, message: &[u8], remaining: u8) -> Result<Vec<u8>, ServiceError> {
        match version {
            IsoVersion::Iso2 => in_session(message, &self.session),
            IsoVersion::Iso20 => {
                let session_id = self.session.as_slice().try_into().unwrap_or_default();
                in_iso20_session(message, Delivery { session_id, timestamp: self.at, remaining })
            }
        }
    }

    /// All of them in the car's session, each saying how many are left after it; no more than it takes.
    ///
    /// # Errors
    /// As for [`deliver`](Self::deliver).
    pub(crate) fn counted(&self, mut all: GetSignedContractDataRes) -> Result<GetSignedContractDataRes, ServiceError> {
        let collection = &mut all.signed_contract_data_collection;
        let number = collection.len();
        collection.truncate(self.maximum.into());
        for (position, one) in collection.iter_mut().enumerate() {
            let remaining = u8::try_from(number.saturating_sub(position + 1)).unwrap_or(u8::MAX);
            let message = one.certificate_installation_res.as_bytes();
            one.certificate_installation_res = self.deliver(one.iso_version, message, remaining)?.into();
        }
        Ok(all)
    }
}
