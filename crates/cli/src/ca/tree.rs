//! `opnc ca tree`: the CAs, each below its issuer.

use clap::Args;
use opnc_messages::ids::Fingerprint;
use opnc_pki::Certificate;
use opnc_services::ca;
use opnc_store::authorities::Authority;
use serde_json::json;

use crate::Verdict;
use crate::config_arg::ConfigArg;
use crate::failure::Failure;
use crate::output::{self, Format};

/// Show the CAs and signers, each below its issuer
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Tree {
    #[command(flatten)]
    config: ConfigArg,

    /// How to print them
    #[arg(long, value_enum, default_value_t)]
    output: Format,
}

const EXAMPLES: &str = "\
Examples:
  opnc ca tree
  opnc ca tree --data opnc-sandbox        those of a sandbox";

impl Tree {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        let opened = self.config.open().await?;
        let authorities = ca::all(&opened.caller, &opened.ecosystem).await.map_err(Failure::service)?;
        opened.ecosystem.store().close().await;
        if self.output == Format::Json {
            let records: Result<Vec<_>, _> = authorities.iter().map(record).collect();
            output::print_json(&records?)?;
            return Ok(Verdict::Passed);
        }
        let mut text = String::new();
        for root in authorities.iter().filter(|one| one.certificate.fingerprint == one.root_fingerprint) {
            draw(root, &authorities, 0, &mut text)?;
        }
        output::print(text)?;
        Ok(Verdict::Passed)
    }
}

/// One of them, for programs.
fn record(one: &Authority) -> Result<serde_json::Value, Failure> {
    let certificate = Certificate::from_der(&one.certificate.der).map_err(Failure::ecosystem)?;
    Ok(json!({
        "fingerprint": one.certificate.fingerprint,
        "issuerFingerprint": issuer_of(one),
        "rootFingerprint": one.root_fingerprint,
        "kind": one.kind.as_str(),
        "algorithm": one.algorithm,
        "subject": certificate.subject().to_string(),
        "notBefore": certificate.not_before(),
        "notAfter": certificate.not_after(),
        "active": one.active,
    }))
}

/// A CA and all below it. The chain of an authority has at most two certificates: this does not go deep.
fn draw(one: &Authority, all: &[Authority], depth: usize, text: &mut String) -> Result<(), Failure> {
    let certificate = Certificate::from_der(&one.certificate.der).map_err(Failure::ecosystem)?;
    let name = certificate.common_name().unwrap_or_default();
    let state = if one.active { "" } else { ", no longer active" };
    text.push_str(&format!(
        "{}{name}: {}, {}, until {}{state}, {}\n",
        "  ".repeat(depth),
        one.kind.as_str(),
        one.algorithm,
        certificate.not_after(),
        one.certificate.fingerprint
    ));
    for below in all.iter().filter(|below| issuer_of(below) == Some(one.certificate.fingerprint)) {
        draw(below, all, depth + 1, text)?;
    }
    Ok(())
}

/// The certificate above; none above a root.
fn issuer_of(one: &Authority) -> Option<Fingerprint> {
    let is_root = one.certificate.fingerprint == one.root_fingerprint;
    (!is_root).then(|| one.chain.first().copied().unwrap_or(one.root_fingerprint))
}
