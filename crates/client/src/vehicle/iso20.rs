//! A car of ISO 15118-20, which may have several contracts at once.

use jiff::Timestamp;
use opnc_exi::iso20;
use opnc_pki::certificate::Certificate;
use opnc_pki::chain::Anchors;
use opnc_pki::contract::iso20::{self as contract, Asked, Contract, KeyIdForm, Receiver};
use opnc_pki::key::{Signer, SoftwareKey};

use super::VehicleError;

/// A car of ISO 15118-20: its provisioning key and certificate, and the V2G roots it trusts. Its PCID is the common name
/// of the certificate.
#[derive(Debug, Clone)]
pub struct Vehicle20 {
    /// The provisioning certificate and the sub CAs above it, leaf first.
    pub chain: Vec<Certificate>,
    /// The key of the provisioning certificate; it never leaves the car. Contracts can be opened with one of secp521r1.
    pub key: SoftwareKey,
    /// The V2G roots in its trust store.
    pub v2g_roots: Vec<Certificate>,
    /// How it reads the standard about key identifiers when it opens a contract.
    pub key_id_form: KeyIdForm,
}

/// One answer that a car accepted.
#[derive(Debug, Clone)]
pub struct Installed {
    /// The contract in it.
    pub contract: Contract,
    /// How many more the car can ask for. Not signed: a hint, no more.
    pub remaining: u8,
}

impl Vehicle20 {
    /// The `CertificateInstallationReq` of this car in EXI, signed with its provisioning key.
    ///
    /// # Errors
    /// When a certificate does not fit into the message, or the key does not fit the certificate.
    pub fn request_installation(&self, asked: &Asked) -> Result<Vec<u8>, VehicleError> {
        if self.chain.is_empty() {
            return Err(VehicleError::NoCertificate);
        }
        let signer = Signer::from(self.key.clone());
        let message = contract::request_installation(&self.chain, &self.v2g_roots, asked, &signer)?;
        Ok(iso20::encode(&message)?)
    }

    /// Takes the contract out of one `CertificateInstallationRes`, after every check that the standard asks of a car: the
    /// response code, the digest, the signature and chain of the CPS, the contract chain, that the wrapped key was made
    /// for this car and this contract certificate, and that the unwrapped key belongs to it. `session` is the one of the
    /// request. Each of several answers is accepted or refused on its own.
    ///
    /// # Errors
    /// [`VehicleError::Refused`] with every check that failed.
    pub fn accept(&self, exi: &[u8], session: [u8; 8], at: Timestamp) -> Result<Installed, VehicleError> {
        let message = iso20::decode(exi)?;
        if message.header.session_id != session {
            return Err(VehicleError::OtherSession);
        }
        let leaf = self.chain.first().ok_or(VehicleError::NoCertificate)?;
        let pcid = leaf.common_name().unwrap_or_default();
        let receiver = Receiver { pcid, key: &self.key, key_id_form: self.key_id_form };
        let roots = Anchors::new(self.v2g_roots.clone());
        let contract = contract::accept(&message, &receiver, &roots, None, at).map_err(VehicleError::Refused)?;
        let remaining = match &message.body {
            iso20::Body::CertificateInstallationRes(response) => response.remaining_contract_certificate_chains,
            iso20::Body::CertificateInstallationReq(_) => 0,
        };
        Ok(Installed { contract, remaining })
    }
}

#[cfg(test)]
mod tests {
    use opnc_pki::contract::iso20::{Check, ContractData, Delivery, SignError, deliver, sign, verify_request, wrap};
    use opnc_pki::hierarchy::{Domain, Hierarchy, Leaf};
    use opnc_pki::key::Algorithm;
    use opnc_pki::profile::{CONTRACT, CPS, PROVISIONING};

    use super::*;

    const SESSION: [u8; 8] = [0x3d, 0x4c, 0xbf, 0x93, 0x37, 0x4e, 0xd8, 0x9b];

    fn at() -> Timestamp {
        "2026-02-01T00:00:00Z".parse().unwrap()
    }

    fn asked(maximum: u8) -> Asked {
        Asked {
            session_id: SESSION,
            at: at(),
            maximum,
            prioritized_emaids: vec!["DEABCC000000003".to_owned(), "DEXYZC999999999".to_owned()],
        }
    }

