//! `opnc cert verify`: whether a chain leads to a trusted root.

use clap::Args;
use jiff::Timestamp;
use opnc_pki::certificate::Certificate;
use opnc_pki::chain::{self, ValidPath};

use super::purpose::Purpose;
use crate::failure::Failure;
use crate::input::Input;
use crate::trusted::Trust;
use crate::{Verdict, certificates, output};

/// Check that a certificate leads to a trusted root
///
/// The file holds the certificate to check first, and the CA certificates between it and the root in any order; a root in
/// it is not trusted for being there. Every certificate on the path must be valid at the given time, and be allowed to do
/// what it does there: key usages, path lengths and signatures are checked, and that the leaf suits its purpose.
///
/// Prints the path, or the exact reason why there is none. Revocation is not checked.
#[derive(Args)]
#[command(after_help = EXAMPLES, override_usage = "opnc cert verify [OPTIONS] <FILE> --root <PEM>...")]
pub(crate) struct Verify {
    /// The certificate and the CA certificates above it; - for the standard input
    file: Input,

    #[command(flatten)]
    trust: Trust,

    /// What the certificate is to be used for [default: what its domain component (DC) says]
    #[arg(long, value_enum)]
    purpose: Option<Purpose>,
}

const EXAMPLES: &str = "\
Examples:
  opnc cert verify chain.pem --root oem-root.pem --purpose provisioning
  opnc cert verify chain.pem --root roots/*.pem --at 2027-01-01";

impl Verify {
    pub(crate) fn run(self) -> Result<Verdict, Failure> {
        let certificates = certificates::read(&self.file)?;
        let Some((leaf, above)) = certificates.split_first() else {
            return Err(self.file.problem("holds no certificate"));
        };
        let purpose = match self.purpose.or_else(|| Purpose::of(leaf)) {
            Some(purpose) => purpose,
            None => return Err(self.file.problem("the certificate does not tell its purpose; name it with --purpose")),
        };
        let at = self.trust.at();
        match chain::verify(leaf, above, &self.trust.anchors()?, purpose.into(), at) {
            Ok(path) => {
                output::print(describe(&path, purpose, at))?;
                Ok(Verdict::Passed)
            }
            Err(error) => {
                output::print(format!("REFUSED as a {purpose} at {at}: {error}\n"))?;
                Ok(Verdict::Failed)
            }
        }
    }
}

/// The path from the leaf to the root, a line each, and what is unusual about it.
fn describe(path: &ValidPath, purpose: Purpose, at: Timestamp) -> String {
    let line = |place, certificate: &Certificate| {
        format!("  {place:<8} {}, valid until {}\n", certificate.subject(), certificate.not_after())
    };
    let mut text = format!("accepted as a {purpose} at {at}\n");
    text += &line("leaf", path.leaf());
    for sub_ca in path.sub_cas() {
        text += &line("sub CA", sub_ca);
    }
    text += &line("root", path.anchor());
    for warning in path.warnings() {
        text += &format!("  warning  {warning}\n");
    }
    text
}
