//! Checks a request as the backend of a station would.

use std::fmt;

use jiff::Timestamp;
use opnc_exi::iso2::{CertificateInstallationReq, Message};
use opnc_pki::certificate::Certificate;
use opnc_pki::chain::{self, Anchors, ChainErrorKind, Purpose};
use opnc_pki::contract::iso2::{RequestError, verify_request};

use super::finding::{Finding, Outcome};

/// The checks that depend on each other: when one fails, those after it cannot be made.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Certificate,
    References,
    Algorithms,
    Digest,
    Signature,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Step::Certificate => "provisioning certificate",
            Step::References => "references",
            Step::Algorithms => "algorithms",
            Step::Digest => "digest of CertificateInstallationReq",
            Step::Signature => "signature of the car",
        })
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
    let failed = verify_request(message).err().map(|error| (step(&error), error.to_string()));
    let steps = [Step::Certificate, Step::References, Step::Algorithms, Step::Digest, Step::Signature];
    let mut findings: Vec<Finding> = steps
        .into_iter()
        .map(|step| {
            let outcome = match &failed {
                Some((failed, reason)) if *failed == step => Outcome::Failed(reason.clone()),
                Some((failed, _)) if *failed < step => Outcome::NotChecked("a check before it failed".to_owned()),
                _ => Outcome::Ok,
            };
            Finding::new(step, outcome)
        })
        .collect();
    if let Ok(leaf) = Certificate::from_der(&request.oem_provisioning_cert) {
        findings.push(Finding::new("chain of the car", chain_outcome(&leaf, sub_cas, anchors, at)));
    }
    findings
}

fn step(error: &RequestError) -> Step {
    match error {
        RequestError::OtherMessage | RequestError::Certificate(_) => Step::Certificate,
        RequestError::NotSigned | RequestError::References(_) | RequestError::OtherElement { .. } => Step::References,
        RequestError::Algorithm(_) => Step::Algorithms,
        RequestError::Encode(_) | RequestError::Digest => Step::Digest,
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
