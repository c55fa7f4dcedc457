//! `opnc party add`: a party and its first secret.

use std::path::PathBuf;

use clap::Args;
use opnc_messages::Role;
use opnc_messages::ids::{OperatorId, ProviderId, Wmi};
use opnc_pki::certificate::Outline;
use opnc_services::caller::Owned;
use opnc_services::client_certificates::pin;
use opnc_services::parties::{self, Credentials, NewParty};
use serde_json::json;

use super::certificate::outline;
use super::identifier::fingerprint;
use crate::Verdict;
use crate::config_arg::ConfigArg;
use crate::failure::Failure;
use crate::output::{self, Format};

/// Add a party, and show its secret: once, because only a hash of it is kept
///
/// What it owns decides what it may write: an OEM cars by WMI, an eMSP contracts by provider id, a CPO by operator id. A party
/// that acts for sub-operators gets all of their identifiers: give the option several times.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Add {
    /// A name for people
    name: String,

    /// What it is: admin, oem, cpo, emspOwnPki, emspNoPki or cps
    #[arg(long, value_parser = role)]
    role: Role,

    /// A world manufacturer identifier of an OEM, such as WAU
    #[arg(long, value_parser = Wmi::parse)]
    wmi: Vec<Wmi>,

    /// Country and provider of an eMSP, such as DEABC
    #[arg(long, value_name = "ID", value_parser = ProviderId::parse)]
    provider_id: Vec<ProviderId>,

    /// Country and operator of a CPO, such as DEXYZ
    #[arg(long, value_name = "ID", value_parser = OperatorId::parse)]
    operator_id: Vec<OperatorId>,

    /// A common name under which it may sign contract data as a CPS
    #[arg(long, value_name = "NAME")]
    cps_name: Vec<String>,

    /// The root of its PKI: a SHA-256 fingerprint, or a file with the certificate
    #[arg(long, value_name = "ROOT")]
    root: Vec<String>,

    /// A certificate with which its TLS clients come (PEM); `opnc party certificate` has more of this
    #[arg(long, value_name = "FILE")]
    client_cert: Vec<PathBuf>,

    #[command(flatten)]
    config: ConfigArg,

    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    output: Format,
}

const EXAMPLES: &str = "\
Examples:
  opnc party add 'Car Maker' --role oem --wmi WAU --wmi TRU
  opnc party add 'Mobility Inc.' --role emspNoPki --provider-id DEMOB
  opnc party add 'Charging Ltd.' --role cpo --operator-id DECHG --output json";

fn role(text: &str) -> Result<Role, String> {
    let names = Role::ALL.map(Role::as_str).join(", ");
    match Role::parse(text) {
        Some(Role::Peer) => Err("a peer pool is added by `opnc peer add`".to_owned()),
        Some(role) => Ok(role),
        None => Err(format!("the roles are {names}")),
    }
}

impl Add {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        let fingerprints = |texts: &[String]| texts.iter().map(|text| fingerprint(text)).collect::<Result<_, _>>();
        let owned = Owned {
            wmis: self.wmi,
            providers: self.provider_id,
            operators: self.operator_id,
            roots: fingerprints(&self.root)?,
            cps_names: self.cps_name,
        };
        let certificates: Vec<Outline> = self.client_cert.iter().map(|file| outline(file)).collect::<Result<_, _>>()?;
        let missing = match self.role {
            Role::Oem => owned.wmis.is_empty().then_some("--wmi"),
            Role::EmspOwnPki | Role::EmspNoPki => owned.providers.is_empty().then_some("--provider-id"),
            Role::Cpo => owned.operators.is_empty().then_some("--operator-id"),
            Role::Admin | Role::Cps | Role::Peer => None,
        };
        let opened = self.config.open().await?;
        let new = NewParty { name: self.name.clone(), role: self.role, owned };
        let (caller, ecosystem) = (&opened.caller, &opened.ecosystem);
        let credentials = parties::prepare(caller, ecosystem, &new).await.map_err(Failure::service)?;
        if let Some(option) = missing {
            output::warn(format!(
                "without {option} a party of the role {} may write nothing: `opnc party change --add`",
                self.role
            ));
        }
        // Shown first: where nobody can read it, there is no party that nobody can use.
        output::print_secret(match self.output {
            Format::Json => output::json(&json!({
                "id": credentials.party, "name": self.name, "role": self.role,
                "clientId": credentials.client_id, "clientSecret": credentials.client_secret.as_str(),
            }))?,
            Format::Table => secret_lines(&self.name, self.role, &credentials),
        })?;
        parties::add_prepared(caller, ecosystem, new, &credentials).await.map_err(Failure::void)?;
        for certificate in &certificates {
            let pinned = pin(caller, ecosystem, credentials.party, certificate).await;
            pinned.map_err(Failure::service)?;
        }
        opened.ecosystem.store().close().await;
        Ok(Verdict::Passed)
    }
}

/// A new party with its secret, for people.
pub(crate) fn secret_lines(name: &str, role: Role, credentials: &Credentials) -> String {
    format!(
        "  party          {name} ({role})\n  id             {}\n  client id      {}\n  client secret  {}\n\n\
         The secret is shown this once; `opnc party rotate-secret` makes another.\n",
        credentials.party,
        credentials.client_id,
        credentials.client_secret.as_str()
    )
}
