//! A running sandbox. What happens is read from its output, line by line; nothing is waited for by time.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use serde_json::Value;

/// Far more than anything takes; a test that hangs should say where.
const PATIENCE: Duration = Duration::from_secs(120);

/// A sandbox, which is killed when nobody needs it any more.
pub(crate) struct Sandbox {
    child: Child,
    stdout: Receiver<String>,
    stderr: Receiver<String>,
    directory: PathBuf,
}

impl Sandbox {
    /// Starts a sandbox, on any port unless told which, and waits until it is ready.
    pub(crate) fn start(directory: &Path, arguments: &[&str]) -> Self {
        let sandbox = Self::begin(directory, arguments);
        sandbox.until("The sandbox is ready.");
        sandbox
    }

    /// The same, and waits for nothing.
    pub(crate) fn begin(directory: &Path, arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_opnc"))
            .args(["sandbox", "--data"])
            .arg(directory)
            .args(arguments)
            .args(if arguments.contains(&"--listen") { &[][..] } else { &["--listen", "127.0.0.1:0"] })
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (stdout, stderr) = (lines(child.stdout.take().unwrap()), lines(child.stderr.take().unwrap()));
        Self { child, stdout, stderr, directory: directory.to_owned() }
    }

    /// Reads its output up to this line.
    pub(crate) fn until(&self, line: &str) {
        assert!(self.gets_to(line), "it ended: {}", self.complaints().join("\n"));
    }

    /// Reads its output up to this line, and says whether it got there before it ended.
    pub(crate) fn gets_to(&self, wanted: &str) -> bool {
        loop {
            match self.stdout.recv_timeout(PATIENCE) {
                Ok(line) if line == wanted => return true,
                Ok(_) => {}
                Err(RecvTimeoutError::Disconnected) => return false,
                Err(RecvTimeoutError::Timeout) => panic!("neither {wanted:?} nor an end"),
            }
        }
    }

    /// What it complained of, when it has ended.
    pub(crate) fn complaints(&self) -> Vec<String> {
        self.stderr.iter().collect()
    }

    /// Reads so many lines of its log.
    pub(crate) fn until_logged(&self, lines: usize) {
        for line in 0..lines {
            self.stderr.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("no line {line} in the log"));
        }
    }

    /// What it announces: the one ecosystem in `sandbox.json`.
    pub(crate) fn announced(&self) -> Value {
        let text = std::fs::read(self.directory.join("sandbox.json")).unwrap();
        let mut announced: Value = serde_json::from_slice(&text).unwrap();
        announced["ecosystems"][0].take()
    }

    /// Asks it to end, as a system does with its services, and waits until it has.
    pub(crate) fn terminate(mut self) -> ExitStatus {
        let told = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(told.success());
        self.child.wait().unwrap()
    }

    /// Ends it without a word, as a power cut would.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn lines(source: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(source).lines().map_while(Result::ok) {
            let _ = sender.send(line);
        }
    });
    receiver
}
