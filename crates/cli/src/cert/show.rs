//! `opnc cert show`: the fields of certificates, for people.

use clap::Args;
use opnc_pki::{Clock, SystemClock};

use super::describe;
use crate::failure::Failure;
use crate::input::Input;
use crate::{Verdict, certificates, output};

/// Print what is in every certificate of a file
///
/// Names, dates, key usages, key identifiers, addresses and the SHA-256 fingerprint by which OPNC knows a root, and
/// warnings about what stricter software or a car may refuse.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Show {
    /// The certificates: PEM with any number of them, or one as DER, base64 or hex; - for the standard input
    file: Input,
}

const EXAMPLES: &str = "\
Examples:
  opnc cert show chain.pem
  opnc exi decode response.exi \\
    | jq -r .V2G_Message.Body.CertificateInstallationRes.ContractSignatureCertChain.Certificate \\
    | opnc cert show -";

impl Show {
    pub(crate) fn run(self) -> Result<Verdict, Failure> {
        let now = SystemClock.now();
        let certificates = certificates::read(&self.file)?;
        let descriptions: Vec<String> =
            certificates.iter().map(|certificate| describe::describe(certificate, now)).collect();
        output::print(descriptions.join("\n"))?;
        Ok(Verdict::Passed)
    }
}
