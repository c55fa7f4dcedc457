//! A server for one test, which can be stopped and started again.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A server that ends with this value. It listens on a socket in its own folder alone.
pub struct Server {
    folder: TempDir,
    programs: PathBuf,
    /// What its programs are run by: they refuse to run as root.
    user: Vec<String>,
}

impl Server {
    /// Starts one; `None` when PostgreSQL is not installed.
    pub fn start() -> Option<Self> {
        let programs = programs()?;
        let folder = TempDir::new_in("/tmp").expect("a folder");
        let user = unprivileged(folder.path());
        let server = Self { folder, programs, user };
        let data = server.data();
        server
            .run("initdb", &["--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--pgdata", &data]);
        server.start_again();
        Some(server)
    }

    /// Starts it after [`stop`](Self::stop), with what it had stored.
    pub fn start_again(&self) {
        let folder = self.folder.path().display();
        // Durable as in production, but for the power: what it answered is there when it is started again.
        let settings = format!("-k {folder} -c listen_addresses= -c fsync=off -c max_connections=100");
        let log = format!("{folder}/log");
        self.run(
            "pg_ctl",
            &["start", "--wait", "--silent", "--log", &log, "--pgdata", &self.data(), "--options", &settings],
        );
    }

    /// Stops it at once, as a crash does: nothing is finished, no connection is told.
    pub fn stop(&self) {
        self.run("pg_ctl", &["stop", "--wait", "--silent", "--mode", "immediate", "--pgdata", &self.data()]);
    }

    /// The URL of its first database.
    pub fn url(&self) -> String {
        format!("postgres:///postgres?user=postgres&host={}", self.folder.path().display())
    }

    fn data(&self) -> String {
        format!("{}/data", self.folder.path().display())
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let program = self.programs.join(program);
        let line: Vec<_> = self.user.iter().map(AsRef::as_ref).chain([program.as_os_str()]).collect();
        let (first, rest) = line.split_first().expect("a program");
        let mut command = Command::new(first);
        command.args(rest).args(arguments).current_dir("/tmp").stdin(Stdio::null()).stdout(Stdio::null());
        let status = command.status().expect("a program that can be run");
        assert!(status.success(), "{}: {status}", program.display());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if Path::new(&self.data()).join("postmaster.pid").exists() {
            self.stop();
        }
    }
}

/// The folder of the server's programs: Debian keeps them out of the path, one folder per version.
fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    if let Ok(versions) = Path::new("/usr/lib/postgresql").read_dir() {
        folders.extend(versions.flatten().map(|version| version.path().join("bin")));
    }
    folders.into_iter().find(|folder| folder.join("initdb").exists() && folder.join("pg_ctl").exists())
}

/// Gives the folder to the user of the Debian package where we are root, and says how to become that user.
fn unprivileged(folder: &Path) -> Vec<String> {
    let id = |arguments: &[&str]| {
        let output = Command::new("id").args(arguments).output().expect("id");
        String::from_utf8_lossy(&output.stdout).trim().parse::<u32>().ok()
    };
    if id(&["-u"]) != Some(0) {
        return Vec::new();
    }
    let user = id(&["-u", "postgres"]).expect("a user postgres, because the server refuses to run as root");
    std::os::unix::fs::chown(folder, Some(user), None).expect("a folder that can be given away");
    ["runuser", "-u", "postgres", "--"].map(str::to_owned).to_vec()
}
