//! `opnc backup`: a copy of the database, taken while the service runs.

use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use opnc_server::config::Config;
use serde_json::json;

use crate::config_arg::ConfigArg;
use crate::ecosystem::write_private;
use crate::failure::Failure;
use crate::output::{self, Format};
use crate::{Verdict, runtime};

/// Copy the database into a file, while the service runs
///
/// The copy is the state of one moment, is checked, and appears as a whole or not at all, readable by its owner alone. The keys
/// come along with --with-keys, encrypted as they are; the key that encrypts them never does: keep that one somewhere
/// else. This is for SQLite; for PostgreSQL use its own tools (pg_dump, or base backups with a WAL archive).
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Backup {
    /// The file to make
    file: PathBuf,

    /// Copy the encrypted keys too, into the folder FILE.keys
    #[arg(long)]
    with_keys: bool,

    /// How to print what was made
    #[arg(long, value_enum, default_value_t)]
    output: Format,

    #[command(flatten)]
    config: ConfigArg,
}

const EXAMPLES: &str = "\
Examples:
  opnc backup /backup/opnc-$(date +%F).db
  opnc backup --with-keys /backup/opnc.db        keys in /backup/opnc.db.keys

To restore: end the service, put the file in the place of the database (and remove what lies beside it with the ends
-wal and -shm), put the keys into the folder of the keys, start the service.";

impl Backup {
    pub(crate) fn run(self) -> Result<Verdict, Failure> {
        runtime(self.copy())
    }

    async fn copy(self) -> Result<Verdict, Failure> {
        let config = self.config.load()?.config;
        let database = config.store.file().ok_or_else(|| {
            Failure::ecosystem(
                "the data are in PostgreSQL: use pg_dump --format=custom, or base backups with a WAL archive; the keys \
                 folder is to be copied beside it",
            )
        })?;
        let keys = keys_of(&self.file);
        self.clear_of_a_run_that_was_cut_off(&keys)?;
        for path in [Some(&self.file), self.with_keys.then_some(&keys)].into_iter().flatten() {
            if path.exists() {
                return Err(Failure::Ecosystem(format!(
                    "{} is there already, and nothing is overwritten",
                    path.display()
                )));
            }
        }
        let draft = beside(&self.file, ".part");
        // Empty and private first: what is written into it has its mode.
        write_private(&draft, b"")?;
        let result = self.write(&config, &database, &draft, &keys).await;
        if result.is_err() {
            let _ = fs::remove_file(&draft);
        }
        result?;
        let size = fs::metadata(&self.file).map_or(0, |file| file.len());
        match self.output {
            Format::Json => output::print_json(&json!({
                "file": self.file.display().to_string(),
                "bytes": size,
                "keys": self.with_keys.then(|| keys.display().to_string()),
            }))?,
            Format::Table => output::print(format!("{}: {} bytes, checked\n", self.file.display(), size))?,
        }
        Ok(Verdict::Passed)
    }

    /// A run that was killed leaves drafts, and perhaps keys without a database: nothing of it is a backup.
    fn clear_of_a_run_that_was_cut_off(&self, keys: &Path) -> Result<(), Failure> {
        let drafts = [beside(keys, ".part"), keys.to_owned()];
        let was_cut_off = !self.file.exists() && beside(&self.file, ".part").exists();
        // The keys alone, without the draft of a database, may be of somebody else.
        let drafts = if was_cut_off { drafts.as_slice() } else { drafts.get(..1).unwrap_or_default() };
        for draft in drafts.iter().filter(|draft| draft.is_dir()) {
            fs::remove_dir_all(draft).map_err(|source| Failure::write(draft, source))?;
        }
        Ok(())
    }

    async fn write(&self, config: &Config, database: &Path, draft: &Path, keys: &Path) -> Result<(), Failure> {
        with_progress(database, draft, opnc_store::backup(database, draft)).await?;
        fs::File::open(draft).and_then(|file| file.sync_all()).map_err(|source| Failure::write(draft, source))?;
        // After the database: a key is never younger than the rows that need it, unless it was made in between.
        if self.with_keys {
            copy_keys(&config.keys.folder, keys)?;
        }
        // A hard link refuses to replace what has come meanwhile; a rename would not.
        fs::hard_link(draft, &self.file).map_err(|source| Failure::write(&self.file, source))?;
        fs::remove_file(draft).map_err(|source| Failure::write(draft, source))
    }
}

/// Runs the copy, and on a terminal shows how far it is.
async fn with_progress(
    database: &Path,
    draft: &Path,
    copy: impl Future<Output = Result<(), opnc_store::StoreError>>,
) -> Result<(), Failure> {
    let whole = fs::metadata(database).map_or(0, |file| file.len()).max(1);
    let mut tick = tokio::time::interval(Duration::from_millis(500));
    tokio::pin!(copy);
    loop {
        tokio::select! {
            done = &mut copy => {
                if io::stderr().is_terminal() {
                    let _ = writeln!(io::stderr(), "\r100 %");
                }
                return done.map_err(Failure::ecosystem);
            }
            _ = tick.tick() => {
                if io::stderr().is_terminal() {
                    let written = fs::metadata(draft).map_or(0, |file| file.len());
                    let _ = write!(io::stderr(), "\r{:3} %", written.saturating_mul(100).checked_div(whole).unwrap_or(0).min(99));
                }
            }
        }
    }
}

fn copy_keys(from: &Path, to: &Path) -> Result<(), Failure> {
    let draft = beside(to, ".part");
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(&draft).map_err(|source| Failure::write(&draft, source))?;
    let failed = |source| Failure::Read { name: from.display().to_string(), source };
    for entry in fs::read_dir(from).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let is_key = path.extension().is_some_and(|end| end == "pem");
        if let (true, Some(name)) = (is_key, path.file_name()) {
            let content = fs::read(&path).map_err(failed)?;
            write_private(&draft.join(name), &content)?;
        }
    }
    fs::rename(&draft, to).map_err(|source| Failure::write(to, source))
}

fn keys_of(file: &Path) -> PathBuf {
    beside(file, ".keys")
}

fn beside(file: &Path, end: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(end);
    name.into()
}
