//! Checks messages of ISO 15118-20, and opens the contract key for who has the car's.

use clap::{Args, ValueEnum};
use jiff::Timestamp;
use opnc_exi::iso20::{Body, Message};
use opnc_messages::ids::Pcid;
use opnc_pki::certificate::Certificate;
use opnc_pki::chain::{self, Anchors, Purpose};
use opnc_pki::contract::iso20::{self, Check, KeyIdForm, Receiver};
use opnc_pki::key::SoftwareKey;

use super::finding::{Finding, Outcome};
use super::request::steps;
use super::response::{chain_findings, finding};
use crate::failure::Failure;
use crate::input::Input;

/// The car for which a response of ISO 15118-20 is opened.
#[derive(Args)]
pub(super) struct CarArguments {
    /// The key of the car's provisioning certificate (PKCS#8 PEM, secp521r1), to open the contract key of ISO 15118-20
    #[arg(long, value_name = "PEM", requires = "pcid")]
    vehicle_key: Option<Input>,

    /// The car's PCID as it stands in its provisioning certificate, which the encryption covers
    #[arg(long, value_name = "PCID")]
    pcid: Option<Pcid>,

    /// How the encryption names the contract certificate: by the hexadecimal digits of its key identifier, or its bytes
    #[arg(long, value_name = "FORM", default_value = "hex")]
    key_identifier: Form,
}

/// A reading of the standard.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Form {
    Hex,
    Bytes,
}

/// A car with its key.
pub(super) struct Car {
    pcid: String,
    key: SoftwareKey,
    form: KeyIdForm,
}

impl CarArguments {
    /// The car, when it was given.
    pub(super) fn read(&self) -> Result<Option<Car>, Failure> {
        let (Some(file), Some(pcid)) = (&self.vehicle_key, &self.pcid) else { return Ok(None) };
        let pem = String::from_utf8(file.read()?).map_err(|_| file.problem("no PEM"))?;
        let key = SoftwareKey::from_pkcs8_pem(&pem).map_err(|error| file.problem(error))?;
        let form = match self.key_identifier {
            Form::Hex => KeyIdForm::HexDigits,
            Form::Bytes => KeyIdForm::Bytes,
        };
        Ok(Some(Car { pcid: pcid.as_sent().to_owned(), key, form }))
    }
}

/// The results of all checks that the message, the certificates and the key allow.
pub(super) fn check(
    message: &Message,
    sub_cas: &[Certificate],
    car: Option<&Car>,
    anchors: &Anchors,
    at: Timestamp,
) -> (&'static str, Vec<Finding>) {
    match &message.body {
        Body::CertificateInstallationReq(_) => {
            ("CertificateInstallationReq", check_request(message, sub_cas, anchors, at))
        }
        Body::CertificateInstallationRes(response) => {
            let mut findings: Vec<_> = iso20::verify_message(message).entries().iter().map(finding).collect();
            if response.response_code.is_failure() || response.response_code.is_warning() {
                findings.truncate(1);
                let none = "a response that reports a failure carries none".to_owned();
                findings.push(Finding::new("contract data", Outcome::NotChecked(none)));
                return ("CertificateInstallationRes", findings);
            }
            let anchored = iso20::verify_chains(response, anchors, Some(anchors), at);
            let unanchored = iso20::verify_chains(response, anchors, None, at);
            findings.extend(chain_findings(&anchored, &unanchored));
            let key = match car {
                None => Outcome::NotChecked("only the car can unwrap it (--vehicle-key)".to_owned()),
                Some(Car { pcid, key, form }) => {
                    match iso20::open(response, &Receiver { pcid, key, key_id_form: *form }) {
                        Ok(_) => Outcome::Ok,
                        Err(failure) => Outcome::Failed(failure.to_string()),
                    }
                }
            };
            findings.push(Finding::new(Check::Key, key));
            ("CertificateInstallationRes", findings)
        }
    }
}

fn check_request(message: &Message, sub_cas: &[Certificate], anchors: &Anchors, at: Timestamp) -> Vec<Finding> {
    let verified = iso20::verify_request(message);
    let mut findings = steps("OEMProvisioningCertificateChain", verified.as_ref().err());
    if let Ok(verified) = &verified {
        let above: Vec<_> = verified.chain.iter().skip(1).chain(sub_cas).cloned().collect();
        let chain = chain::verify(&verified.certificate, &above, anchors, Purpose::Provisioning, at);
        let outcome = chain.map_or_else(|error| Outcome::Failed(error.to_string()), |_| Outcome::Ok);
        findings.push(Finding::new("chain of the car", outcome));
    }
    findings
}
