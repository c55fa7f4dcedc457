//! A folder with an ecosystem in it, and `opnc serve` at work there.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;

use crate::run::{Run, run_with};

/// A folder in which `opnc init --defaults` has run.
pub(super) struct Place {
    pub(super) folder: tempfile::TempDir,
    /// What init printed.
    pub(super) said: String,
}

impl Place {
    /// Makes an ecosystem that listens on any port.
    pub(super) fn init() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("opnc.toml");
        let arguments = ["init", "--defaults", "--listen", "127.0.0.1:0", "--config", config.to_str().unwrap()];
        let run = run_with(arguments, b"");
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
        Self { folder, said: run.stdout }
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs a verb on it.
    pub(super) fn run(&self, arguments: &[&str]) -> Run {
        let config = self.path("opnc.toml");
        run_with(arguments.iter().copied().chain(["--config", config.to_str().unwrap()]), b"")
    }

    /// Runs a verb that must succeed, and reads what it prints.
    pub(super) fn json(&self, arguments: &[&str]) -> Value {
        let run = self.run(&[arguments, &["--output", "json"]].concat());
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
        serde_json::from_str(&run.stdout).unwrap()
    }

    /// Adds an OEM; its client id and secret.
    pub(super) fn oem(&self, name: &str, wmi: &str) -> (String, String) {
        let added = self.json(&["party", "add", name, "--role", "oem", "--wmi", wmi]);
        (text(&added["clientId"]), text(&added["clientSecret"]))
    }
}

pub(super) fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// A running service, which is killed when nobody needs it any more.
pub(super) struct Service {
    child: Child,
    stdout: BufReader<ChildStdout>,
    pub(super) address: String,
}

impl Service {
    /// Starts it, and waits until it says that it is ready.
    pub(super) fn start(config: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_opnc"));
        command.args(["serve", "--config"]).arg(config);
        Self::begin(command)
    }

    /// The same with a command of one's own.
    pub(super) fn begin(command: Command) -> Self {
        Self::begin_logging(command, Stdio::null())
    }

    /// The same, with a place for its log.
    pub(super) fn begin_logging(mut command: Command, log: impl Into<Stdio>) -> Self {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut ready = String::new();
        stdout.read_line(&mut ready).unwrap();
        let address = ready.split("listening on ").nth(1).unwrap_or_else(|| panic!("not ready: {ready:?}"));
        let address = address.trim_end_matches(")\n").to_owned();
        Self { child, stdout, address }
    }

    /// Its next line.
    pub(super) fn line(&mut self) -> String {
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        line
    }

    pub(super) fn signal(&self, signal: &str) {
        let told = Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap();
        assert!(told.success());
    }

    /// Asks it to end, as a system does with its services, and waits until it has.
    pub(super) fn terminate(mut self) -> ExitStatus {
        self.signal("-TERM");
        self.child.wait().unwrap()
    }

    /// The status of a token request.
    pub(super) fn token(&self, (id, secret): (&str, &str)) -> String {
        let body = "grant_type=client_credentials";
        let basic = BASE64_STANDARD.encode(format!("{id}:{secret}"));
        let request = format!(
            "POST /oauth2/token HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Basic {basic}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        self.ask(&request)
    }

    /// The status of a request without a body.
    pub(super) fn get(&self, path: &str) -> String {
        self.ask(&format!("GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
    }

    fn ask(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.split(' ').nth(1).unwrap().to_owned()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
