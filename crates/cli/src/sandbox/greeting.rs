//! What the terminal shows when the sandbox is ready: where it is, who there is, and the first requests to try.

use std::fmt::Write;
use std::path::Path;

use jiff::SignedDuration;
use opnc_pki::Clock;

use super::federation::{One, REQUEST, ROAMING};
use super::identities::name;
use super::iso20;
use super::state::{Folder, State};
use crate::ecosystem::Launched;
use crate::shell::quoted;

/// The greeting.
pub(crate) fn greeting(first: &One, all: &[One]) -> String {
    let One { folder, state, launched } = first;
    let base = &launched.running.base_url;
    let mut text = format!(
        "\nThe sandbox is ready.\n\n  base URL   {base}\n  token URL  {base}/oauth2/token\n  for programs, keys and chains: {}\n\n",
        folder.join("sandbox.json").display()
    );
    // Writing to a String cannot fail.
    let _ = writeln!(text, "  {:<10} {:<11} {:<12} {:<24} client secret", "party", "role", "owns", "client id");
    parties(&mut text, state);
    for (number, one) in all.iter().enumerate().skip(1) {
        let (name, place) = (name(number), one.folder.join(""));
        let _ = writeln!(text, "\n  {name} at {}, its things in {}", one.launched.running.base_url, place.display());
        parties(&mut text, &one.state);
    }
    text.push_str("\nTry, in another terminal:\n");
    let mut commands = commands(state, folder, launched);
    if let [_, _, third] = all {
        let of_third =
            "a car of the first ecosystem, whose contract is in the second, at a station of the third".to_owned();
        let file = folder.join(&format!("vehicles/{ROAMING}/{REQUEST}"));
        commands.push((of_third, install(&third.state, &third.launched.running.base_url, &file)));
    }
    for (comment, command) in commands {
        let _ = write!(text, "\n# {comment}\n{command}\n");
    }
    text.push_str("\nCtrl-C ends it; the next start finds everything again.\n");
    text
}

/// Who there is, what they own and what they show.
fn parties(text: &mut String, state: &State) {
    for party in &state.parties {
        let owns = match party.role.as_str() {
            "cps" => "its root".to_owned(),
            _ => party.ids.join(" "),
        };
        let (name, role, id, secret) = (&party.name, &party.role, &party.client_id, &party.client_secret);
        let _ = writeln!(text, "  {name:<10} {role:<11} {owns:<12} {id:<24} {secret}");
    }
}

/// A station's backend asks for a token and passes on a car's request.
fn install(state: &State, base: &str, file: &Path) -> String {
    let request = quoted(&file.to_string_lossy());
    format!(
        "CPO=$({})\ncurl -s -H \"Authorization: Bearer $CPO\" -H 'Content-Type: application/json' \\\n  \
         -d @{request} {base}/opnc/v1/ccp/signedcontractdata",
        token(state, base, "cpo")
    )
}

/// Prints an access token of the first party of a role.
fn token(state: &State, base: &str, role: &str) -> String {
    let party = state.parties.iter().find(|party| party.role == role);
    let (id, secret) = party.map(|party| (party.client_id.as_str(), party.client_secret.as_str())).unwrap_or_default();
    format!(
        "curl -s -u {id}:{secret} -d grant_type=client_credentials {base}/oauth2/token | \
         sed 's/.*\"access_token\":\"\\([^\"]*\\)\".*/\\1/'"
    )
}

fn commands(state: &State, folder: &Folder, launched: &Launched) -> Vec<(String, String)> {
    let base = &launched.running.base_url;
    let api = format!("{base}/opnc/v1");
    let car = state.vehicles.first().map(|car| car.pcid.as_str()).unwrap_or_default();
    let request = folder.join(&format!("vehicles/{car}/installation-req.json"));
    let chain = folder.join(state.vehicles.first().map(|car| car.chain.as_str()).unwrap_or_default());
    let request20 = folder.join(&format!("vehicles/{}/iso20/installation-req.json", iso20::ALONE));
    let now = launched.clock.now();
    let day = |at: jiff::Timestamp| at.strftime("%Y-%m-%dT00:00:00Z").to_string();
    let begins = day(now);
    let ends = day(now.saturating_add(SignedDuration::from_hours(24 * 365)).unwrap_or(now));
    vec![
        (
            "an access token of a mobility provider without a PKI".to_owned(),
            format!("EMSP=$({})", token(state, base, "emspNoPki")),
        ),
        (
            "the trust anchors".to_owned(),
            format!("curl -s -H \"Authorization: Bearer $EMSP\" {api}/rcp/rootcertificates"),
        ),
        (
            "is this car known? (200: yes)".to_owned(),
            format!("curl -s -i -H \"Authorization: Bearer $EMSP\" {api}/pcp/lookupvehicle/{car}"),
        ),
        (
            "a contract for it (201: signed and in the pool)".to_owned(),
            format!(
                "curl -s -i -X PUT -H \"Authorization: Bearer $EMSP\" -H 'Content-Type: application/json' \\\n  \
                 -d '{{\"emaid\":\"DEDDDC00000001\",\"pcid\":\"{car}\",\"contractBegins\":\"{begins}\",\"contractEnds\":\"{ends}\",\
                 \"xsdMsgDefNamespace\":\"urn:iso:15118:2:2013:MsgDef\"}}' \\\n  {api}/cps/contractData/generateandsign"
            ),
        ),
        (
            "a charging station passes on what the car asks, and gets the contract".to_owned(),
            install(state, base, &request),
        ),
        (
            "a car of ISO 15118-20 has three contracts, asks for two, and gets each in an answer of its own".to_owned(),
            format!(
                "curl -s -H \"Authorization: Bearer $CPO\" -H 'Content-Type: application/json' \\\n  \
                 -d @{} {api}/ccp/signedcontractdata",
                quoted(&request20.to_string_lossy())
            ),
        ),
        (
            "which root does this car lead to, or why to none? (--purpose contract asks about a contract)".to_owned(),
            format!(
                "opnc trust resolve {} --purpose provisioning --data {}",
                quoted(&chain.to_string_lossy()),
                quoted(&folder.join("").to_string_lossy())
            ),
        ),
        (
            "the same over HTTP, as any party; /authorize beside it says whether a contract is good".to_owned(),
            format!(
                "python3 -c \"import json, sys; print(json.dumps({{'certificates': sys.stdin.read(), 'purpose': 'provisioning'}}))\" \\\n  \
                 < {} | curl -s -H \"Authorization: Bearer $CPO\" -H 'Content-Type: application/json' \\\n  \
                 -d @- {api}/trust/resolve",
                quoted(&chain.to_string_lossy())
            ),
        ),
        (
            "the roots that a station should hold for contracts, as PEM (or zip, json, jws)".to_owned(),
            format!("curl -s -H \"Authorization: Bearer $CPO\" '{api}/trust/bundle?purpose=contract&format=pem'"),
        ),
    ]
}
