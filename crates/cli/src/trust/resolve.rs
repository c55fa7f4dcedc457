//! `opnc trust resolve`: which root a certificate leads to, or why it leads to none.

use clap::Args;
use jiff::Timestamp;
use opnc_messages::CertificateDer;
use opnc_messages::trust::{CheckedCertificate, Purpose, ResolveTrustReq, ResolveTrustRes, RevocationState};

use super::place::{Asked, Place, unanswered};
use crate::failure::Failure;
use crate::input::Input;
use crate::output::{self, Format};
use crate::table::Table;
use crate::{Verdict, certificates, trusted};

/// Find the trusted root that a certificate leads to, or say why there is none and whom to call
///
/// The files hold the certificate and of the CAs above it some, all or none, in any order. What is missing is looked for among
/// all that the pools hold. Dates, key usages, path lengths, signatures and revocation are checked.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Resolve {
    /// The certificate, and CA certificates above it; - for the standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<Input>,

    #[command(flatten)]
    place: Place,

    /// What the certificate is wanted for: contract, provisioning, secc, cps or vehicle
    #[arg(long, value_parser = purpose)]
    purpose: Purpose,

    /// The time at which everything must be valid, as 2025-01-01 or 2025-01-01T12:00:00Z [default: now]
    #[arg(long, value_name = "TIME", value_parser = trusted::time)]
    at: Option<Timestamp>,

    /// How to print the answer
    #[arg(long, value_enum, default_value_t)]
    output: Format,
}

const EXAMPLES: &str = "\
Examples:
  opnc trust resolve leaf.pem --purpose contract
  opnc trust resolve chain.pem --purpose provisioning --at 2025-01-01 --output json
  opnc trust resolve leaf.pem --purpose contract --data opnc-sandbox
  opnc trust resolve leaf.pem --purpose secc --url https://opnc.example --client-id ID --secret-file FILE

Exit codes: 0 when it leads to a trusted root, 1 when not.";

fn purpose(text: &str) -> Result<Purpose, String> {
    let words: Vec<_> = Purpose::ALL.iter().map(|one| one.as_str()).collect();
    Purpose::parse(text).ok_or_else(|| format!("one of {}", words.join(", ")))
}

/// The certificates of files, as a question carries them.
pub(super) fn read(files: &[Input]) -> Result<Vec<CertificateDer>, Failure> {
    Ok(certificates::read_all(files)?.iter().map(|one| CertificateDer::from(one.der())).collect())
}

impl Resolve {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        let request = ResolveTrustReq { certificates: read(&self.files)?, purpose: self.purpose, at: self.at };
        let answer = match self.place.open().await? {
            Asked::Here(opened) => {
                let answer = opnc_services::trust::resolve::resolve(&opened.caller, &opened.ecosystem, request).await;
                opened.ecosystem.store().close().await;
                answer.map_err(Failure::service)?
            }
            Asked::There(client) => {
                let answer = client.resolve_trust(&request).await;
                answer.map_err(|error| unanswered(&self.place, &error))?
            }
        };
        match self.output {
            Format::Json => output::print_json(&answer)?,
            Format::Table => output::print(describe(&answer))?,
        }
        Ok(if answer.resolved { Verdict::Passed } else { Verdict::Failed })
    }
}

fn describe(answer: &ResolveTrustRes) -> String {
    let mut text = match (&answer.anchor, &answer.reason) {
        (Some(anchor), None) => {
            let types = anchor.root_type_list.join(", ");
            format!("trusted as {} at {:.0} by the {types} root {}\n", answer.purpose, answer.at, anchor.subject)
        }
        (_, reason) => {
            let reason = reason.as_deref().unwrap_or("no reason was given");
            format!("NOT TRUSTED as {} at {:.0}: {reason}\n", answer.purpose, answer.at)
        }
    };
    text += &path(&answer.path);
    for other in &answer.alternatives {
        text += &format!("also leads to {}\n", other.subject);
    }
    for warning in &answer.warnings {
        text += &format!("warning: {warning}\n");
    }
    text
}

/// The certificates, a line each, and below them what is wrong.
pub(super) fn path(path: &[CheckedCertificate]) -> String {
    let mut table = Table::new(["PLACE", "FROM", "SUBJECT", "VALID UNTIL", "REVOKED"]);
    for one in path {
        let revoked = match one.revocation.as_ref().map(|revocation| revocation.state) {
            Some(RevocationState::Good) => "no",
            Some(RevocationState::Revoked) => "YES",
            Some(RevocationState::Unknown) => "nobody tells",
            Some(RevocationState::NotChecked) => "not asked",
            None => "",
        };
        let cells = [one.place.as_str(), one.source.as_str(), &one.subject, &one.valid_to.to_string(), revoked];
        table.row(cells.map(str::to_owned));
    }
    let mut text = table.to_string();
    for (one, problem) in path.iter().flat_map(|one| one.problems.iter().map(move |problem| (one, problem))) {
        text += &format!("{}: {}\n  {}\n", one.place, problem.problem, problem.advice);
    }
    text
}