    /// A car, and a CPS of this algorithm with an eMSP that answers its requests with as many contracts as it asks for.
    fn world(algorithm: Algorithm) -> (Vehicle20, impl Fn(&[u8]) -> Vec<Vec<u8>>) {
        let rng = &mut rand::rng();
        let p521 = Algorithm::Secp521r1;
        let v2g = Hierarchy::new_in(Domain::Cpo, "Roots", algorithm, at(), rng).unwrap();
        let cps = Hierarchy::below(v2g.root.clone(), Domain::Cps, "Signer", at(), rng).unwrap();
        let cps: Leaf = cps.leaf(&CPS, "Signer 1", at(), rng).unwrap();
        let car = Hierarchy::new_in(Domain::Oem, "Cars", p521, at(), rng).unwrap();
        let car = car.leaf(&PROVISIONING, "WAUTESTCAR00000018", at(), rng).unwrap();
        let emsp = Hierarchy::new_in(Domain::Emsp, "Power", p521, at(), rng).unwrap();
        let answer = move |request: &[u8]| {
            let request = verify_request(&iso20::decode(request).unwrap()).unwrap();
            assert_eq!(request.prioritized_emaids.len(), 2);
            let rng = &mut rand::rng();
            let mut contract = |number: u8| {
                let contract = emsp.leaf(&CONTRACT, &format!("DEABCC00000000{number}"), at(), rng).unwrap();
                let (certificate, form) = (&contract.certificate, KeyIdForm::default());
                let key = wrap(&contract.key, certificate, &request.certificate, form, rng).unwrap();
                let data = ContractData { chain: contract.chain(), key };
                let message = sign(&data, &cps.chain(), &Signer::from(cps.key.clone())).unwrap();
                let delivery = Delivery { session_id: request.session_id, timestamp: 1, remaining: 3 - number };
                iso20::encode(&deliver(message, delivery)).unwrap()
            };
            (1..=request.maximum).map(&mut contract).collect()
        };
        let roots = vec![v2g.root.certificate().clone()];
        let car = Vehicle20 { chain: car.chain(), key: car.key, v2g_roots: roots, key_id_form: KeyIdForm::default() };
        (car, answer)
    }

    #[test]
    fn a_car_asks_for_two_contracts_and_gets_them() {
        for algorithm in [Algorithm::Secp521r1, Algorithm::Ed448] {
            let (car, answer) = world(algorithm);
            let responses = answer(&car.request_installation(&asked(2)).unwrap());
            let installed: Vec<_> = responses.iter().map(|exi| car.accept(exi, SESSION, at()).unwrap()).collect();
            let emaids: Vec<_> = installed.iter().map(|one| one.contract.emaid.as_sent().to_owned()).collect();
            assert_eq!(emaids, ["DEABCC000000001", "DEABCC000000002"]);
            assert_eq!(installed.last().unwrap().remaining, 1);
            for Installed { contract, .. } in installed {
                let signature = contract.key.sign_raw(b"challenge").unwrap();
                contract.chain.first().unwrap().public_key().verify_raw(b"challenge", &signature).unwrap();
            }
        }
    }

    #[test]
    fn another_car_reading_session_or_time_and_broken_messages_are_refused() {
        let (car, answer) = world(Algorithm::Secp521r1);
        let (other, _) = world(Algorithm::Secp521r1);
        let response = answer(&car.request_installation(&asked(1)).unwrap()).remove(0);
        let failed = |car: &Vehicle20, at: &str| match car.accept(&response, SESSION, at.parse().unwrap()) {
            Err(VehicleError::Refused(report)) => report.failures().map(|(check, _)| check).collect::<Vec<_>>(),
            other => panic!("{other:?}"),
        };
        let now = "2026-02-01T00:00:00Z";
        assert_eq!(failed(&other, now), [Check::CpsChain, Check::Key]);
        assert_eq!(failed(&Vehicle20 { key_id_form: KeyIdForm::Bytes, ..car.clone() }, now), [Check::Key]);
        assert_eq!(failed(&car, "2036-02-01T00:00:00Z"), [Check::CpsChain, Check::ContractChain]);
        let error = car.accept(&response, [0; 8], at()).unwrap_err();
        assert!(matches!(error, VehicleError::OtherSession), "{error}");
        for length in 0..response.len() {
            let error = car.accept(&response[..length], SESSION, at()).unwrap_err();
            assert!(matches!(error, VehicleError::Unreadable(_)), "{error}");
        }
    }

    #[test]
    fn a_car_asks_with_what_belongs_together() {
        let (car, _) = world(Algorithm::Secp521r1);
        let (other, _) = world(Algorithm::Secp521r1);
        let mixed = Vehicle20 { key: other.key, ..car.clone() };
        let refused = mixed.request_installation(&asked(1));
        assert!(matches!(refused, Err(VehicleError::Request(SignError::OtherKey))));
        let bare = Vehicle20 { chain: Vec::new(), ..car.clone() };
        assert!(matches!(bare.request_installation(&asked(1)), Err(VehicleError::NoCertificate)));
        let rootless = Vehicle20 { v2g_roots: Vec::new(), ..car };
        assert!(matches!(rootless.request_installation(&asked(1)), Err(VehicleError::Encode(_))));
    }
}
