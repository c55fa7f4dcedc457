//! The headers by which callers and operators find a request again (P8).

use opnc_messages::Role;
use opnc_test_util::TestEcosystem;

use opnc_test_util::calls::{call, request, send};

#[tokio::test]
async fn ids_are_echoed_or_made() {
    let ecosystem = TestEcosystem::start().await;
    for (path, status) in [("/livez", 200), ("/nowhere", 404), ("/opnc/v1/rcp/rootcertificates", 401)] {
        let sent = request(&ecosystem, "GET", path)
            .header("OPNC-Correlation-ID", "order-4711/a")
            .header("OPNC-Request-ID", "c52fe6ad");
        let answer = send(sent).await;
        assert_eq!(answer.status, status);
        assert_eq!(answer.headers["opnc-correlation-id"], "order-4711/a");
        assert_eq!(answer.headers["opnc-request-id"], "c52fe6ad");

        let answer = send(request(&ecosystem, "GET", path)).await;
        let trace = answer.headers["opnc-trace-id"].to_str().unwrap();
        assert_eq!(trace.len(), 36);
        assert_eq!(answer.headers["opnc-correlation-id"], trace);
        assert_eq!(answer.headers["opnc-request-id"], trace);
    }
}

#[tokio::test]
async fn ids_that_do_not_fit_are_replaced() {
    let ecosystem = TestEcosystem::start().await;
    for unfit in ["with spaces", "", &"x".repeat(129)] {
        let answer = send(request(&ecosystem, "GET", "/livez").header("OPNC-Correlation-ID", unfit)).await;
        assert_eq!(answer.headers["opnc-correlation-id"], answer.headers["opnc-trace-id"], "{unfit}");
    }
}

#[tokio::test]
async fn every_request_has_a_trace_id_of_its_own_in_header_and_body() {
    let ecosystem = TestEcosystem::start().await;
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..20 {
        let answer = send(call(&ecosystem, Role::Oem, "GET", "/opnc/v1/pcp/lookupvehicle/short").await).await;
        assert_eq!(answer.status, 400);
        let trace = answer.headers["opnc-trace-id"].to_str().unwrap();
        assert_eq!(answer.json()["traceId"], trace);
        seen.insert(trace.to_owned());
    }
    assert_eq!(seen.len(), 20);
}

#[tokio::test]
async fn nothing_is_cached() {
    let ecosystem = TestEcosystem::start().await;
    let answer = send(call(&ecosystem, Role::Oem, "GET", "/opnc/v1/rcp/rootcertificates").await).await;
    assert_eq!(answer.headers["cache-control"], "no-store");
}
