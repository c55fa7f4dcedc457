//! The text of a new `opnc.toml`: what is decided, and a word about what else can be.

use super::answers::Answers;

/// A whole file.
pub(super) fn text(answers: &Answers) -> String {
    let base_url = match &answers.base_url {
        Some(url) => format!("base_url = {}", quoted(url)),
        None => "# base_url = \"https://opnc.example\"".to_owned(),
    };
    let password_file = match &answers.password_file {
        // Named by whoever stood somewhere else.
        Some(path) => {
            let path = std::path::absolute(path).unwrap_or_else(|_| path.clone());
            format!("password_file = {}", quoted(&path.to_string_lossy()))
        }
        None => "# password_file = \"db-password\"".to_owned(),
    };
    let port = std::net::SocketAddr::new(answers.listen.ip(), 8092);
    let status = match &answers.status_url {
        Some(url) => format!("listen = {}\nurl = {}", quoted(&port.to_string()), quoted(url)),
        None => format!("# listen = {}\n# url = \"http://status.example.org\"", quoted(&port.to_string())),
    };
    TEMPLATE
        .replace("{status}", &status)
        .replace("{listen}", &quoted(&answers.listen.to_string()))
        .replace("{base_url}", &base_url)
        .replace("{database}", &quoted(&answers.database))
        .replace("{password_file}", &password_file)
        .replace("{keys}", &quoted(&answers.keys.to_string_lossy()))
}

/// A string of TOML; JSON's escapes are a part of TOML's.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

const TEMPLATE: &str = r#"# The configuration of an OPNC ecosystem. What is commented out shows the default.
#
# `opnc config show` tells what is in force, and from where: a variable OPNC_SECTION__KEY comes before this file, a flag
# before both. `opnc config check` names every mistake, `opnc doctor` looks at what lies behind. Relative paths are
# seen from this file. Every key is explained in docs/how-to/configure.md.

[server]
# Where the services of OPNC listen.
listen = {listen}
# How callers reach them, as it stands in access tokens. Without it: the address above.
{base_url}
# token_lifetime = "1h"

[admin]
# A listener for health checks and what else only the operator should see. Keep it away from strangers.
# listen = "127.0.0.1:9090"

[status]
# Where stations and cars ask whether a certificate still counts (OCSP, revocation lists): plain http, at most 64 characters,
# reached from everywhere. Every certificate names it from then on. Without it certificates name nothing, and about those
# that were issued until it is set nobody can ever ask: see docs/how-to/status.md.
{status}

[store]
# sqlite:FILE, or postgres://USER@HOST:PORT/DATABASE?sslmode=verify-full (the database must exist, empty).
url = {database}
# The file with the password for PostgreSQL; a password in the URL is refused.
{password_file}

[keys]
# Keys lie in the folder encrypted. Keep the key that encrypts them somewhere else, and out of backups: it is a file that
# only the user of the service can read (mode 600).
folder = {keys}
kek_file = "key-encryption-key"
# Under this key, EMAIDs and PCIDs become pseudonyms in logs and in the audit trail.
pseudonym_key_file = "pseudonym-key"

[rcp]
# A root comes into the pool only with its fingerprint, which two people have compared over a second channel.
require_fingerprint = true

[limits]
# Requests per second of one party; 0 is no limit.
# rate_per_second = 100
# rate_burst = 200

[telemetry]
# error, warn, info, debug, or by target: "info,opnc_store=debug". SIGHUP reads this again.
log = "info"
"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_quoted() {
        assert_eq!(quoted(r#"a"b\c"#), r#""a\"b\\c""#);
    }
}
