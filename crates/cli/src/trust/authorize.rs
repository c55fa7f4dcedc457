//! `opnc trust authorize`: whether the contract that a car presents is good.

use clap::Args;
use opnc_messages::trust::{AuthorizeContractReq, AuthorizeContractRes, CertificateStatus};

use super::place::{Asked, Place, unanswered};
use super::resolve;
use crate::Verdict;
use crate::failure::Failure;
use crate::input::Input;
use crate::output::{self, Format};

/// Say whether the contract that a car presents at a charging station is good
///
/// The files hold the contract certificate and of the CAs above it some, all or none. The answer is one of OCPP 2.0.1's words:
/// Accepted, SignatureError, CertificateExpired, CertificateRevoked, NoCertificateAvailable, CertChainError, ContractCancelled.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Authorize {
    /// The contract certificate, and CA certificates above it; - for the standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<Input>,

    #[command(flatten)]
    place: Place,

    /// How to print the answer
    #[arg(long, value_enum, default_value_t)]
    output: Format,
}

const EXAMPLES: &str = "\
Examples:
  opnc trust authorize contract-chain.pem
  opnc trust authorize contract.pem --data opnc-sandbox --output json
  opnc trust authorize contract.pem --url https://opnc.example --client-id ID --secret-file FILE

Exit codes: 0 when it is Accepted, 1 when not.";

impl Authorize {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        let certificates = resolve::read(&self.files)?;
        let request = AuthorizeContractReq { certificates, hash_data: Vec::new(), emaid: None };
        let answer = match self.place.open().await? {
            Asked::Here(opened) => {
                let asked = opnc_services::trust::authorize::authorize(&opened.caller, &opened.ecosystem, request);
                let answer = asked.await;
                opened.ecosystem.store().close().await;
                answer.map_err(Failure::service)?
            }
            Asked::There(client) => {
                let answer = client.authorize_contract(&request).await;
                answer.map_err(|error| unanswered(&self.place, &error))?
            }
        };
        match self.output {
            Format::Json => output::print_json(&answer)?,
            Format::Table => output::print(describe(&answer))?,
        }
        Ok(if answer.certificate_status == CertificateStatus::Accepted { Verdict::Passed } else { Verdict::Failed })
    }
}

fn describe(answer: &AuthorizeContractRes) -> String {
    let mut text = answer.certificate_status.to_string();
    if let Some(reason) = &answer.reason {
        text += &format!(": {reason}");
    }
    text.push('\n');
    if let Some(emaid) = &answer.emaid {
        text += &format!("contract {emaid}, in the contract certificate pool: {}\n", answer.contract);
    }
    if !answer.not_checked.is_empty() {
        text += &format!("not checked: {}\n", answer.not_checked.join(", "));
    }
    text += &resolve::path(&answer.path);
    for warning in &answer.warnings {
        text += &format!("warning: {warning}\n");
    }
    text
}
