//! The addresses to listen on, and TLS on the public one.

use std::net::SocketAddr;

use jiff::SignedDuration;
use opnc_pki::certificate::Outline;
use opnc_pki::{Clock, SystemClock};
use opnc_server::config::Config;
use opnc_server::{Answers, probe};
use tokio::net::TcpListener;

use super::period;
use super::report::Report;

/// The certificate of the public listener, its key, and the CA of the parties.
pub(super) fn tls(config: &Config, report: &mut Report, days: u32) {
    let (Some(file), Some(tls)) = (&config.tls.certificate_file, config.serving().public.tls) else {
        return report.warn("TLS", "none is configured", "set tls.certificate_file, or put a proxy with TLS in front");
    };
    let read = std::fs::read_to_string(file).map_err(|error| error.to_string());
    match read.and_then(|text| Outline::from_pem(&text).map_err(|error| error.to_string())) {
        Err(problem) => {
            let found = format!("{}: {problem}", file.display());
            return report.fail("TLS certificate", found, "name a file with PEM, the leaf first");
        }
        Ok(leaf) => {
            let ahead = SignedDuration::from_hours(i64::from(days) * 24);
            let (begins, end, now) = (leaf.not_before(), leaf.not_after(), SystemClock.now());
            period::examine(
                report,
                "TLS certificate",
                begins,
                end,
                now,
                ahead,
                "renew it, and reload the service (SIGHUP)",
            );
        }
    }
    match opnc_server::check_tls(&tls) {
        Ok(()) => report.ok("TLS key", "belongs to the certificate"),
        Err(error) => report.fail("TLS key", error, "name the certificate and the key that were made together"),
    }
}

/// Whether certificates say where their state is told, and somebody listens there.
pub(super) fn status(config: &Config, report: &mut Report) {
    match (&config.status.url, config.status.listen) {
        (Some(url), Some(_)) => report.ok("status URL", format!("{url} is in every certificate issued from now on")),
        (Some(url), None) => report.warn(
            "status URL",
            format!("certificates name {url}, and nothing listens for it here"),
            "set status.listen, or see that another replica serves it",
        ),
        (None, _) => report.warn(
            "status URL",
            "certificates do not say where their state is told: about those that are issued until status.url is set nobody \
             can ever ask (OCSP, CRL)",
            "set status.listen and status.url before anything more is issued; docs/how-to/status.md",
        ),
    }
}

/// The addresses to listen on: free, or answered by the service itself.
pub(super) async fn addresses(config: &Config, report: &mut Report) {
    let tls = config.tls.certificate_file.is_some();
    let listeners = [
        ("public listener", Some(config.server.listen), tls),
        ("admin listener", config.admin.listen, false),
        ("status listener", config.status.listen, false),
    ];
    for (name, address, tls) in listeners {
        if let Some(address) = address {
            address_of(name, address, tls, report).await;
        }
    }
    match &config.server.base_url {
        None => report.warn(
            "base URL",
            "none is set",
            "set server.base_url to what callers use: it stands in access tokens",
        ),
        Some(url) if url.starts_with("http://") => {
            report.warn("base URL", format!("{url} is not encrypted"), "use https, here or in a proxy");
        }
        Some(url) => report.ok("base URL", url),
    }
}

async fn address_of(name: &str, address: SocketAddr, tls: bool, report: &mut Report) {
    let look = "see which process has it (ss -ltnp)";
    match TcpListener::bind(address).await {
        Ok(_) => report.ok(name, format!("{address} is free: the service does not run")),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => match probe(address, tls).await {
            Answers::Us => report.ok(name, format!("{address} is served")),
            Answers::Another => report.fail(name, format!("{address} is served by another program"), look),
            Answers::Nobody => report.fail(name, format!("{address} is taken, and nobody answers"), look),
        },
        Err(error) => report.fail(
            name,
            format!("{address}: {error}"),
            "choose an address of this machine, and a port this user may use",
        ),
    }
}
