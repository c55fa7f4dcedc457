//! What lies behind the configuration: database, authorities with their keys, the clock, addresses.

use std::net::SocketAddr;
use std::time::Duration;

use jiff::SignedDuration;
use opnc_pki::certificate::{Certificate, Outline};
use opnc_pki::{Clock, SystemClock};
use opnc_server::config::Config;
use opnc_store::{Schema, authorities, roots};
use tokio::net::{TcpListener, TcpStream};

use super::report::Report;
use crate::config_arg;

/// No service should take longer to answer on its own machine.
const PATIENCE: Duration = Duration::from_secs(5);

/// Whether the database can be reached, and has the tables that this program knows.
pub(super) async fn database(config: &Config, report: &mut Report) {
    let looked = match config.store.options() {
        Ok(options) => Schema::of(&options).await.map_err(|error| error.to_string()),
        Err(problem) => Err(problem),
    };
    match looked {
        Err(problem) => report.fail("database", problem, "see that it is there and that this user may use it"),
        Ok(schema) if !schema.newer.is_empty() => {
            report.fail("database", "was migrated by a newer program", "run the newer program, or restore a backup");
        }
        Ok(schema) if !schema.is_current() => {
            report.warn("database", "lacks migrations", "`opnc migrate up`; `opnc serve` does the same");
        }
        Ok(_) => report.ok("database", "can be read, and its schema is up to date"),
    }
}

/// Our authorities: whether each key is there and fits, and how long each certificate is good.
pub(super) async fn ecosystem(config: &Config, report: &mut Report, days: u32) {
    // Opening would bring the schema up to date, which is not a doctor's business.
    let current = match config.store.options() {
        Ok(options) => Schema::of(&options).await.is_ok_and(|schema| schema.is_current()),
        Err(_) => false,
    };
    if !current {
        return;
    }
    let opened = match config_arg::open(config).await {
        Ok(opened) => opened,
        Err(failure) => return report.fail("ecosystem", failure, "correct what is named above"),
    };
    let ecosystem = opened.ecosystem;
    let mut reader = match ecosystem.store().read().await {
        Ok(reader) => reader,
        Err(error) => return report.fail("ecosystem", error, "see that the database can be used"),
    };
    clock(&ecosystem, report);
    let rows = match authorities::list(&mut reader).await {
        Ok(rows) => rows,
        Err(error) => return report.fail("authorities", error, "restore a backup"),
    };
    if rows.is_empty() {
        report.warn("authorities", "there are none", "`opnc init` founds them in a new ecosystem");
    }
    let trusted = match roots::list(&mut reader, None, None).await {
        Ok(trusted) => trusted,
        Err(error) => return report.fail("root pool", error, "restore a backup"),
    };
    drop(reader);
    for row in rows.into_iter().filter(|row| row.active) {
        let name = row.kind.as_str();
        let Ok(certificate) = Certificate::from_der(&row.certificate.der) else {
            report.fail(name, "its certificate cannot be read", "restore a backup");
            continue;
        };
        match ecosystem.keys().public_key(&row.key_id) {
            Err(error) => report.fail(name, error, "restore the keys and the key that encrypts them"),
            Ok(key) if key != *certificate.public_key() => {
                report.fail(
                    name,
                    format!("the key {} is not its certificate's", row.key_id),
                    "restore keys and database together",
                );
            }
            Ok(_) => validity(report, name, &certificate, ecosystem.now(), days),
        }
        if certificate.is_self_issued() && !trusted.iter().any(|root| root.fingerprint == row.root_fingerprint) {
            report.warn(name, "is not in the root pool", "an admin puts it there: PUT /opnc/v1/rcp/rootcertificates");
        }
    }
    ecosystem.store().close().await;
}

/// Whether time goes on from what the database has seen.
fn clock(ecosystem: &opnc_services::Ecosystem, report: &mut Report) {
    let now = ecosystem.clock().now();
    // The year in which this program was made: a clock that was never set shows an earlier one.
    let made = jiff::civil::date(2026, 1, 1).to_zoned(jiff::tz::TimeZone::UTC).map(|at| at.timestamp());
    match made {
        Ok(made) if now < made => report.fail("clock", format!("shows {now}"), "set it, and keep it right by NTP"),
        _ => report.ok("clock", format!("shows {now}")),
    }
}

/// The validity of a certificate whose key is there and fits.
fn validity(report: &mut Report, name: &str, certificate: &Certificate, now: jiff::Timestamp, days: u32) {
    period(report, name, (certificate.not_before(), certificate.not_after()), now, days);
}

fn period(
    report: &mut Report,
    name: &str,
    (begins, end): (jiff::Timestamp, jiff::Timestamp),
    now: jiff::Timestamp,
    days: u32,
) {
    let left = end.duration_since(now);
    let days_left = left.as_hours() / 24;
    let ends = format!("ends {end}");
    if left.is_negative() {
        report.fail(name, format!("ended {end}"), "renew it");
    } else if now < begins {
        report.fail(name, format!("begins {begins}"), "see that the clock is right");
    } else if left < SignedDuration::from_hours(i64::from(days) * 24) {
        report.warn(name, format!("{ends}, in {days_left} days"), "renew it in time");
    } else {
        report.ok(name, format!("{ends}, in {days_left} days"));
    }
}

/// The certificate of the public listener. Whether its key fits, the service finds out when it starts.
pub(super) fn tls(config: &Config, report: &mut Report, days: u32) {
    let Some(file) = &config.tls.certificate_file else {
        return report.warn("TLS", "none is configured", "set tls.certificate_file, or put a proxy with TLS in front");
    };
    let read = std::fs::read_to_string(file).map_err(|error| error.to_string());
    match read.and_then(|text| Outline::from_pem(&text).map_err(|error| error.to_string())) {
        Err(problem) => {
            report.fail(
                "TLS certificate",
                format!("{}: {problem}", file.display()),
                "name a file with PEM, the leaf first",
            );
        }
        Ok(leaf) => period(report, "TLS certificate", (leaf.not_before(), leaf.not_after()), SystemClock.now(), days),
    }
}

/// The addresses to listen on: free, or answered by the service itself.
pub(super) async fn addresses(config: &Config, report: &mut Report) {
    let listeners = [
        ("public listener", Some(config.server.listen)),
        ("admin listener", config.admin.listen),
        ("status listener", config.status.listen),
    ];
    for (name, address) in listeners.into_iter().filter_map(|(name, address)| Some((name, address?))) {
        address_of(name, address, report).await;
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

async fn address_of(name: &str, address: SocketAddr, report: &mut Report) {
    match TcpListener::bind(address).await {
        Ok(_) => report.ok(name, format!("{address} is free: the service does not run")),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            let connected = tokio::time::timeout(PATIENCE, TcpStream::connect(address)).await;
            match connected {
                Ok(Ok(_)) => report.ok(name, format!("{address} is served")),
                _ => report.fail(
                    name,
                    format!("{address} is taken, and nobody answers"),
                    "see which process has it (ss -ltnp)",
                ),
            }
        }
        Err(error) => report.fail(
            name,
            format!("{address}: {error}"),
            "choose an address of this machine, and a port this user may use",
        ),
    }
}
