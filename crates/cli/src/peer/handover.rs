//! What the operator of a new peer is given: the credentials with which it asks us, and what to type there.

use opnc_services::Ecosystem;
use opnc_services::parties::Credentials;
use opnc_services::peers::{self, NewPeer};
use serde_json::json;

use crate::failure::Failure;
use crate::output::{self, Format};
use crate::shell::quoted;

/// Shows the secret with which a new peer asks us. `verb` is that by which it comes in: where we have no credentials there
/// yet, we are no peer there, and come in by the same one.
pub(super) fn show(
    ecosystem: &Ecosystem,
    new: &NewPeer,
    credentials: &Credentials,
    verb: &str,
    output: Format,
) -> Result<(), Failure> {
    let is_asked = new.own.is_some() || new.certificate.is_some();
    let they_type = they_type(ecosystem, credentials, if is_asked { "change" } else { verb });
    let (id, secret) = (&credentials.client_id, credentials.client_secret.as_str());
    output::print_secret(match output {
        Format::Json => output::json(&json!({
            "id": credentials.party, "name": new.name, "isAsked": is_asked, "clientId": id, "clientSecret": secret,
            "theyType": they_type,
        }))?,
        Format::Table => {
            let mut text = format!(
                "  peer           {}\n  id             {}\n  client id      {id}\n  client secret  {secret}\n\n\
                 The secret is shown this once; `opnc peer rotate-secret` makes another. Hand both over, safely. Their operator\n\
                 types, with the secret on the standard input, and Ctrl-D:\n\n  {they_type}\n",
                new.name, credentials.party
            );
            if !is_asked {
                text += &format!(
                    "\nThat gives you a client id and a secret in return. It is not asked before you have typed\n\n  \
                     opnc peer change {} --client-id THEIR-ID --client-secret-file -\n",
                    quoted(&new.name)
                );
            }
            text
        }
    })
}

/// What their operator types, so that they can ask us.
fn they_type(ecosystem: &Ecosystem, credentials: &Credentials, verb: &str) -> String {
    let policy = &ecosystem.policy().peers;
    let us = peers::own_name(ecosystem).map_or_else(|| "US".to_owned(), |name| quoted(&name));
    let url = match (verb, &policy.base_url) {
        ("add", Some(url)) => format!(" --url {}", quoted(url)),
        ("add", None) => " --url OUR-URL".to_owned(),
        _ => String::new(),
    };
    format!("opnc peer {verb} {us}{url} --client-id {} --client-secret-file -", quoted(&credentials.client_id))
}
