//! Verifies the two chains in contract data.

use jiff::Timestamp;
use opnc_exi::iso2::{CertificateChain, CertificateInstallationRes};
use opnc_messages::IsoVersion;

use super::super::chains;
use super::{Check, Failure, Report};
use crate::certificate::Certificate;
use crate::chain::Anchors;

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
    let cps = read("CPS", &response.sa_provisioning_certificate_chain);
    let cps = cps.and_then(|chain| chains::check_cps(&chain, v2g_roots, IsoVersion::Iso2, at));
    report.add(Check::CpsChain, cps);
    let contract = read("contract", &response.contract_signature_cert_chain);
    let contract = contract.and_then(|chain| chains::check_contract(&chain, contract_roots, IsoVersion::Iso2, at));
    report.add(Check::ContractChain, contract);
    report
}

/// The certificates of a chain in a message, leaf first.
pub(super) fn read(whose: &'static str, chain: &CertificateChain) -> Result<Vec<Certificate>, Failure> {
    chains::read(whose, &chain.certificate, &chain.sub_certificates)
}
