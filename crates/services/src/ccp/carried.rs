//! A signed message that somebody brings: read, and checked as a car would, in either generation of ISO 15118.

use jiff::Timestamp;
use opnc_exi::iso20::EcdhCurve;
use opnc_messages::IsoVersion;
use opnc_pki::certificate::Certificate;
use opnc_pki::chain::{self, Purpose, ValidPath};
use opnc_pki::contract::{Report, iso2, iso20};

use super::unreadable;
use crate::anchors::TrustAnchors;
use crate::{Ecosystem, ServiceError};

/// The member of the body that carries it.
const MEMBER: &str = "certificateInstallationRes";

/// What a message carries, and what a car would have against it.
pub(super) struct Carried {
    /// The contract certificate and the CAs above it, DER.
    pub(super) contract_chain: Vec<Vec<u8>>,
    /// The certificate of the CPS and the CAs above it, DER.
    pub(super) cps_chain: Vec<Vec<u8>>,
    /// The EMAID as it stands in the message; ISO 15118-20 has none beside the certificate.
    pub(super) emaid: Option<String>,
    /// The curve of the key agreement, which ISO 15118-20 leaves open.
    pub(super) curve: Option<EcdhCurve>,
    /// Every check of a car that failed, but for the key, which only the car can unwrap.
    pub(super) problems: Vec<String>,
}

impl Carried {
    /// Reads a `CertificateInstallationRes`.
    ///
    /// # Errors
    /// The refusal of what is no such message of this generation.
    pub(super) fn read(
        version: IsoVersion,
        exi: &[u8],
        anchors: &TrustAnchors,
        now: Timestamp,
    ) -> Result<Self, ServiceError> {
        match version {
            IsoVersion::Iso2 => Self::read_iso2(exi, anchors, now),
            IsoVersion::Iso20 => Self::read_iso20(exi, anchors, now),
        }
    }

    fn read_iso2(exi: &[u8], anchors: &TrustAnchors, now: Timestamp) -> Result<Self, ServiceError> {
        let message = opnc_exi::iso2::decode(exi).map_err(|error| unreadable(MEMBER, exi, IsoVersion::Iso2, &error))?;
        let opnc_exi::iso2::Body::CertificateInstallationRes(response) = &message.body else {
            return Err(other_message());
        };
        let signed = iso2::verify_message(&message);
        let chains = iso2::verify_chains(response, &anchors.cps, Some(&anchors.contract), now);
        let (contract, cps) = (&response.contract_signature_cert_chain, &response.sa_provisioning_certificate_chain);
        Ok(Self {
            contract_chain: chain(&contract.certificate, &contract.sub_certificates),
            cps_chain: chain(&cps.certificate, &cps.sub_certificates),
            emaid: Some(response.emaid.value.clone()),
            curve: None,
            problems: problems([&signed, &chains]),
        })
    }

    fn read_iso20(exi: &[u8], anchors: &TrustAnchors, now: Timestamp) -> Result<Self, ServiceError> {
        let message =
            opnc_exi::iso20::decode(exi).map_err(|error| unreadable(MEMBER, exi, IsoVersion::Iso20, &error))?;
        let opnc_exi::iso20::Body::CertificateInstallationRes(response) = &message.body else {
            return Err(other_message());
        };
        let signed = iso20::verify_message(&message);
        let chains = iso20::verify_chains(response, &anchors.cps, Some(&anchors.contract), now);
        let data = &response.signed_installation_data;
        let (contract, cps) = (&data.contract_certificate_chain, &response.cps_certificate_chain);
        Ok(Self {
            contract_chain: chain(&contract.certificate, &contract.sub_certificates),
            cps_chain: chain(&cps.certificate, &cps.sub_certificates),
            emaid: None,
            curve: Some(data.ecdh_curve),
            problems: problems([&signed, &chains]),
        })
    }
}

fn other_message() -> ServiceError {
    ServiceError::invalid("certificateInstallationRes : the message is not a CertificateInstallationRes")
}

fn chain(leaf: &[u8], above: &[Vec<u8>]) -> Vec<Vec<u8>> {
    std::iter::once(leaf.to_vec()).chain(above.iter().cloned()).collect()
}

fn problems(reports: [&Report; 2]) -> Vec<String> {
    let failures = reports.into_iter().flat_map(Report::failures);
    failures.map(|(check, failure)| format!("certificateInstallationRes : {check}: {failure}")).collect()
}

/// The valid path from the CPS that signed up to a V2G root.
///
/// # Errors
/// Why there is none.
pub(super) fn cps_path(
    ecosystem: &Ecosystem,
    anchors: &TrustAnchors,
    carried: &Carried,
) -> Result<ValidPath, ServiceError> {
    let chain = read_all(&carried.cps_chain)?;
    let (leaf, above) = chain.split_first().ok_or_else(|| ServiceError::internal("a chain without a leaf"))?;
    chain::verify(leaf, above, &anchors.cps, Purpose::Cps, ecosystem.now())
        .map_err(|error| ServiceError::invalid(error.to_string()))
}

/// A chain, every certificate of which can be read.
pub(super) fn read_all(chain: &[Vec<u8>]) -> Result<Vec<Certificate>, ServiceError> {
    chain.iter().map(|der| read(der)).collect()
}

fn read(der: &[u8]) -> Result<Certificate, ServiceError> {
    Certificate::from_der(der).map_err(|error| ServiceError::invalid(format!("certificateInstallationRes : {error}")))
}
