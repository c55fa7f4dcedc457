//! `opnc rcp add`: a root into the pool.

use clap::Args;
use opnc_messages::CertificateDer;
use opnc_messages::RootType;
use opnc_messages::ids::Fingerprint;
use opnc_messages::rcp::{Ctl, RootCertificate, RootTypes};
use opnc_services::rcp;

use super::change;
use crate::Verdict;
use crate::certificates;
use crate::config_arg::ConfigArg;
use crate::failure::Failure;
use crate::input::Input;
use crate::output::Format;

/// Put a root into the pool, or change the types of one that is there
///
/// From then on, what lies below the root is accepted. Its SHA-256 fingerprint is needed where rcp.require_fingerprint is set: the
/// one that you were told by another way than the file came, read to you by its owner, for example. With rcp.approvals = 2 the
/// change waits until another admin, or another user of this machine, approves it.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Add {
    /// The root's certificate, PEM or DER; `-` is the standard input
    file: Input,

    /// Whose PKI it is: V2G, eMSP (or MO), OEM or PE; several for a root with several uses
    #[arg(long = "type", value_name = "TYPE", required = true, value_parser = root_type)]
    types: Vec<RootType>,

    /// Its SHA-256 fingerprint, as its owner has told you
    #[arg(long, value_name = "FINGERPRINT", value_parser = |text: &str| Fingerprint::parse(&text.replace(':', "")))]
    fingerprint: Option<Fingerprint>,

    /// A certificate trust list that it stands in: European CTL or American CTL (European, American for short)
    #[arg(long, value_name = "LIST", value_parser = ctl)]
    ctl: Vec<Ctl>,

    #[command(flatten)]
    config: ConfigArg,

    /// How to print the result
    #[arg(long, value_enum, default_value_t)]
    output: Format,
}

const EXAMPLES: &str = "\
Examples:
  opnc cert show oem-root.pem                                what is in it
  opnc rcp add oem-root.pem --type OEM --fingerprint 9F:86:D0:81:88:4C:7D:65:9A:2F:EA:A0:C5:5A:D0:15:\\
A3:BF:4F:1B:2B:0B:82:2C:D1:5D:6C:15:B0:F0:0A:08
  opnc rcp add root.pem --type V2G --type OEM --data opnc-sandbox";

pub(super) fn root_type(text: &str) -> Result<RootType, String> {
    RootType::parse(text).ok_or_else(|| "the types are V2G, eMSP (or MO), OEM and PE".to_owned())
}

fn ctl(text: &str) -> Result<Ctl, String> {
    let named = |ctl: &Ctl| ctl.as_str().split(' ').next().is_some_and(|word| word.eq_ignore_ascii_case(text));
    let lists = Ctl::parse(text).or_else(|| Ctl::ALL.into_iter().find(named));
    lists.ok_or_else(|| "the lists are European CTL and American CTL".to_owned())
}

impl Add {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        let certificates = certificates::read(&self.file)?;
        let [root] = certificates.as_slice() else {
            return Err(self
                .file
                .problem(format!("has {} certificates, where one root is needed", certificates.len())));
        };
        let types = RootTypes::new(self.types).ok_or_else(|| Failure::ecosystem("a root without a type"))?;
        let mut body = RootCertificate::new(CertificateDer::from(root.der()), types);
        body.fingerprint = self.fingerprint;
        body.root_ctl_list = self.ctl;
        let opened = self.config.open().await?;
        let put = rcp::put(&opened.caller, &opened.ecosystem, body).await;
        opened.ecosystem.store().close().await;
        let put = put.map_err(Failure::service)?;
        let fingerprint = root.fingerprint();
        change::print(
            self.output,
            "in the root pool",
            &root.subject().to_string(),
            fingerprint,
            &put.warnings,
            put.pending,
        )?;
        Ok(Verdict::Passed)
    }
}
