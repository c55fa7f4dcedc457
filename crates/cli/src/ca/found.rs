//! `opnc ca found`: authorities for one more algorithm, in an ecosystem that began without them, and sub CAs of a party.

use clap::Args;
use opnc_messages::RootType;
use opnc_messages::pki::CaName;
use opnc_pki::key::Algorithm;
use opnc_services::{Ecosystem, bootstrap, rcp};
use serde_json::json;

use crate::Verdict;
use crate::config_arg::ConfigArg;
use crate::ecosystem::root_certificate;
use crate::failure::Failure;
use crate::output::{self, Format};

/// Make the CAs and the CPS for an algorithm, or a sub CA for one party
///
/// `opnc init` makes those of secp256r1 (ISO 15118-2) and secp521r1 (ISO 15118-20). This is for ecosystems from before, and
/// for Ed448, the other algorithm of ISO 15118-20; their V2G root is put into the root pool.
///
/// With --ca and --party a party gets a sub CA to itself, below the V2G root that is there, and enrols under its name:
/// `caDomain=acme-cpo`, or `/.well-known/est/acme-cpo/simpleenroll`.
///
/// What exists stays as it is, and what is missing is made. The service needs no restart.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Found {
    #[command(flatten)]
    config: ConfigArg,

    /// What the keys are of: secp256r1, secp521r1 or Ed448
    #[arg(long, value_name = "ALGORITHM", value_parser = algorithm)]
    algorithm: Algorithm,

    /// The organisation in the names of the authorities
    #[arg(long, value_name = "NAME", default_value = "OPNC")]
    organization: String,

    /// The name of a party's own CA: a word, a hyphen, and its domain (emsp, cpo, oem, veh or cps)
    #[arg(long, value_name = "PREFIX-DOMAIN", value_parser = own_name, requires = "party", conflicts_with = "organization")]
    ca: Option<CaName>,

    /// Whose it is: id, client id or name
    #[arg(long, requires = "ca")]
    party: Option<String>,

    /// How to print the result
    #[arg(long, value_enum, default_value_t)]
    output: Format,
}

const EXAMPLES: &str = "\
Examples:
  opnc ca found --algorithm secp521r1 --organization 'Example Grid'
  opnc ca found --algorithm Ed448 --data opnc-sandbox
  opnc ca found --algorithm secp256r1 --ca acme-cpo --party 'Acme Charging'";

impl Found {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        let opened = self.config.open().await?;
        let (caller, ecosystem) = (&opened.caller, &opened.ecosystem);
        let before = bootstrap::authorities(ecosystem).await.map_err(Failure::service)?;
        if let (Some(name), Some(party)) = (&self.ca, &self.party) {
            let made = bootstrap::found_own(caller, ecosystem, name, party, self.algorithm).await;
            let issuer = made.map_err(Failure::service)?;
            let (subject, fingerprint) = (issuer.subject(), issuer.fingerprint());
            let name = format!("{}-{}", name.prefix, name.domain);
            let made = made_since(ecosystem, before).await?;
            match self.output {
                Format::Json => output::print_json(&json!({
                    "ca": name, "subject": subject.to_string(), "fingerprint": fingerprint, "made": made,
                }))?,
                Format::Table => {
                    output::print(format!("{name} {subject}\n  SHA-256 {fingerprint}\n  {}\n", said(made)))?;
                }
            }
            ecosystem.store().close().await;
            return Ok(Verdict::Passed);
        }
        let founded = bootstrap::found_for(ecosystem, self.algorithm, &self.organization, None).await;
        let root = founded.map_err(Failure::service)?;
        let made = made_since(ecosystem, before).await?;
        let put =
            rcp::put(caller, ecosystem, root_certificate(&root, RootType::V2g)?).await.map_err(Failure::service)?;
        let (name, fingerprint) = (root.subject(), root.fingerprint());
        match self.output {
            Format::Json => output::print_json(&json!({
                "subject": name.to_string(), "fingerprint": fingerprint, "made": made,
                "pending": put.pending.map(|pending| json!({ "changeId": pending.change, "expiresAt": pending.expires_at })),
            }))?,
            Format::Table => {
                let place = match put.pending {
                    Some(_) => "waits for a second admin before it is in the root pool: `opnc rcp pending`",
                    None => "in the root pool",
                };
                let said = said(made);
                output::print(format!("V2G root {name}\n  SHA-256 {fingerprint}\n  {place}\n  {said}\n"))?;
            }
        }
        ecosystem.store().close().await;
        Ok(Verdict::Passed)
    }
}

/// How many CAs there are more than before.
async fn made_since(ecosystem: &Ecosystem, before: usize) -> Result<usize, Failure> {
    let now = bootstrap::authorities(ecosystem).await.map_err(Failure::service)?;
    Ok(now.saturating_sub(before))
}

fn said(made: usize) -> String {
    match made {
        0 => "nothing was missing: no CA was made".to_owned(),
        made => format!("CAs and signers made: {made}"),
    }
}

fn own_name(text: &str) -> Result<CaName, String> {
    let name = CaName::parse(text).filter(|name| !name.prefix.is_empty());
    name.ok_or_else(|| "expected a word, a hyphen, and emsp, cpo, oem, veh or cps, such as acme-cpo".to_owned())
}

fn algorithm(text: &str) -> Result<Algorithm, String> {
    let found = Algorithm::ALL.into_iter().find(|one| one.as_str().eq_ignore_ascii_case(text));
    found.ok_or_else(|| "expected secp256r1, secp521r1 or Ed448".to_owned())
}
