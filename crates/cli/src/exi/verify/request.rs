//! Checks a request as the backend of a station would.

use std::fmt;

use jiff::Timestamp;
use opnc_exi::iso2::{CertificateInstallationReq, Message};
use opnc_pki::certificate::Certificate;
use opnc_pki::chain::{self, Anchors, ChainErrorKind, Purpose};
use opnc_pki::contract::iso2::{RequestError, verify_request};

use super::finding::{Finding, Outcome};

/// The checks that depend on each other: when one fails, those after it cannot be made.
#[derive(Clone, Copy)]
enum Step {
    Certificate,
    References,
    Algorithms,
    /// Of this element.
    Digest(&'static str),
    Signature,
}

impl Step {
    fn place(self) -> u8 {
        match self {
            Step::Certificate => 0,
            Step::References => 1,
            Step::Algorithms => 2,
            Step::Digest(_) => 3,
            Step::Signature => 4,
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Step::Certificate => f.write_str("provisioning certificate"),
            Step::References => f.write_str("references"),
            Step::Algorithms => f.write_str("algorithms"),
            Step::Digest(element) => write!(f, "digest of {element}"),
            Step::Signature => f.write_str("signature of the car"),
        }
    }
}

/// The results of all checks that the message, the CA certificates and the roots allow.
pub(super) fn check(
    message: &Message,
    request: &CertificateInstallationReq,
    sub_cas: &[Certificate],
    anchors: &Anchors,
    at: Timestamp,
) -> Vec<Finding> {
    let mut findings = steps("CertificateInstallationReq", verify_request(message).err().as_ref());
    if let Ok(leaf) = Certificate::from_der(&request.oem_provisioning_cert) {
        findings.push(Finding::new("chain of the car", chain_outcome(&leaf, sub_cas, anchors, at)));
    }
    findings
}

/// The results of the checks of a request whose car signs this element.
pub(super) fn steps(element: &'static str, failed: Option<&RequestError>) -> Vec<Finding> {
    let failed = failed.map(|error| (step(error), error.to_string()));
    let steps = [Step::Certificate, Step::References, Step::Algorithms, Step::Digest(element), Step::Signature];
    let outcome = |step: Step| match &failed {
        Some((failed, reason)) if failed.place() == step.place() => Outcome::Failed(reason.clone()),
        Some((failed, _)) if failed.place() < step.place() => {
            Outcome::NotChecked("a check before it failed".to_owned())
        }
        _ => Outcome::Ok,
    };
    steps.into_iter().map(|step| Finding::new(step, outcome(step))).collect()
}

fn step(error: &RequestError) -> Step {
    match error {
        RequestError::OtherMessage | RequestError::Certificate(_) => Step::Certificate,
        RequestError::NotSigned | RequestError::References(_) | RequestError::OtherElement { .. } => Step::References,
        RequestError::Algorithm(_) => Step::Algorithms,
        RequestError::Encode(_) | RequestError::Digest => Step::Digest(""),
        RequestError::Signature(_) => Step::Signature,
    }
}

fn chain_outcome(leaf: &Certificate, sub_cas: &[Certificate], anchors: &Anchors, at: Timestamp) -> Outcome {
    match chain::verify(leaf, sub_cas, anchors, Purpose::Provisioning, at) {
        Ok(_) => Outcome::Ok,
        Err(error) if error.kind() == ChainErrorKind::NoAnchor && sub_cas.is_empty() => Outcome::NotChecked(format!(
            "the message carries the leaf alone, and the certificate of {} was not given (--sub-ca)",
            leaf.issuer()
        )),
        Err(error) => Outcome::Failed(error.to_string()),
    }
}
