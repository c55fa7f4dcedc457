//! Verifies the two chains in contract data.

use jiff::Timestamp;
use opnc_exi::iso2::{CertificateChain, CertificateInstallationRes};

use super::{Check, Failure, Report};
use crate::certificate::Certificate;
use crate::chain::{self, Anchors, Purpose};

/// Checks that the CPS chain leads to one of `v2g_roots` and is that of a CPS, and that the contract chain holds. All
/// certificates must be valid at `at`.
///
/// A car has no eMSP roots: without `contract_roots` the contract chain must hold up to the topmost certificate in the
/// message, which is taken as it is.
pub fn verify_chains(
    response: &CertificateInstallationRes,
    v2g_roots: &Anchors,
    contract_roots: Option<&Anchors>,
    at: Timestamp,
) -> Report {
    let mut report = Report::default();
    report.add(Check::CpsChain, cps_chain(response, v2g_roots, at));
    report.add(Check::ContractChain, contract_chain(response, contract_roots, at));
    report
}

fn cps_chain(response: &CertificateInstallationRes, v2g_roots: &Anchors, at: Timestamp) -> Result<(), Failure> {
    let chain = read("CPS", &response.sa_provisioning_certificate_chain)?;
    let (leaf, above) = chain.split_first().ok_or(Failure::OtherMessage)?;
    chain::verify(leaf, above, v2g_roots, Purpose::Cps, at)?;
    Ok(())
}

fn contract_chain(
    response: &CertificateInstallationRes,
    contract_roots: Option<&Anchors>,
    at: Timestamp,
) -> Result<(), Failure> {
    let chain = read("contract", &response.contract_signature_cert_chain)?;
    let (leaf, above) = chain.split_first().ok_or(Failure::OtherMessage)?;
    match contract_roots {
        Some(roots) => chain::verify(leaf, above, roots, Purpose::Contract, at)?,
        None => chain::verify_unanchored(leaf, above, Purpose::Contract, at)?,
    };
    Ok(())
}

/// The certificates of a chain in a message, leaf first.
pub(super) fn read(whose: &'static str, chain: &CertificateChain) -> Result<Vec<Certificate>, Failure> {
    std::iter::once(&chain.certificate)
        .chain(&chain.sub_certificates)
        .map(|der| Certificate::from_der(der).map_err(|error| Failure::Certificate { whose, error }))
        .collect()
}
