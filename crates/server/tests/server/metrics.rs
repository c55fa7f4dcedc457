//! The figures on the admin listener, read by a parser of our own for the text format of Prometheus.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};

use opnc_messages::Role;
use opnc_server::ListenerConfig;
use opnc_test_util::TestEcosystem;

const ROOTS: &str = "/opnc/v1/rcp/rootcertificates";

async fn ecosystem() -> TestEcosystem {
    let admin = ListenerConfig::admin(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
    TestEcosystem::start_with(|options| options.server.admin = Some(admin)).await
}

/// Every sample: name with labels, and value.
async fn scrape(ecosystem: &TestEcosystem) -> BTreeMap<String, f64> {
    let address = ecosystem.server.admin.unwrap();
    let answer = reqwest::get(format!("http://{address}/metrics")).await.unwrap();
    assert_eq!(answer.headers()["content-type"], "text/plain; version=0.0.4; charset=utf-8");
    let text = answer.text().await.unwrap();
    let samples = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    samples
        .map(|line| line.rsplit_once(' ').unwrap())
        .map(|(name, value)| (name.into(), value.parse().unwrap()))
        .collect()
}

#[tokio::test]
async fn requests_transactions_and_ends_are_counted() {
    let ecosystem = ecosystem().await;
    ecosystem.found().await;
    ecosystem.call(Role::Oem, "GET", ROOTS, None).await;
    ecosystem.call(Role::Oem, "GET", ROOTS, None).await;
    ecosystem.call(Role::Oem, "GET", "/opnc/v1/pcp/provisioningcertificates/WAA00000000000001", None).await;
    let samples = scrape(&ecosystem).await;
    let value = |name: &str| *samples.get(name).unwrap_or_else(|| panic!("{name} is not in {samples:#?}"));
    assert_eq!(value(r#"opnc_requests_total{operation="GetRootCertificates",status="200"}"#), 2.0);
    assert_eq!(value(r#"opnc_requests_total{operation="GetProvisioningCertificate",status="404"}"#), 1.0);
    assert_eq!(value(r#"opnc_request_duration_seconds_count{operation="GetRootCertificates"}"#), 2.0);
    assert_eq!(value(r#"opnc_store_transactions_total{transaction="put root",outcome="committed"}"#), 1.0);
    assert_eq!(value(r#"opnc_store_transaction_duration_seconds_count{transaction="put root"}"#), 1.0);
    assert!(value("opnc_audit_head") >= 1.0);
    assert_eq!(value("opnc_outbox_waiting"), 1.0);
    assert!(value(r#"opnc_authority_remaining_seconds{authority="cps_signer"}"#) > 86_400.0);
    assert!(value(r#"opnc_database_connections{pool="readers",state="idle"}"#) >= 1.0);
    assert!(samples.keys().any(|name| name.starts_with("opnc_build_info{version=")));
    // PCIDs and EMAIDs are personal data.
    assert!(!samples.keys().any(|name| name.contains("WAA")), "{samples:#?}");
}

#[tokio::test]
async fn ecosystems_in_one_process_have_figures_of_their_own() {
    let (one, other) = (ecosystem().await, ecosystem().await);
    one.call(Role::Oem, "GET", ROOTS, None).await;
    let name = r#"opnc_requests_total{operation="GetRootCertificates",status="200"}"#;
    assert_eq!(scrape(&one).await.get(name), Some(&1.0));
    assert_eq!(scrape(&other).await.get(name), None);
}
