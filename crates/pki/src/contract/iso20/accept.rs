//! Everything a car checks before it takes a contract over.

use jiff::Timestamp;
use opnc_exi::iso20::Message;

use super::{Check, Contract, Failure, KeyIdForm, Report, open, verify, verify_chains, verify_message};
use crate::chain::Anchors;
use crate::key::SoftwareKey;

/// The car that a contract is for.
#[derive(Debug, Clone, Copy)]
pub struct Receiver<'a> {
    /// The common name of its provisioning certificate, as it stands there.
    pub pcid: &'a str,
    /// The key of its provisioning certificate.
    pub key: &'a SoftwareKey,
    /// How it reads the standard about key identifiers.
    pub key_id_form: KeyIdForm,
}

/// Makes all checks of [`verify_message`], [`verify_chains`] and [`open`], and gives the contract only when each of
/// them holds.
///
/// # Errors
/// The report of all checks, of which at least one failed.
pub fn accept(
    message: &Message,
    receiver: &Receiver<'_>,
    v2g_roots: &Anchors,
    contract_roots: Option<&Anchors>,
    at: Timestamp,
) -> Result<Contract, Report> {
    let mut report = verify_message(message);
    let Ok(response) = verify::response(message) else {
        return Err(report);
    };
    report.append(verify_chains(response, v2g_roots, contract_roots, at));
    let contract = match open(response, receiver) {
        // Among the checks of the message already.
        Err(Failure::NoEmaid(_)) => report.add(Check::Key, Ok(None)),
        opened => report.add(Check::Key, opened.map(Some)),
    };
    if report.is_ok() { contract.flatten().ok_or(report) } else { Err(report) }
}
