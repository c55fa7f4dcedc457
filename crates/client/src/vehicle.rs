//! What a car does with the messages: asks for its contracts, and checks the answers as ISO 15118 demands.
//!
//! [`Vehicle`] speaks ISO 15118-2 and [`Vehicle20`] ISO 15118-20; a car that speaks both has a provisioning certificate
//! and a key for each.

mod iso20;

use jiff::Timestamp;
use opnc_exi::{EncodeError, Error as ExiError, iso2};
use opnc_messages::ids::{Pcid, SessionId};
use opnc_pki::certificate::Certificate;
use opnc_pki::chain::Anchors;
use opnc_pki::contract::iso2::{self as contract, Contract, Report, SignError};
use opnc_pki::key::{Signer, SoftwareKey};

pub use iso20::{Installed, Vehicle20};

/// A car of ISO 15118-2: its identity, its provisioning key and certificate, and the V2G roots it trusts.
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
    /// The answer is not a message of the car's version of ISO 15118.
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

#[cfg(test)]
mod tests {
    use opnc_messages::ids::Emaid;
    use opnc_pki::contract::iso2::{Check, ContractData, sign, verify_request, with_session_id, wrap};
    use opnc_pki::hierarchy::{Domain, Hierarchy};
    use opnc_pki::profile::{CONTRACT, CPS, PROVISIONING};

    use super::*;

    fn at() -> Timestamp {
        "2026-02-01T00:00:00Z".parse().unwrap()
    }

    /// A car, and a CPS with an eMSP that answer its requests.
    fn world() -> (Vehicle, impl Fn(&[u8]) -> Vec<u8>) {
        let rng = &mut rand::rng();
        let v2g = Hierarchy::new(Domain::Cpo, "Roots", at(), rng).unwrap();
        let cps = Hierarchy::below(v2g.root.clone(), Domain::Cps, "Signer", at(), rng).unwrap();
        let cps = cps.leaf(&CPS, "Signer 1", at(), rng).unwrap();
        let oem = Hierarchy::new(Domain::Oem, "Cars", at(), rng).unwrap();
        let car = oem.leaf(&PROVISIONING, "WAUTESTCAR0000001", at(), rng).unwrap();
        let emsp = Hierarchy::new(Domain::Emsp, "Power", at(), rng).unwrap();
        let answer = move |request: &[u8]| {
            let request = verify_request(&iso2::decode(request).unwrap()).unwrap();
            let rng = &mut rand::rng();
            let emaid = Emaid::parse("DEABCC123456789").unwrap();
            let contract = emsp.leaf(&CONTRACT, "DEABCC123456789", at(), rng).unwrap();
            let key = wrap(&contract.key, request.certificate.public_key(), rng).unwrap();
            let data = ContractData { chain: contract.chain(), key, emaid };
            let message = sign(&data, &cps.chain(), &Signer::from(cps.key.clone())).unwrap();
            let session = SessionId::parse(&hex(&request.session_id)).unwrap();
            iso2::encode(&with_session_id(message, session.as_bytes())).unwrap()
        };
        let root = v2g.root.certificate().clone();
        let pcid = Pcid::parse("WAUTESTCAR0000001").unwrap();
        (Vehicle { pcid, chain: car.chain(), key: car.key, v2g_roots: vec![root] }, answer)
    }

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02X}")).collect()
    }

    #[test]
    fn a_car_asks_gets_its_contract_and_pays() {
        let (car, answer) = world();
        let session = SessionId::parse("3D4CBF93374ED89B").unwrap();
        let response = answer(&car.request_installation(&session).unwrap());
        let contract = car.accept(&response, &session, at()).unwrap();
        assert_eq!(contract.emaid.as_sent(), "DEABCC123456789");
        let signature = contract.key.sign_raw(b"challenge").unwrap();
        let certificate = contract.chain.first().unwrap();
        certificate.public_key().verify_raw(b"challenge", &signature).unwrap();
    }

    #[test]
    fn another_car_session_or_time_and_broken_messages_are_refused() {
        let (car, answer) = world();
        let (other, _) = world();
        let session = SessionId::parse("00").unwrap();
        let response = answer(&car.request_installation(&session).unwrap());
        let failed = |error| match error {
            VehicleError::Refused(report) => report.failures().map(|(check, _)| check).collect::<Vec<_>>(),
            other => panic!("{other}"),
        };
        let error = other.accept(&response, &session, at()).unwrap_err();
        assert_eq!(failed(error), [Check::CpsChain, Check::Key]);
        let error = car.accept(&response, &session, "2036-02-01T00:00:00Z".parse().unwrap()).unwrap_err();
        assert_eq!(failed(error), [Check::CpsChain, Check::ContractChain]);
        let error = car.accept(&response, &SessionId::parse("01").unwrap(), at()).unwrap_err();
        assert!(matches!(error, VehicleError::OtherSession), "{error}");
        let error = car.accept(&response[..response.len() - 1], &session, at()).unwrap_err();
        assert!(matches!(error, VehicleError::Unreadable(_)), "{error}");
        let error = car.accept(&car.request_installation(&session).unwrap(), &session, at()).unwrap_err();
        assert_eq!(failed(error), [Check::Response]);
    }

    #[test]
    fn a_car_asks_with_what_belongs_together() {
        let session = SessionId::parse("00").unwrap();
        let (car, _) = world();
        let (other, _) = world();
        let mixed = Vehicle { key: other.key, ..car.clone() };
        assert!(matches!(mixed.request_installation(&session), Err(VehicleError::Request(SignError::OtherKey))));
        let bare = Vehicle { chain: Vec::new(), ..car.clone() };
        assert!(matches!(bare.request_installation(&session), Err(VehicleError::NoCertificate)));
        let rootless = Vehicle { v2g_roots: Vec::new(), ..car };
        assert!(matches!(rootless.request_installation(&session), Err(VehicleError::Request(SignError::Encode(_)))));
    }
}
