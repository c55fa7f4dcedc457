//! Whether anything that a delivery rests on is revoked: the car's certificate, the contract's, the CPS's.

use opnc_messages::IsoVersion;
use opnc_pki::certificate::Certificate;
use opnc_pki::chain::ValidPath;
use opnc_store::contracts::Contract;

use super::super::failure::{Reason, Refusal};
use crate::anchors::TrustAnchors;
use crate::revocation_check::{self, Finding, Mode};
use crate::{Ecosystem, ServiceError};

/// Refuses a delivery when a certificate is revoked, or when nobody tells and the operator requires it.
pub(super) async fn refuse(
    ecosystem: &Ecosystem,
    anchors: &TrustAnchors,
    car: &ValidPath,
    contracts: impl IntoIterator<Item = &Contract>,
    refusal: &Refusal,
) -> Result<(), ServiceError> {
    let mode = ecosystem.policy().revocation.ccp;
    if mode == Mode::Off {
        // What we revoke ourselves leaves the pools at once: there is nothing to ask our own records for.
        return Ok(());
    }
    let car: Vec<_> = std::iter::once(car.leaf()).chain(car.sub_cas()).cloned().collect();
    let mut chains = vec![car];
    for contract in contracts {
        chains.extend(carried(contract)?);
    }
    for chain in chains {
        match (revocation_check::check(ecosystem, anchors, mode, &chain).await?, mode) {
            (Finding::Revoked { name, at, .. }, _) => {
                return Err(refusal.with(Reason::Revoked, format!("The certificate \"{name}\" was revoked on {at}.")));
            }
            (Finding::Unanswered(why), Mode::Require) => {
                tracing::warn!(why, "a contract is not delivered: nobody tells whether a certificate is revoked");
                return Err(ServiceError::Unavailable(
                    "Nobody tells whether the certificates of this delivery are revoked, and this pool requires it.",
                ));
            }
            _ => {}
        }
    }
    Ok(())
}

/// The chains of contract and CPS in a stored message, in this order.
pub(in crate::ccp) fn carried(contract: &Contract) -> Result<Vec<Vec<Certificate>>, ServiceError> {
    let chains = match contract.iso {
        IsoVersion::Iso2 => {
            let message = opnc_exi::iso2::decode(&contract.message).map_err(ServiceError::internal)?;
            let opnc_exi::iso2::Body::CertificateInstallationRes(response) = message.body else {
                return Ok(Vec::new());
            };
            let (own, cps) = (response.contract_signature_cert_chain, response.sa_provisioning_certificate_chain);
            [(own.certificate, own.sub_certificates), (cps.certificate, cps.sub_certificates)]
        }
        IsoVersion::Iso20 => {
            let message = opnc_exi::iso20::decode(&contract.message).map_err(ServiceError::internal)?;
            let opnc_exi::iso20::Body::CertificateInstallationRes(response) = message.body else {
                return Ok(Vec::new());
            };
            let (own, cps) =
                (response.signed_installation_data.contract_certificate_chain, response.cps_certificate_chain);
            [(own.certificate, own.sub_certificates), (cps.certificate, cps.sub_certificates)]
        }
    };
    let read = |der: &Vec<u8>| Certificate::from_der(der).map_err(ServiceError::internal);
    let chains = chains.iter().map(|(leaf, sub_cas)| std::iter::once(leaf).chain(sub_cas).map(read).collect());
    chains.collect()
}
