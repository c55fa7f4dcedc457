//! Everything a car checks before it takes a contract over.

use jiff::Timestamp;
use opnc_exi::iso2::Message;

use super::{Check, Contract, Failure, Report, open, verify, verify_chains, verify_message};
use crate::chain::Anchors;
use crate::key::SoftwareKey;

/// Makes all checks of [`verify_message`], [`verify_chains`] and [`open`], and gives the contract only when each of
/// them holds. `provisioning_key` is the key of the car's provisioning certificate.
///
/// # Errors
/// The report of all checks, of which at least one failed.
pub fn accept(
    message: &Message,
    provisioning_key: &SoftwareKey,
    v2g_roots: &Anchors,
    contract_roots: Option<&Anchors>,
    at: Timestamp,
) -> Result<Contract, Report> {
    let mut report = verify_message(message);
    let Ok(response) = verify::response(message) else {
        return Err(report);
    };
    report.append(verify_chains(response, v2g_roots, contract_roots, at));
    let contract = match open(response, provisioning_key) {
        // Among the checks of the message already.
        Err(Failure::Emaid { .. }) => report.add(Check::Key, Ok(None)),
        opened => report.add(Check::Key, opened.map(Some)),
    };
    if report.is_ok() { contract.flatten().ok_or(report) } else { Err(report) }
}
