//! Checks a response as a car would.

use jiff::Timestamp;
use opnc_exi::iso2::{Body, CertificateInstallationRes, CertificateUpdateRes, Header, Message, ResponseCode};
use opnc_pki::chain::{Anchors, ChainErrorKind};
use opnc_pki::contract::iso2::{self, Check, Entry, Failure, Report};

use super::finding::{Finding, Outcome};

/// The results of all checks that the message and the roots allow.
pub(super) fn check(
    header: &Header,
    response: &CertificateInstallationRes,
    anchors: &Anchors,
    at: Timestamp,
) -> Vec<Finding> {
    let message = Message { header: header.clone(), body: Body::CertificateInstallationRes(response.clone()) };
    if response.response_code.is_failure() {
        return failed_response(response.response_code);
    }
    let mut findings: Vec<Finding> = iso2::verify_message(&message).entries().iter().map(finding).collect();
    let chains = iso2::verify_chains(response, anchors, Some(anchors), at);
    let unanchored = iso2::verify_chains(response, anchors, None, at);
    findings.extend(chain_findings(&chains, &unanchored));
    findings.push(Finding::new(Check::Key, Outcome::NotChecked("only the car can unwrap it".to_owned())));
    findings
}

/// The results for both chains. A contract chain that leads to none of the roots given, but holds in itself, is not held
/// against the message.
pub(super) fn chain_findings(anchored: &Report, unanchored: &Report) -> Vec<Finding> {
    let pairs = anchored.entries().iter().zip(unanchored.entries());
    pairs
        .map(|(anchored, unanchored)| match (anchored.check, &anchored.failure, &unanchored.failure) {
            (Check::ContractChain, Some(failure), None) if lacks_root(failure) => {
                Finding::new(anchored.check, Outcome::NotChecked(format!("holds in itself, but {failure}")))
            }
            (Check::ContractChain, Some(failure), Some(_)) if lacks_root(failure) => finding(unanchored),
            _ => finding(anchored),
        })
        .collect()
}

/// A failed response holds fillers where contract data would be, and needs no signature.
fn failed_response(code: ResponseCode) -> Vec<Finding> {
    vec![
        Finding::new(Check::Response, Outcome::Failed(Failure::ResponseCode(code.as_str()).to_string())),
        Finding::new("contract data", Outcome::NotChecked("a response that reports a failure carries none".to_owned())),
    ]
}

pub(super) fn finding(entry: &Entry) -> Finding {
    let outcome = entry.failure.as_ref().map_or(Outcome::Ok, |failure| Outcome::Failed(failure.to_string()));
    Finding::new(entry.check, outcome)
}

/// Whether nothing is wrong but that the chain leads to none of the roots given. Cars hold no eMSP roots, so who checks a
/// message often has none either.
fn lacks_root(failure: &Failure) -> bool {
    matches!(failure, Failure::Chain(error) if error.kind() == ChainErrorKind::NoAnchor)
}

/// A response to an update, as the response to an installation that has the same signed elements.
pub(super) fn as_installation(update: &CertificateUpdateRes) -> CertificateInstallationRes {
    CertificateInstallationRes {
        response_code: update.response_code,
        sa_provisioning_certificate_chain: update.sa_provisioning_certificate_chain.clone(),
        contract_signature_cert_chain: update.contract_signature_cert_chain.clone(),
        contract_signature_encrypted_private_key: update.contract_signature_encrypted_private_key.clone(),
        dh_public_key: update.dh_public_key.clone(),
        emaid: update.emaid.clone(),
    }
}
