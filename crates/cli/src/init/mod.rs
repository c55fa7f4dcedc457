//! `opnc init`: an ecosystem of one's own, made once.

mod answers;
mod file;
mod made;

use clap::Args;
use opnc_messages::{Role, RootType};
use opnc_pki::certificate::Certificate;
use opnc_pki::key::Algorithm;
use opnc_server::config::{Loaded, Sources};
use opnc_services::caller::Owned;
use opnc_services::identity::{self, Held};
use opnc_services::parties::{self, Credentials, NewParty};
use opnc_services::{bootstrap, rcp};
use serde_json::json;

use crate::config_arg::{self, ConfigFile};
use crate::ecosystem::root_certificate;
use crate::failure::Failure;
use crate::output::{self, Format};
use crate::{Verdict, runtime, secret_file};
use answers::{Answers, Asked};
use made::Made;

/// Make an ecosystem: configuration, keys, database, authorities and the first admin
///
/// Writes opnc.toml with a word about each value, and beside it the folder of the encrypted keys, the key that encrypts them,
/// and a SQLite database (or makes the tables in PostgreSQL). Founds the authorities, for ISO 15118-2 and for -20: a V2G root,
/// which is put into the root pool, and below it a CPS and a CA for contracts of providers without a PKI. Shows the secret of
/// the first admin once.
///
/// Nothing is ever overwritten, and what was made by a run that failed is taken away. The configuration is written last: where
/// there is none, nothing is founded.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Init {
    #[command(flatten)]
    config: ConfigFile,

    /// Ask nothing: what is not given as an option has its default
    #[arg(long)]
    defaults: bool,

    #[command(flatten)]
    asked: Asked,

    /// How to print what was made
    #[arg(long, value_enum, default_value_t)]
    output: Format,
}

const EXAMPLES: &str = "\
Examples:
  opnc init                                     asks a few things
  opnc init --defaults                          asks nothing
  opnc init --defaults --output json            for programs: with the secret of the first admin
  opnc init --defaults --config /etc/opnc/opnc.toml --folder /var/lib/opnc --organization 'Example Grid' \\
    --listen 0.0.0.0:443 --base-url https://opnc.example --status-url http://status.opnc.example
  opnc init --defaults --database postgres://opnc@db/opnc --password-file db-password";

impl Init {
    pub(crate) fn run(self) -> Result<Verdict, Failure> {
        runtime(self.make())
    }

    async fn make(self) -> Result<Verdict, Failure> {
        let path = self.config.path();
        let path = std::path::absolute(&path).map_err(|source| Failure::write(&path, source))?;
        let mut made = Made::new(&path)?;
        let answers = if self.defaults { self.asked.with_defaults() } else { self.asked.ask()? };
        let result = match found(&answers, &mut made).await {
            // The secret is nowhere else: who cannot be told it has no use for the ecosystem.
            Ok((admin, roots)) => tell(self.output, &answers, &made, &admin, &roots).and_then(|()| made.finish()),
            Err(failure) => Err(failure),
        };
        if result.is_err() {
            made.take_away();
        }
        result.map(|()| Verdict::Passed)
    }
}

/// Says what was made, with the secret of the first admin.
fn tell(
    format: Format,
    answers: &Answers,
    made: &Made,
    admin: &Credentials,
    roots: &[Certificate],
) -> Result<(), Failure> {
    if format == Format::Json {
        return output::print_secret(output::json(&json!({
            "configuration": made.path(),
            "keyEncryptionKey": made.kek(),
            "notSwitchedOn": not_switched_on(answers),
            "roots": roots.iter().map(|root| root.fingerprint()).collect::<Vec<_>>(),
            "admin": {
                "id": admin.party, "name": answers.admin,
                "clientId": admin.client_id, "clientSecret": admin.client_secret.as_str(),
            },
        }))?);
    }
    let off = not_switched_on(answers).into_iter().map(|line| format!("  - {line}\n")).collect::<String>();
    let fingerprints: Vec<_> = roots
        .iter()
        .map(|root| format!("{} {}", root.fingerprint(), root.public_key().algorithm().version()))
        .collect();
    output::print_secret(format!(
        "\nThe ecosystem is founded.\n\n  configuration  {}\n  V2G roots      {}\n\
             \x20                in the root pool; parties compare these SHA-256 fingerprints with you before they trust them\n\n{}\n\
             Next:\n\n  opnc doctor --config {path}\n  opnc serve --config {path}\n  \
             opnc party add 'Car Maker' --role oem --wmi WAU --config {path}\n\n\
             {}Keep {} apart from backups: without it the keys cannot be read.\n",
        made.path().display(),
        fingerprints.join("\n                 "),
        crate::party::secret_lines(&answers.admin, Role::Admin, admin),
        if off.is_empty() { off } else { format!("Not switched on:\n\n{off}\n") },
        made.kek().display(),
        path = made.path().display(),
    ))
}

/// What an operator has to decide before others rely on the service.
fn not_switched_on(answers: &Answers) -> Vec<&'static str> {
    let status = answers.status_url.is_none().then_some(
        "[status]: certificates do not say where their state is told, and about those that are issued until it is set \
         nobody can ever ask (OCSP, CRL). Set status.listen and status.url before the first station enrols.",
    );
    let tls =
        "[tls]: the service speaks plain HTTP. Set tls.certificate_file and tls.key_file, or put a proxy in front.";
    status.into_iter().chain([tls]).collect()
}

/// Everything, in the order in which one thing needs the other.
async fn found(answers: &Answers, made: &mut Made) -> Result<(Credentials, Vec<Certificate>), Failure> {
    let text = file::text(answers);
    // The environment may say other things, and so it will when the service runs.
    let loaded = Loaded::read(&Sources::text(made.path(), &text)).map_err(Failure::ecosystem)?;
    let config = &loaded.config;
    made.refuse_what_is_there(config)?;
    made.draft(&text)?;
    for path in [&config.keys.kek_file, &config.keys.pseudonym_key_file] {
        made.note(path);
        secret_file::make(path)?;
    }
    made.note(&config.keys.folder);
    if let Some(database) = config.store.file() {
        made.note_database(&database);
    }
    let opened = config_arg::assemble(config).await?;
    let (caller, ecosystem) = (&opened.caller, &opened.ecosystem);
    match identity::held(ecosystem).await.map_err(Failure::service)? {
        Held::Nothing => {}
        Held::Beginnings => {
            return Err(Failure::ecosystem(
                "the database holds the beginnings of an ecosystem, of an `opnc init` that was cut off: make it anew, empty \
                 (dropdb and createdb)",
            ));
        }
        Held::Ours | Held::Unmarked | Held::Another => {
            return Err(Failure::ecosystem("the database holds an ecosystem already; `opnc serve` serves it"));
        }
    }
    let mut roots = Vec::new();
    for algorithm in [Algorithm::Secp256r1, Algorithm::Secp521r1] {
        let founded = bootstrap::found_for(ecosystem, algorithm, &answers.organization, None).await;
        let root = founded.map_err(Failure::service)?;
        rcp::put(caller, ecosystem, root_certificate(&root, RootType::V2g)?).await.map_err(Failure::service)?;
        roots.push(root);
    }
    let admin = NewParty { name: answers.admin.clone(), role: Role::Admin, owned: Owned::default() };
    let admin = parties::add(caller, ecosystem, admin).await.map_err(Failure::service)?;
    identity::mark(ecosystem).await.map_err(Failure::service)?;
    ecosystem.store().close().await;
    Ok((admin, roots))
}
