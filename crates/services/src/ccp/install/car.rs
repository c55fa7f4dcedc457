//! The car that asks: who it is, and whether it is the one that is known.

use jiff::Timestamp;
use opnc_messages::IsoVersion;
use opnc_messages::ids::Pcid;
use opnc_pki::certificate::Certificate;
use opnc_pki::chain::{self, ChainErrorKind, Purpose, ValidPath};
use opnc_pki::key::sha256;
use opnc_store::{Reader, certificates, contracts, provisioning};

use super::super::failure::{Reason, Refusal};
use crate::anchors::TrustAnchors;
use crate::{Caller, Ecosystem, ServiceError, chains, pcp};

/// What is known of the car that asks.
pub(super) struct Car {
    pub(super) pcid: Pcid,
    /// SHA-256 of the public key that its contract keys are encrypted for.
    public_key_hash: [u8; 32],
    /// As published here, or as kept with a contract of a car published elsewhere.
    sub_cas: Vec<Certificate>,
}

impl Car {
    /// The known car whose request this is, by the provisioning certificate that signed it.
    ///
    /// # Errors
    /// A refusal when there is none, or one with another key.
    pub(super) async fn known(
        caller: &Caller,
        ecosystem: &Ecosystem,
        reader: &mut Reader,
        (leaf, version): (&Certificate, IsoVersion),
        refusal: &Refusal,
    ) -> Result<Self, ServiceError> {
        let pcid = pcp::pcid_of(leaf).map_err(|error| refusal.with(Reason::CertificateChain, error.to_string()))?;
        let Some(car) = Self::find(reader, &pcid, version).await? else {
            ecosystem.misses().note(caller, ecosystem.now());
            return Err(refusal.unknown_car());
        };
        if sha256(&leaf.public_key().to_spki()) != car.public_key_hash {
            // Anybody can make a certificate with any PCID: this is how one would guess which cars there are.
            ecosystem.misses().note(caller, ecosystem.now());
            let text = "OEMProvisioningCert : has another key than the provisioning certificate that is published for this car";
            return Err(refusal.with(Reason::CertificateChain, text));
        }
        Ok(car)
    }

    async fn find(reader: &mut Reader, pcid: &Pcid, version: IsoVersion) -> Result<Option<Self>, ServiceError> {
        if let Some(record) = provisioning::find(reader, pcid, version).await? {
            let sub_cas = record.sub_cas().map(chains::kept).collect::<Result<_, _>>()?;
            return Ok(Some(Self { pcid: record.pcid, public_key_hash: record.public_key_hash, sub_cas }));
        }
        for contract in contracts::of_pcid(reader, pcid).await? {
            if let (true, Some(chain)) = (contract.iso == version, &contract.provisioning_chain) {
                let kept = certificates::get_all(reader, chain).await?;
                let sub_cas = kept.iter().map(chains::kept).collect::<Result<_, _>>()?;
                let public_key_hash = contract.provisioning_key_hash;
                return Ok(Some(Self { pcid: contract.pcid, public_key_hash, sub_cas }));
            }
        }
        Ok(None)
    }

    /// The leaf in the request, the car's known one or a renewal of it with the same key, must chain to an OEM or V2G root
    /// over the sub CAs that are known or were `sent` with it.
    pub(super) fn check_chain(
        &self,
        leaf: &Certificate,
        sent: &[Certificate],
        anchors: &TrustAnchors,
        now: Timestamp,
        refusal: &Refusal,
    ) -> Result<ValidPath, ServiceError> {
        let above: Vec<_> = self.sub_cas.iter().chain(sent).cloned().collect();
        match chain::verify(leaf, &above, &anchors.provisioning, Purpose::Provisioning, now) {
            Ok(path) => Ok(path),
            Err(error) => {
                let reason = match error.kind() {
                    ChainErrorKind::Expired => Reason::Expired,
                    _ => Reason::CertificateChain,
                };
                Err(refusal.with(reason, format!("OEMProvisioningCert : {error}")))
            }
        }
    }
}
