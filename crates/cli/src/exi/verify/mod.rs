//! `opnc exi verify`: whether the signature of a message and the chains behind it hold.

mod finding;
mod iso20;
mod request;
mod response;

use clap::Args;
use finding::{Finding, Findings};
use iso20::CarArguments;
use jiff::Timestamp;
use opnc_exi::iso2::Body;
use opnc_pki::chain::Anchors;

use super::message;
use crate::failure::Failure;
use crate::input::Input;
use crate::trusted::Trust;
use crate::{Verdict, certificates, output};

/// Check the signature of a message and the certificates behind it
///
/// A CertificateInstallationRes or CertificateUpdateRes is checked as a car would: the digest of each of the four signed
/// elements, the signature of the provisioning service (CPS), its chain to a trusted root with DC=CPS in the leaf, and the
/// chain of the contract. Only the car can unwrap the contract's private key, so that stays unchecked.
///
/// A CertificateInstallationReq is checked as a backend would: its digest, the car's signature, and the chain of the
/// provisioning certificate as far as it is known. The message carries the leaf alone; give the rest with --sub-ca.
///
/// Messages of ISO 15118-20 are known by themselves. Their requests carry the sub CAs, and with --vehicle-key the contract
/// key of a response is opened as well, for the car with that --pcid.
///
/// Prints a line per check. Exits with 1 when a check failed; one that could not be made does not count as failed.
#[derive(Args)]
#[command(after_help = EXAMPLES, override_usage = "opnc exi verify [OPTIONS] <FILE> --root <PEM>...")]
pub(crate) struct Verify {
    /// The message: EXI, or its hex or base64 text; - for the standard input
    file: Input,

    #[command(flatten)]
    trust: Trust,

    /// CA certificates above a provisioning certificate, which a request does not carry
    #[arg(long = "sub-ca", value_name = "PEM", num_args = 1..)]
    sub_cas: Vec<Input>,

    #[command(flatten)]
    car: CarArguments,

    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  opnc exi verify response.exi --root v2g-root.pem
  opnc exi verify response.exi --root v2g-root.pem emsp-root.pem --at 2025-01-01
  opnc exi verify request.exi --root oem-root.pem --sub-ca oem-sub1.pem oem-sub2.pem --json
  opnc exi verify iso20/installation-res.exi --root iso20/v2g-root.pem --vehicle-key iso20/vehicle-key.pem --pcid WAUZZZGE7RA0000019";

impl Verify {
    pub(crate) fn run(self) -> Result<Verdict, Failure> {
        let anchors = self.trust.anchors()?;
        let at = self.trust.at();
        let (name, checks) = match message::read(&self.file)? {
            message::Message::Iso2(message) => self.check_iso2(&message, &anchors, at)?,
            message::Message::Iso20(message) => {
                let sub_cas = certificates::read_all(&self.sub_cas)?;
                let car = self.car.read()?;
                iso20::check(&message, &sub_cas, car.as_ref(), &anchors, at)
            }
        };
        let findings = Findings { message: name, at, checks };
        if self.json {
            output::print_json(&findings)?
        } else {
            output::print(findings.to_string())?
        }
        Ok(if findings.accepted() { Verdict::Passed } else { Verdict::Failed })
    }
    fn check_iso2(
        &self,
        message: &opnc_exi::iso2::Message,
        anchors: &Anchors,
        at: Timestamp,
    ) -> Result<(&'static str, Vec<Finding>), Failure> {
        match &message.body {
            Body::CertificateInstallationReq(request) => {
                let sub_cas = certificates::read_all(&self.sub_cas)?;
                Ok(("CertificateInstallationReq", request::check(message, request, &sub_cas, anchors, at)))
            }
            Body::CertificateInstallationRes(response) => {
                Ok(("CertificateInstallationRes", response::check(&message.header, response, anchors, at)))
            }
            Body::CertificateUpdateRes(update) => {
                let response = response::as_installation(update);
                Ok(("CertificateUpdateRes", response::check(&message.header, &response, anchors, at)))
            }
            Body::CertificateUpdateReq(_) => {
                Err(self.file.problem("a CertificateUpdateReq; only the other three messages can be checked"))
            }
        }
    }
}
