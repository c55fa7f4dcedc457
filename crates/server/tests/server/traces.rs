//! Traces, as a collector of OpenTelemetry gets them: read with the types of its own project.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::routing::post;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::Span;
use opnc_messages::Role;
use opnc_services::caller::Owned;
use opnc_services::peers::{self, OwnCredentials};
use opnc_test_util::calls::{request, send};
use opnc_test_util::federation::{new_peer, operator};
use opnc_test_util::{Behaviour, Receiver, TestEcosystem};
use prost::Message;
use serde_json::json;
use tokio::net::TcpListener;

const ROOTS: &str = "/opnc/v1/rcp/rootcertificates";
const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00f067aa0ba902b7";

/// What a collector was sent.
#[derive(Clone, Default)]
struct Sent(Arc<Mutex<Vec<Bytes>>>);

impl Sent {
    fn messages(&self) -> Vec<ExportTraceServiceRequest> {
        let bodies = self.0.lock().unwrap();
        bodies.iter().map(|body| ExportTraceServiceRequest::decode(body.clone()).unwrap()).collect()
    }

    fn spans(&self) -> Vec<Span> {
        let resources = self.messages().into_iter().flat_map(|message| message.resource_spans);
        resources.flat_map(|resource| resource.scope_spans).flat_map(|scope| scope.spans).collect()
    }

    /// Everything that was sent, as far as it is text.
    fn text(&self) -> String {
        self.0.lock().unwrap().iter().map(|body| String::from_utf8_lossy(body).into_owned()).collect()
    }
}

