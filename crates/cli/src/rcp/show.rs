//! `opnc rcp show`: one root, with its certificate.

use clap::Args;
use opnc_messages::ids::RootId;
use opnc_pki::certificate::Certificate;
use opnc_services::rcp;

use crate::Verdict;
use crate::config_arg::ConfigArg;
use crate::failure::Failure;
use crate::output::{self, Format};

/// Show a root of the pool, and its certificate in PEM
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Show {
    /// Its SHA-256 fingerprint, or its id in the pool
    #[arg(value_name = "ROOT", value_parser = |text: &str| RootId::parse(&text.replace(':', "")))]
    root: RootId,

    #[command(flatten)]
    config: ConfigArg,

    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    output: Format,
}

const EXAMPLES: &str = "\
Examples:
  opnc rcp show 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
  opnc rcp show 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 | opnc cert show -";

impl Show {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        let opened = self.config.open().await?;
        let found = rcp::get(&opened.caller, &opened.ecosystem, &self.root).await;
        opened.ecosystem.store().close().await;
        let root = found.map_err(Failure::service)?.root_certificate;
        if self.output == Format::Json {
            output::print_json(&root)?;
            return Ok(Verdict::Passed);
        }
        let certificate = Certificate::from_der(root.ca_certificate.as_bytes()).map_err(Failure::ecosystem)?;
        let types: Vec<&str> = root.root_types.iter().map(|one| one.as_str()).collect();
        let lists: Vec<&str> = root.root_ctl_list.iter().map(|ctl| ctl.as_str()).collect();
        let lists = if lists.is_empty() { String::new() } else { format!("lists   {}\n", lists.join(", ")) };
        output::print(format!(
            "{}\nid      {}\ntypes   {}\n{lists}SHA-256 {}\nvalid   {} to {}\n{}",
            certificate.subject().to_string().replace(char::is_control, " "),
            root.root_certificate_id.map(|id| id.to_string()).unwrap_or_default(),
            types.join(", "),
            certificate.fingerprint(),
            certificate.not_before(),
            certificate.not_after(),
            certificate.to_pem(),
        ))?;
        Ok(Verdict::Passed)
    }
}
