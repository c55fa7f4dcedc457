//! Who may call what: every role and every operation, against the access table of the specification.

use std::collections::BTreeMap;

use opnc_messages::{Operation, Role};
use opnc_services::access;
use opnc_test_util::{TestEcosystem, shared};
use serde_json::Value;

use opnc_test_util::calls::{call, path_of, request, send, token};

fn served() -> impl Iterator<Item = Operation> {
    Operation::ALL.iter().copied().filter(|operation| operation.info().served)
}

/// What the specification says, when it is at hand, with the decisions that complete it (A5: the admin reads roots).
fn official() -> Option<BTreeMap<String, Vec<Role>>> {
    let file = shared("access rows of the specification", "data/access-rights.json")?;
    let table: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let mut rows = BTreeMap::new();
    for row in table["rows"].as_array().unwrap() {
        let name = row["method"].as_str().unwrap().to_owned();
        let allowed = row["allowed"].as_array().unwrap();
        let mut roles: Vec<Role> = allowed.iter().map(|role| Role::parse(role.as_str().unwrap()).unwrap()).collect();
        if row["service"] == "rcp" {
            roles.push(Role::Admin);
        }
        // Enrolment has a row for each domain: "simpleEnroll - oem".
        let name = name.split(" - ").next().unwrap_or_default().to_owned();
        rows.entry(name).or_insert_with(Vec::new).extend(roles);
    }
    Some(rows)
}

#[tokio::test]
async fn every_role_and_every_operation() {
    let ecosystem = TestEcosystem::start().await;
    let official = official();
    for role in Role::ALL {
        // One token for all, so that the token endpoint is not what is tested.
        let token = token(&ecosystem, ecosystem.party(role), None).await;
        for operation in served() {
            let info = operation.info();
            let built_in = access::row_of(operation).unwrap().roles.contains(&role);
            if let Some(official) = official.as_ref().filter(|_| operation.is_official()) {
                assert_eq!(built_in, official[info.name].contains(&role), "{role} {operation:?} in the table");
            }
            let (emaid, pcid) = (own_emaid(&ecosystem, role), own_pcid(&ecosystem, role));
            let path = path_of(operation, &emaid, &pcid);
            // XML: refused only after the role was found to be right.
            let request = request(&ecosystem, info.method, &path).bearer_auth(&token);
            let answer = send(request.header("content-type", "application/xml").body("<no/>")).await;
            let expected: &[u16] = match (built_in, info.method, info.path.contains('{')) {
                (false, ..) => &[403],
                // EST takes any content type, and nothing is founded here that could issue.
                _ if operation == Operation::SimpleEnroll => &[400],
                _ if operation == Operation::CaCerts => &[503],
                (true, "PUT", _) | (true, "POST", false) => &[415],
                (true, ..) => &[200, 400, 404],
            };
            assert!(expected.contains(&answer.status), "{role} {operation:?}: {} {}", answer.status, answer.text);
            if !built_in {
                assert_eq!(answer.messages(), [format!("The role {role} may not call {}.", info.name)]);
            }
        }
    }
}

fn own_pcid(ecosystem: &TestEcosystem, role: Role) -> String {
    let wmi = ecosystem.party(role).owned.wmis.first().map_or("WZZ".to_owned(), ToString::to_string);
    format!("{wmi}00000000000001")
}

fn own_emaid(ecosystem: &TestEcosystem, role: Role) -> String {
    let provider = ecosystem.party(role).owned.providers.first().map_or("DEZZZ".to_owned(), ToString::to_string);
    format!("{provider}000000001")
}

/// A7: a foreign identifier is 403 before anything is looked up.
#[tokio::test]
async fn identifiers_of_others_are_refused() {
    let ecosystem = TestEcosystem::start().await;
    let oem_alone = [
        Operation::DeleteProvisioningCertificate,
        Operation::GetProvisioningCertificate,
        Operation::LookUpVehicle,
        Operation::GetContractDataByPcid,
        Operation::GetSignedContractDataByEmaidAndPcid,
        Operation::SetSignedContractDataAsDefault,
    ];
    for operation in oem_alone {
        let path = path_of(operation, "DECCC000000001", "WBB00000000000001");
        let answer = send(call(&ecosystem, Role::Oem, operation.info().method, &path).await).await;
        assert_eq!(answer.status, 403, "{operation:?}: {}", answer.text);
        assert_eq!(answer.messages(), ["The WMI WBB does not belong to the calling party."]);
    }
    for operation in [Operation::DeleteSignedContractDataByEmaid, Operation::GetContractDataByEmaid] {
        for role in [Role::EmspOwnPki, Role::EmspNoPki] {
            let path = path_of(operation, "DEEEE000000001", "");
            let answer = send(call(&ecosystem, role, operation.info().method, &path).await).await;
            assert_eq!(answer.status, 403, "{operation:?}: {}", answer.text);
            assert_eq!(answer.messages(), ["The provider DEEEE does not belong to the calling party."]);
        }
    }
    // An eMSP may ask for any car.
    let path = path_of(Operation::LookUpVehicle, "", "WBB00000000000001");
    assert_eq!(send(call(&ecosystem, Role::EmspOwnPki, "GET", &path).await).await.status, 404);
}

/// A token that was asked for with a narrower scope opens no other service.
#[tokio::test]
async fn scopes_narrow_a_token() {
    let ecosystem = TestEcosystem::start().await;
    let token = token(&ecosystem, ecosystem.party(Role::Oem), Some("rcp")).await;
    let roots = request(&ecosystem, "GET", "/opnc/v1/rcp/rootcertificates").bearer_auth(&token);
    assert_eq!(send(roots).await.status, 200);
    let car = request(&ecosystem, "GET", "/opnc/v1/pcp/lookupvehicle/WAA00000000000001").bearer_auth(&token);
    let answer = send(car).await;
    assert_eq!(answer.status, 403);
    assert_eq!(answer.messages(), ["The access token lacks the scope \"pcp\" that LookUpVehicle needs."]);
}