/// A collector on a port of its own.
async fn collector() -> (String, Sent) {
    let sent = Sent::default();
    let kept = sent.clone();
    let take = move |headers: HeaderMap, body: Bytes| async move {
        assert_eq!(headers["content-type"], "application/x-protobuf");
        kept.0.lock().unwrap().push(body);
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let routes = axum::Router::new().route("/v1/traces", post(take));
    tokio::spawn(async { axum::serve(listener, routes).await });
    (url, sent)
}

async fn ecosystem(endpoint: &str) -> TestEcosystem {
    TestEcosystem::start_with(|options| options.server.otlp_endpoint = Some(endpoint.to_owned())).await
}

fn attributes(span: &Span) -> HashMap<&str, String> {
    let text = |value: &Value| match value {
        Value::StringValue(text) => text.clone(),
        Value::IntValue(number) => number.to_string(),
        other => panic!("{other:?}"),
    };
    let values = span.attributes.iter().map(|pair| (pair.key.as_str(), pair.value.as_ref().unwrap()));
    values.map(|(key, value)| (key, text(value.value.as_ref().unwrap()))).collect()
}

#[tokio::test]
async fn a_request_is_a_span_below_that_of_its_caller() {
    let (url, sent) = collector().await;
    let ecosystem = ecosystem(&url).await;
    ecosystem.found().await;
    let oem = ecosystem.party(Role::Oem);
    let request = ecosystem.request_as(oem, "GET", "/opnc/v1/pcp/lookupvehicle/WAASECRET00000001?x=hidden").await;
    let answer = send(request.header("traceparent", format!("00-{TRACE}-{PARENT}-00"))).await;
    assert_eq!(answer.status, 404);
    let party = oem.credentials.party.to_string();
    ecosystem.server.shutdown().await;

    let spans = sent.spans();
    let [span] = spans.iter().filter(|span| hex::encode(&span.trace_id) == TRACE).collect::<Vec<_>>()[..] else {
        panic!("not one span: {spans:#?}");
    };
    assert_eq!(hex::encode(&span.parent_span_id), PARENT);
    assert_eq!(span.name, "GET /opnc/v1/pcp/lookupvehicle/{pcid}");
    assert_eq!(span.kind, 2, "a server");
    assert!(span.end_time_unix_nano >= span.start_time_unix_nano);
    let trace = answer.json()["traceId"].as_str().unwrap().to_owned();
    let expected = [
        ("http.request.method", "GET"),
        ("http.route", "/opnc/v1/pcp/lookupvehicle/{pcid}"),
        ("http.response.status_code", "404"),
        ("opnc.operation", "LookUpVehicle"),
        ("opnc.party", &party),
        ("opnc.trace_id", &trace),
    ];
    assert_eq!(attributes(span), expected.map(|(key, value)| (key, value.to_owned())).into());
    for hidden in ["WAASECRET", "hidden", oem_secret(&ecosystem.parties).as_str()] {
        assert!(!sent.text().contains(hidden), "{hidden}");
    }
}

fn oem_secret(parties: &[opnc_test_util::TestParty]) -> String {
    let oem = parties.iter().find(|party| party.role == Role::Oem).unwrap();
    oem.credentials.client_secret.to_string()
}

/// Without a parent that can be used, the trace has the trace id of the request; the transaction is a span within it.
#[tokio::test]
async fn a_trace_that_begins_here_has_our_trace_id() {
    let (url, sent) = collector().await;
    let ecosystem = ecosystem(&url).await;
    ecosystem.found().await;
    let mut traces = Vec::new();
    for parent in ["", "00-0-0-01", &format!("00-{}-{PARENT}-01", "0".repeat(32)), &"x".repeat(4000)] {
        let answer = send(request(&ecosystem, "GET", ROOTS).header("traceparent", parent)).await;
        assert_eq!(answer.status, 401);
        traces.push(answer.json()["traceId"].as_str().unwrap().replace('-', ""));
    }
    ecosystem.server.shutdown().await;
    let spans = sent.spans();
    for trace in traces {
        let span = spans.iter().find(|span| hex::encode(&span.trace_id) == trace).expect("a trace for each request");
        assert!(span.parent_span_id.is_empty(), "{span:?}");
    }
    let [put] = spans.iter().filter(|span| span.name == format!("PUT {ROOTS}")).collect::<Vec<_>>()[..] else {
        panic!("not one request: {spans:#?}");
    };
    let within: Vec<_> = spans.iter().filter(|span| span.parent_span_id == put.span_id).collect();
    let transaction = within.iter().find(|span| span.name == "put root").expect("the transaction of the request");
    assert_eq!(transaction.trace_id, put.trace_id);
    assert_eq!(attributes(transaction), [("opnc.kind", "transaction".to_owned())].into());
    assert!(transaction.start_time_unix_nano >= put.start_time_unix_nano);
    let service = sent.messages()[0].resource_spans[0].resource.clone().unwrap();
    assert!(service.attributes.iter().any(|pair| pair.key == "service.name"), "{service:?}");
}

/// The operator sees who was asked and for how long; who asks does not.
#[tokio::test]
async fn a_question_to_a_peer_is_a_span_with_its_name() {
    let (url, sent) = collector().await;
    let ecosystem = ecosystem(&url).await;
    ecosystem.found().await;
    let peer = Receiver::start(|request| match request.line.contains("/oauth2/token") {
        true => Behaviour::Json(200, json!({"access_token": "t", "expires_in": 3600}).to_string()),
        false => Behaviour::Json(404, json!({"errorMessages": ["no"], "traceId": uuid::Uuid::nil()}).to_string()),
    })
    .await;
    let mut new = new_peer("Far Away", peer.base_url(), Owned::default());
    new.own = Some(OwnCredentials { client_id: "a".to_owned(), client_secret: "b".to_owned().into(), token_url: None });
    peers::add(&operator(&ecosystem.ecosystem), &ecosystem.ecosystem, new).await.unwrap();
    let request =
        ecosystem.request_as(ecosystem.party(Role::EmspNoPki), "GET", "/opnc/v1/pcp/lookupvehicle/WYYSECRET00000001");
    let answer = send(request.await.header("traceparent", format!("00-{TRACE}-{PARENT}-00"))).await;
    assert_eq!(answer.status, 404);
    assert!(!answer.text.contains("Far Away"), "{}", answer.text);
    ecosystem.server.shutdown().await;

    let spans = sent.spans();
    let of_trace: Vec<_> = spans.iter().filter(|span| hex::encode(&span.trace_id) == TRACE).collect();
    let asked = of_trace.iter().find(|span| span.name == "LookUpVehicle").expect("the question");
    let expected = [("opnc.kind", "operation".to_owned()), ("opnc.peer", "Far Away".to_owned())];
    assert_eq!(attributes(asked), expected.into());
    assert!(of_trace.iter().any(|span| span.span_id == asked.parent_span_id), "below the request");
    assert!(!sent.text().contains("WYYSECRET"));
}

/// A collector that is not there, one that takes and says nothing, and one that refuses change nothing for callers, nor for
/// the end of the server.
#[tokio::test]
async fn a_collector_that_is_away_or_hangs_is_nobody_elses_problem() {
    let (away, silent) =
        (TcpListener::bind("127.0.0.1:0").await.unwrap(), TcpListener::bind("127.0.0.1:0").await.unwrap());
    let endpoints = [&away, &silent].map(|listener| format!("http://{}", listener.local_addr().unwrap()));
    drop(away);
    for endpoint in endpoints.into_iter().chain([collector().await.0 + "/nothing/here"]) {
        let ecosystem = ecosystem(&endpoint).await;
        for _ in 0..20 {
            let asked = send(request(&ecosystem, "GET", ROOTS));
            let answer = tokio::time::timeout(Duration::from_secs(10), asked).await.expect("an answer");
            assert_eq!(answer.status, 401);
        }
        let ended = tokio::time::timeout(Duration::from_secs(20), ecosystem.server.shutdown()).await;
        assert!(ended.is_ok(), "{endpoint}");
    }
}
