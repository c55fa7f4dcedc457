//! Contract data on their way to the signature of the CPS, in the shape of their generation of ISO 15118.

use opnc_messages::IsoVersion;
use opnc_messages::cps::{ContractCertificateBundle, KeyCarrier};
use opnc_messages::ids::Emaid;
use opnc_pki::certificate::Certificate;
use opnc_pki::contract::{iso2, iso20};
use opnc_pki::key::{Algorithm, SoftwareKey};

use crate::authorities::Authority;
use crate::{Ecosystem, ServiceError};

/// A contract key that only the car can unwrap.
pub(super) enum Wrapped {
    Iso2(iso2::WrappedKey),
    Iso20(iso20::WrappedKey),
}

/// A contract with its wrapped key.
pub(super) struct Unsigned {
    /// The contract certificate and the CAs above it.
    pub(super) chain: Vec<Certificate>,
    pub(super) key: Wrapped,
    pub(super) emaid: Emaid,
}

impl Wrapped {
    /// Takes the wrapped key out of a bundle.
    ///
    /// # Errors
    /// What is wrong with it, in sentences with the names of the members.
    pub(super) fn of_bundle(bundle: &ContractCertificateBundle, version: IsoVersion) -> Result<Self, Vec<String>> {
        let (key, dh_key) =
            (bundle.contract_signature_encrypted_private_key.as_bytes(), bundle.dh_public_key.as_bytes());
        let wrapped = match bundle.carrier(version)? {
            KeyCarrier::Iso2 => iso2::WrappedKey::new(key, dh_key).map(Self::Iso2),
            KeyCarrier::Secp521 => iso20::WrappedKey::secp521(key, dh_key).map(Self::Iso20),
            KeyCarrier::X448 => iso20::WrappedKey::x448(key, dh_key).map(Self::Iso20),
            KeyCarrier::Tpm => iso20::WrappedKey::tpm(key, dh_key).map(Self::Iso20),
        };
        wrapped.map_err(|error| vec![format!("contractSignatureEncryptedPrivateKey, dHpublickey : {error}")])
    }

    /// Wraps the key of a contract certificate for the car with this provisioning certificate, in the car's generation.
    ///
    /// # Errors
    /// The refusal of a car whose key nothing can be wrapped for here.
    pub(super) fn make(
        ecosystem: &Ecosystem,
        key: &SoftwareKey,
        contract: &Certificate,
        car: &Certificate,
    ) -> Result<Self, ServiceError> {
        let rng = &mut ecosystem.rng();
        match car.public_key().algorithm() {
            Algorithm::Secp256r1 => {
                iso2::wrap(key, car.public_key(), rng).map(Self::Iso2).map_err(ServiceError::internal)
            }
            Algorithm::Secp521r1 => {
                let form = ecosystem.policy().key_id_form;
                iso20::wrap(key, contract, car, form, rng).map(Self::Iso20).map_err(ServiceError::internal)
            }
            Algorithm::Ed448 => Err(ServiceError::invalid(
                "pcid : the car's provisioning certificate has an Ed448 key, for which contract keys are wrapped with X448. \
                 That is not made here; make the contract data with your own PKI and have them signed",
            )),
        }
    }

    /// The problem of a key that is of another kind than the contract certificate. In ISO 15118-2 there is one kind alone.
    pub(super) fn contract_mismatch(&self, contract: &Certificate) -> Option<String> {
        let Self::Iso20(wrapped) = self else { return None };
        let problem = wrapped.check_fits(contract).err()?;
        Some(format!("contractSignatureEncryptedPrivateKey : {problem}"))
    }

    /// Refuses a key that was wrapped on another curve than that of the car's provisioning certificate.
    pub(super) fn check_fits(&self, car: &Certificate) -> Result<(), ServiceError> {
        let Self::Iso20(wrapped) = self else { return Ok(()) };
        check_curve(wrapped.curve(), car)
    }
}

/// Refuses contract data of ISO 15118-20 whose key agreement the car cannot take part in.
pub(crate) fn check_curve(curve: opnc_exi::iso20::EcdhCurve, car: &Certificate) -> Result<(), ServiceError> {
    use opnc_exi::iso20::EcdhCurve;
    let algorithm = car.public_key().algorithm();
    let fits = match curve {
        EcdhCurve::Secp521 => algorithm == Algorithm::Secp521r1,
        EcdhCurve::X448 => algorithm == Algorithm::Ed448,
    };
    if fits {
        return Ok(());
    }
    Err(ServiceError::invalid(format!(
        "dHpublickey : is of {}, and the car's provisioning certificate has a key of {algorithm}",
        curve.as_str()
    )))
}

impl Unsigned {
    /// Signs with a CPS key of ours and encodes the message.
    pub(super) fn sign(self, ecosystem: &Ecosystem, cps: &Authority) -> Result<Vec<u8>, ServiceError> {
        let signer = cps.signer(ecosystem)?;
        match self.key {
            Wrapped::Iso2(key) => {
                let data = iso2::ContractData { chain: self.chain, key, emaid: self.emaid };
                let message = iso2::sign(&data, &cps.chain(), &signer).map_err(ServiceError::internal)?;
                opnc_exi::iso2::encode(&message).map_err(ServiceError::internal)
            }
            Wrapped::Iso20(key) => {
                let data = iso20::ContractData { chain: self.chain, key };
                let message = iso20::sign(&data, &cps.chain(), &signer).map_err(ServiceError::internal)?;
                opnc_exi::iso20::encode(&message).map_err(ServiceError::internal)
            }
        }
    }
}
