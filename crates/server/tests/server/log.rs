//! What the log says of a request, and what it must not say.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use opnc_messages::Role;
use opnc_test_util::TestEcosystem;
use serde_json::Value;
use tracing_subscriber::fmt::MakeWriter;

use opnc_test_util::calls::{call, send};

/// A log that is kept.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Kept {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Kept {
    fn lines_about(&self, trace: &str) -> Vec<Value> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        lines.filter(|line| line["trace_id"] == trace).collect()
    }
}

#[tokio::test]
async fn one_line_for_a_request_with_its_route_and_without_identifiers() {
    let kept = Kept::default();
    let subscriber = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_max_level(tracing::Level::DEBUG)
        .with_writer(kept.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let ecosystem = TestEcosystem::start().await;
    let pcid = "WAASECRET00000001";
    let path = format!("/opnc/1.0/pcp/lookupvehicle/{pcid}?token=hidden");
    let answer = send(call(&ecosystem, Role::Oem, "GET", &path).await.header("opnc-request-id", "mine-7")).await;
    assert_eq!(answer.status, 404);
    let trace = answer.headers["opnc-trace-id"].to_str().unwrap();
    assert_eq!(answer.json()["traceId"], trace);

    let lines = kept.lines_about(trace);
    assert_eq!(lines.len(), 1, "{lines:?}");
    let line = &lines[0];
    assert_eq!(line["method"], "GET");
    assert_eq!(line["route"], "/opnc/1.0/pcp/lookupvehicle/{pcid}");
    assert_eq!(line["status"], 404);
    assert_eq!(line["party"], ecosystem.party(Role::Oem).credentials.party.to_string());
    assert_eq!(line["request_id"], "mine-7");
    assert!(line["duration_us"].as_u64().is_some(), "{line}");

    assert!(line.get("acting_as").is_none(), "{line}");
    let acting = call(&ecosystem, Role::Oem, "GET", &path).await;
    let acting = send(acting.header("OPNC-from-party-type", "OEM").header("OPNC-from-party-id", "WAA")).await;
    let lines = kept.lines_about(acting.headers["opnc-trace-id"].to_str().unwrap());
    assert_eq!(lines[0]["acting_as"], "oem WAA", "{lines:?}");

    let log = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
    let ours: String = log.lines().filter(|line| line.contains("\"target\":\"opnc")).collect();
    let secret = ecosystem.party(Role::Oem).credentials.client_secret.as_str();
    for hidden in [pcid, "hidden", secret] {
        assert!(!ours.contains(hidden), "the log tells {hidden}");
    }
}

#[tokio::test]
async fn an_internal_error_is_logged_once_with_its_cause() {
    let kept = Kept::default();
    let subscriber = tracing_subscriber::fmt().json().flatten_event(true).with_writer(kept.clone()).finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let ecosystem = TestEcosystem::start().await;
    let request = call(&ecosystem, Role::Oem, "GET", "/opnc/v1/rcp/rootcertificates").await;
    ecosystem.ecosystem.store().close().await;
    let answer = send(request).await;
    assert_eq!(answer.status, 500);
    let lines = kept.lines_about(answer.headers["opnc-trace-id"].to_str().unwrap());
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert_eq!(lines[0]["level"], "ERROR");
    assert!(!lines[0]["cause"].as_str().unwrap().is_empty());
}
