//! Webhook endpoints over HTTP: what their owners can do, and nobody else.

use opnc_messages::Role;
use opnc_messages::event::{PostEndpointReq, PutEndpointReq};
use opnc_messages::ids::ProviderId;
use opnc_messages::parse_body;
use opnc_services::caller::Owned;
use opnc_services::events::endpoints as service;
use opnc_services::events::secret::secrets;
use opnc_services::parties::{NewParty, caller};
use opnc_store::event_endpoints;
use opnc_test_util::calls::{Answer, send};
use opnc_test_util::{TestEcosystem, shared};
use serde_json::{Value, json};
use uuid::Uuid;

const PATH: &str = "/opnc/v1/event/endpoints";

fn body(name: &str) -> Value {
    json!({"url": format!("https://{name}.example/events"), "enabledEvents": ["root.cert.revoked", "root.cert.added"]})
}

async fn post(ecosystem: &TestEcosystem, party: &str, body: &Value) -> Answer {
    ecosystem.call_named(party, "POST", PATH, Some(body)).await
}

/// Makes an endpoint; its id and its secret.
async fn made(ecosystem: &TestEcosystem, party: &str) -> (String, String) {
    let answer = post(ecosystem, party, &body("receiver")).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let answer = answer.json();
    (answer["id"].as_str().unwrap().to_owned(), answer["secret"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn an_endpoint_is_made_read_changed_and_removed() {
    let ecosystem = TestEcosystem::start().await;
    let (id, secret) = made(&ecosystem, "OEM A").await;
    assert!(secret.len() >= 64, "{secret}");
    let list = ecosystem.call(Role::Oem, "GET", PATH, None).await;
    assert_eq!(list.json()[0]["id"], id);
    assert!(!list.text.contains(&secret) && list.json()[0].get("secret").is_none(), "{}", list.text);
    let one = ecosystem.call(Role::Oem, "GET", &format!("{PATH}/{id}"), None).await.json();
    assert_eq!((&one["secret"], &one["userRole"], &one["userName"]), (&json!(secret), &json!("OEM"), &json!("OEM A")));
    assert_eq!((&one["status"], &one["created"]), (&json!("enabled"), &json!(1_780_315_200)));

    // E4: one name as a string; what is not said stays.
    let change = json!({"url": "https://other.example", "enabledEvents": "root.cert.expired", "status": "disabled",
        "wmi": ["WAA"], "metadata": {"team": "blue"}, "rootTypes": ["V2G"], "signatureStyle": "bare", "identifiersOnly": true});
    let changed = ecosystem.call(Role::Oem, "PUT", &format!("{PATH}/{id}"), Some(&change)).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    let again = json!({"url": "https://other.example"});
    let changed = ecosystem.call(Role::Oem, "PUT", &format!("{PATH}/{id}"), Some(&again)).await.json();
    for (member, value) in [
        ("url", json!("https://other.example")),
        ("enabledEvents", json!(["root.cert.expired"])),
        ("status", json!("disabled")),
        ("wmi", json!(["WAA"])),
        ("wmis", json!(["WAA"])),
        ("metadata", json!({"team": "blue"})),
        ("rootTypes", json!(["V2G"])),
        ("signatureStyle", json!("bare")),
        ("identifiersOnly", json!(true)),
        ("secret", json!(secret)),
    ] {
        assert_eq!(changed[member], value, "{member}");
    }
    let gone = ecosystem.call(Role::Oem, "DELETE", &format!("{PATH}/{id}"), None).await;
    assert_eq!(gone.status, 200, "{}", gone.text);
    for method in ["GET", "DELETE"] {
        assert_eq!(ecosystem.call(Role::Oem, method, &format!("{PATH}/{id}"), None).await.status, 404);
    }
    assert_eq!(ecosystem.call(Role::Oem, "GET", PATH, None).await.json(), json!([]));
    // Nothing of it in the database is the secret.
    let snapshot = ecosystem.snapshot().await;
    assert!(snapshot.rows("audit").len() >= 4);
}

/// P2: clients made from the file send its doubled path.
#[tokio::test]
async fn both_paths_lead_there() {
    let ecosystem = TestEcosystem::start().await;
    let doubled = "/opnc/v1/event/opnc/v1/event/endpoints";
    let answer = ecosystem.call(Role::Oem, "POST", doubled, Some(&body("a"))).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    for path in [PATH, doubled, "/opnc/1.0/event/endpoints"] {
        assert_eq!(ecosystem.call(Role::Oem, "GET", path, None).await.json()[0]["id"], id, "{path}");
        assert_eq!(ecosystem.call(Role::Oem, "GET", &format!("{path}/{id}"), None).await.status, 200, "{path}");
    }
}

/// A7: of others' endpoints nothing is to be learnt, and admins have none.
#[tokio::test]
async fn nobody_else_sees_it() {
    let ecosystem = TestEcosystem::start().await;
    let (id, _) = made(&ecosystem, "OEM A").await;
    let before = ecosystem.snapshot().await;
    for other in ["OEM B", "CPO B", "eMSP C", "eMSP D", "CPS G"] {
        assert_eq!(ecosystem.call_named(other, "GET", PATH, None).await.json(), json!([]), "{other}");
        let path = format!("{PATH}/{id}");
        let unknown = format!("{PATH}/{}", Uuid::from_u128(7));
        for method in ["GET", "DELETE", "PUT"] {
            let sent = (method == "PUT").then(|| body("x"));
            let foreign = ecosystem.call_named(other, method, &path, sent.as_ref()).await;
            let none = ecosystem.call_named(other, method, &unknown, sent.as_ref()).await;
            assert_eq!((foreign.status, none.status), (404, 404), "{other} {method}");
            assert_eq!(foreign.messages(), none.messages());
        }
    }
    for none in ["x", "xyzedjds", "%00", "..%2f"] {
        assert_eq!(ecosystem.call(Role::Oem, "GET", &format!("{PATH}/{none}"), None).await.status, 404, "{none}");
    }
    assert_eq!(ecosystem.call(Role::Admin, "GET", PATH, None).await.status, 403);
    assert!(before.changed(&ecosystem.snapshot().await).iter().all(|table| table.starts_with("audit")));
}

/// OPNC-from-party: an identity has what it made, the party all of it.
#[tokio::test]
async fn an_identity_of_a_party_sees_its_own() {
    let mut ecosystem = TestEcosystem::start().await;
    let providers = ["DEXXA", "DEXXB"].map(|id| ProviderId::parse(id).unwrap()).to_vec();
    let owned = Owned { providers, ..Owned::default() };
    let hub = ecosystem.add_party(NewParty { name: "Hub".into(), role: Role::EmspOwnPki, owned }).await;
    let call = async |method: &str, path: &str, identity: Option<&str>, body: Option<Value>| {
        let mut request = ecosystem.request_as(&hub, method, path).await;
        if let Some(identity) = identity {
            request = request.header("OPNC-from-party-type", "emsp").header("OPNC-from-party-id", identity);
        }
        send(match body {
            Some(body) => request.json(&body),
            None => request,
        })
        .await
    };
    let events = |provider: &str| json!({"url": "https://hub.example", "enabledEvents": "emsp.contract.queued.to.oem", "providerIds": [provider]});
    let of_a = call("POST", PATH, Some("DEXXA"), Some(events("DEXXA"))).await;
    assert_eq!(of_a.status, 201, "{}", of_a.text);
    let id = of_a.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(call("POST", PATH, Some("DEXXA"), Some(events("DEXXB"))).await.status, 400, "not its own");
    let of_hub = call("POST", PATH, None, Some(events("DEXXB"))).await;
    assert_eq!(of_hub.status, 201, "{}", of_hub.text);
    for (identity, number) in [(Some("DEXXA"), 1), (Some("DEXXB"), 0), (None, 2)] {
        let list = call("GET", PATH, identity, None).await.json();
        assert_eq!(list.as_array().unwrap().len(), number, "{identity:?}");
        let one = call("GET", &format!("{PATH}/{id}"), identity, None).await;
        assert_eq!(one.status, if identity == Some("DEXXB") { 404 } else { 200 }, "{identity:?}");
    }
}

#[tokio::test]
async fn a_secret_is_rotated_with_an_overlap() {
    let ecosystem = TestEcosystem::start().await;
    let (id, first) = made(&ecosystem, "OEM A").await;
    let path = format!("{PATH}/{id}");
    let rotate = json!({"url": "https://receiver.example/events", "rotateSecret": true, "secretOverlapHours": 2});
    let rotated = ecosystem.call(Role::Oem, "PUT", &path, Some(&rotate)).await.json();
    let second = rotated["secret"].as_str().unwrap().to_owned();
    assert_ne!(first, second);
    assert_eq!(rotated["previousSecretUntil"], "2026-06-01T14:00:00Z");
    let services = &ecosystem.ecosystem;
    let stored = async || {
        let mut reader = services.store().read().await.unwrap();
        event_endpoints::find(&mut reader, Uuid::try_parse(&id).unwrap()).await.unwrap().unwrap()
    };
    let row = stored().await;
    assert!(!row.secret.windows(8).any(|part| second.as_bytes().windows(8).any(|other| part == other)), "not sealed");
    let both = |now: &str| {
        let found = secrets(services, &row, now.parse().unwrap()).unwrap();
        (found.current.to_string(), found.previous.map(|secret| secret.to_string()))
    };
    assert_eq!(both("2026-06-01T13:59:59Z"), (second.clone(), Some(first)));
    assert_eq!(both("2026-06-01T14:00:00Z"), (second.clone(), None));
    let at_once = json!({"url": "https://receiver.example/events", "rotateSecret": true, "secretOverlapHours": 0});
    let rotated = ecosystem.call(Role::Oem, "PUT", &path, Some(&at_once)).await.json();
    assert!(rotated.get("previousSecretUntil").is_none() && rotated["secret"] != json!(second), "{rotated}");
    assert_eq!(stored().await.previous_secret, None);
}

#[tokio::test]
async fn what_is_wrong_is_said_all_at_once() {
    let ecosystem = TestEcosystem::start_with(|options| options.policy.delivery = Default::default()).await;
    let wrong = json!({"url": "ftp://a", "enabledEvents": ["contract.deleted", "x"], "status": "on"});
    let answer = post(&ecosystem, "OEM A", &wrong).await;
    assert_eq!((answer.status, answer.messages().len()), (400, 3), "{}", answer.text);
    assert!(answer.text.contains("contract.deleted") && answer.text.contains(r#"\"x\""#), "{}", answer.text);
    // What only the ecosystem can know: all of that at once as well.
    let foreign = json!({"url": "http://receiver.example", "enabledEvents": "root.cert.added", "wmi": ["WAA", "WBB", "WCC"],
        "providerIds": ["DECCC"]});
    let answer = post(&ecosystem, "OEM A", &foreign).await;
    assert_eq!((answer.status, answer.messages().len()), (400, 4), "{}", answer.text);
    for (url, why) in [
        ("http://receiver.example", "https"),
        ("https://user:word@receiver.example", "user name"),
        ("https://127.0.0.1:1/", "not on the public internet"),
        ("https://[::1]/", "not on the public internet"),
        ("https://localhost/", "not on the public internet"),
        ("https://169.254.169.254/latest", "not on the public internet"),
    ] {
        let answer = post(&ecosystem, "OEM A", &json!({"url": url, "enabledEvents": "root.cert.added"})).await;
        assert_eq!(answer.status, 400, "{url}");
        assert!(answer.messages()[0].starts_with("url : ") && answer.text.contains(why), "{url}: {}", answer.text);
    }
    // E10: for an eMSP, the makers of cars are a filter and nothing of its own.
    let emsp = json!({"url": "https://c.example", "enabledEvents": "mo.prov.cert.updated", "wmi": ["WBB"]});
    assert_eq!(post(&ecosystem, "eMSP C", &emsp).await.status, 201);
}

#[tokio::test]
async fn a_party_has_so_many_and_no_more() {
    let ecosystem = TestEcosystem::start().await;
    let mut last = String::new();
    for number in 0..service::MOST_ENDPOINTS {
        let answer = post(&ecosystem, "CPO B", &body(&format!("r{number}"))).await;
        assert_eq!(answer.status, 201, "{number}: {}", answer.text);
        last = answer.json()["id"].as_str().unwrap().to_owned();
    }
    let answer = post(&ecosystem, "CPO B", &body("one-more")).await;
    assert_eq!(answer.status, 400, "{}", answer.text);
    assert!(answer.messages()[0].contains("at most 50 endpoints"));
    ecosystem.call(Role::Cpo, "DELETE", &format!("{PATH}/{last}"), None).await;
    assert_eq!(post(&ecosystem, "CPO B", &body("one-more")).await.status, 201);
    assert_eq!(post(&ecosystem, "OEM A", &body("other")).await.status, 201, "the limit is a party's own");
}

/// The client's methods, and the bodies of the official file.
#[tokio::test]
async fn the_client_and_the_official_bodies() {
    let ecosystem = TestEcosystem::start().await;
    let client = ecosystem.client(Role::Oem);
    let request: PostEndpointReq = parse_body(body("a").to_string().as_bytes()).unwrap();
    let made = client.post_endpoint(&request).await.unwrap();
    assert_eq!(client.get_endpoint_by_id(made.id).await.unwrap(), made);
    assert_eq!(client.get_endpoints().await.unwrap()[0].secret, None);
    let change = PutEndpointReq::new("https://b.example");
    assert_eq!(client.update_endpoint_by_id(made.id, &change).await.unwrap().url, "https://b.example");
    client.delete_endpoint_by_id(made.id).await.unwrap();
    assert!(client.get_endpoints().await.unwrap().is_empty());

    let Some(file) = shared("the_client_and_the_official_bodies", "opnc-spec/event.openapi.json") else { return };
    let file: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let path = &file["paths"]["/opnc/v1/event/endpoints"];
    let mut example = path["post"]["requestBody"]["content"]["application/json"]["examples"]["create-webhook-example"]
        ["value"]
        .clone();
    // The example's makers are none of OEM A's.
    example["wmi"] = json!(["WAA"]);
    let answer = post(&ecosystem, "OEM A", &example).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let answer = answer.json();
    let schema = &file["components"]["schemas"]["endpointRes.v1"];
    for (name, property) in schema["properties"].as_object().unwrap() {
        let kind = match &answer[name] {
            Value::String(_) => "string",
            Value::Number(_) => "integer",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
            other => panic!("{name} is {other}"),
        };
        assert_eq!(property["type"], kind, "{name}");
    }
}

/// A test goes to the endpoint that asked for it.
#[tokio::test]
async fn a_test_is_asked_for() {
    let ecosystem = TestEcosystem::start().await;
    let (id, _) = made(&ecosystem, "OEM A").await;
    let id = Uuid::try_parse(&id).unwrap();
    let services = &ecosystem.ecosystem;
    let of = async |party: &str| {
        let party = ecosystem.party_named(party).credentials.party;
        caller(services, party, Vec::new(), Uuid::nil()).await.unwrap().unwrap()
    };
    service::test(&of("OEM B").await, services, id).await.unwrap_err();
    service::test(&of("OEM A").await, services, id).await.unwrap();
    assert_eq!(super::kinds(&ecosystem).await, ["endpoint.test"]);
    let off = json!({"url": "https://receiver.example/events", "status": "disabled"});
    ecosystem.call(Role::Oem, "PUT", &format!("{PATH}/{id}"), Some(&off)).await;
    service::test(&of("OEM A").await, services, id).await.unwrap_err();
}
