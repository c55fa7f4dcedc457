//! Other people's programs: openssl makes certificates and looks at handshakes, curl sends requests.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use opnc_server::TlsConfig;
use opnc_test_util::{TestEcosystem, TestOptions};
use tempfile::TempDir;

/// A PKI of files, made by openssl.
pub(crate) struct Pki {
    folder: TempDir,
}

/// What a program said.
pub(crate) struct Said {
    pub(crate) ok: bool,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Pki {
    /// A PKI with the CA `ca` and, below it, the server's certificate `server`.
    pub(crate) async fn new() -> Self {
        let pki = Self { folder: tempfile::tempdir().unwrap() };
        pki.root("ca").await;
        pki.issue("ca", "server", "/CN=localhost", "subjectAltName=IP:127.0.0.1,DNS:localhost").await;
        pki
    }

    /// The path of a file.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A new CA: `NAME.pem` and `NAME.key`.
    pub(crate) async fn root(&self, name: &str) {
        let subject = format!("/CN={name}");
        let (key, certificate) = (format!("{name}.key"), format!("{name}.pem"));
        self.openssl(&[
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-keyout",
            &key,
            "-out",
            &certificate,
            "-subj",
            &subject,
            "-days",
            "4000",
        ])
        .await;
    }

    /// A new leaf below a CA: `NAME.pem` and `NAME.key`.
    pub(crate) async fn issue(&self, ca: &str, name: &str, subject: &str, extension: &str) {
        self.issue_for(ca, name, subject, extension, "3650").await;
    }

    /// The same for so many days.
    pub(crate) async fn issue_for(&self, ca: &str, name: &str, subject: &str, extension: &str, days: &str) {
        let (key, request, certificate) = (format!("{name}.key"), format!("{name}.csr"), format!("{name}.pem"));
        let (ca_certificate, ca_key) = (format!("{ca}.pem"), format!("{ca}.key"));
        fs::write(self.path("extensions"), format!("basicConstraints=CA:FALSE\n{extension}\n")).unwrap();
        self.openssl(&[
            "req",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-keyout",
            &key,
            "-out",
            &request,
            "-subj",
            subject,
        ])
        .await;
        self.openssl(&[
            "x509",
            "-req",
            "-in",
            &request,
            "-CA",
            &ca_certificate,
            "-CAkey",
            &ca_key,
            "-out",
            &certificate,
            "-days",
            days,
            "-extfile",
            "extensions",
        ])
        .await;
    }

    /// Runs openssl in the folder; it must end well.
    pub(crate) async fn openssl(&self, arguments: &[&str]) -> String {
        let said = run("openssl", Some(self.folder.path()), arguments).await;
        assert!(said.ok, "openssl {arguments:?}: {}", said.err);
        said.out
    }

    /// TLS with the server's certificate.
    pub(crate) fn tls(&self) -> TlsConfig {
        TlsConfig::new(self.path("server.pem"), self.path("server.key"))
    }

    /// An ecosystem behind TLS, whose clock is the machine's as far as certificates can tell.
    pub(crate) async fn serve(&self, choose: impl FnOnce(&mut TestOptions)) -> TestEcosystem {
        let tls = self.tls();
        TestEcosystem::start_with(|options| {
            options.server.public.tls = Some(tls);
            choose(options);
        })
        .await
    }

    /// Sends a request with curl: the status and the version of HTTP in a first line, then the body.
    pub(crate) async fn curl(&self, arguments: &[&str]) -> Said {
        let mut all = vec!["--silent", "--show-error", "--max-time", "20", "--cacert", "ca.pem"];
        all.extend(["--write-out", "%{stderr}%{http_code} %{http_version}"]);
        all.extend(arguments);
        run("curl", Some(self.folder.path()), &all).await
    }

    /// A handshake with openssl and nothing else.
    pub(crate) async fn handshake(&self, address: SocketAddr, arguments: &[&str]) -> Said {
        let address = address.to_string();
        let mut all = vec!["s_client", "-connect", &address, "-CAfile", "ca.pem", "-verify_return_error"];
        all.extend(arguments);
        run("openssl", Some(self.folder.path()), &all).await
    }
}

/// Runs a program beside the server, which needs this thread.
async fn run(program: &str, folder: Option<&Path>, arguments: &[&str]) -> Said {
    let mut command = Command::new(program);
    if let Some(folder) = folder {
        command.current_dir(folder);
    }
    command.args(arguments).stdin(Stdio::null());
    let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Said { ok: output.status.success(), out: text(&output.stdout), err: text(&output.stderr) }
}
