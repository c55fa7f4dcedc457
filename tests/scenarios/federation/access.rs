//! What a peer may ask, and for whom.

use opnc_client::{Access, Client};
use opnc_messages::ids::Emaid;
use opnc_messages::{Operation, Role};
use opnc_services::peers;
use opnc_test_util::calls::{Answer, path_of, request, send};
use opnc_test_util::federation::{new_peer, operator};
use opnc_test_util::{TestParty, World};

use super::{CAR, owned, world};

/// An ecosystem with a peer that speaks for a CPO, an OEM and an eMSP.
struct Asked {
    world: World,
    peer: TestParty,
}

impl Asked {
    async fn begin(speaks_as: Vec<Role>) -> Self {
        let world = world(21, |_| {}).await;
        let members = owned(&["WXX"], &["DEXXX"], &["DEXXX"]);
        let mut new = new_peer("Peer", "https://peer.example", members.clone());
        new.speaks_as = speaks_as;
        let credentials = peers::add(&operator(&world.ecosystem.ecosystem), &world.ecosystem.ecosystem, new).await;
        let credentials = credentials.unwrap();
        let peer = TestParty { name: "Peer".to_owned(), role: Role::Peer, owned: members, credentials };
        Self { world, peer }
    }

    async fn ask(&self, operation: Operation, from: Option<(&str, &str)>, emaid: &str, pcid: &str) -> Answer {
        let info = operation.info();
        let mut request =
            self.world.ecosystem.request_as(&self.peer, info.method, &path_of(operation, emaid, pcid)).await;
        if let Some((kind, id)) = from {
            request = request.header("OPNC-from-party-type", kind).header("OPNC-from-party-id", id);
        }
        if matches!(info.method, "PUT" | "POST") {
            request = request.header("content-type", "application/json").body("{}");
        }
        send(request).await
    }
}

const OEM: Option<(&str, &str)> = Some(("oem", "WXX"));
const EMSP: Option<(&str, &str)> = Some(("emsp", "DEXXX"));
const CPO: Option<(&str, &str)> = Some(("cpo", "DEXXX"));

#[tokio::test]
async fn never_a_write_whoever_it_asks_for() {
    let asked = Asked::begin(vec![Role::Oem, Role::EmspOwnPki, Role::Cpo]).await;
    let reads = [
        Operation::GetProvisioningCertificate,
        Operation::LookUpVehicle,
        Operation::GetCpsCertificates,
        Operation::GetSignedContractDataByCertificateInstallationReq,
        Operation::GetContractDataByEmaid,
        Operation::GetContractDataByPcid,
        Operation::GetSignedContractDataByEmaidAndPcid,
    ];
    for operation in Operation::ALL.iter().filter(|operation| operation.info().served) {
        let own = matches!(operation, Operation::GetRootCertificate | Operation::GetRootCertificates)
            || matches!(operation.info().service, opnc_messages::Service::Event | opnc_messages::Service::Federation);
        for from in [None, OEM, EMSP, CPO] {
            let answer = asked.ask(*operation, from, "DEXXX000000001", "WXX00000000000001").await;
            if !reads.contains(operation) && !own {
                assert_eq!(answer.status, 403, "{operation:?} for {from:?}: {}", answer.text);
            }
        }
    }
}

#[tokio::test]
async fn it_speaks_for_its_members_and_the_table_holds_for_them() {
    let asked = Asked::begin(Vec::new()).await;
    let by_emaid = Operation::GetContractDataByEmaid;
    for (operation, from, emaid, pcid, status) in [
        (by_emaid, EMSP, "DEXXX000000001", CAR, 404),
        (by_emaid, EMSP, "DEGGG000000001", CAR, 403),
        (by_emaid, Some(("emsp", "DEGGG")), "DEGGG000000001", CAR, 403),
        (by_emaid, CPO, "DEXXX000000001", CAR, 403),
        (by_emaid, None, "DEXXX000000001", CAR, 403),
        (Operation::GetContractDataByPcid, OEM, "DEXXX000000001", "WXX00000000000001", 404),
        (Operation::GetContractDataByPcid, OEM, "DEXXX000000001", CAR, 403),
        (Operation::GetProvisioningCertificate, EMSP, "-", CAR, 404),
        (Operation::GetProvisioningCertificate, OEM, "-", CAR, 403),
        (Operation::GetProvisioningCertificate, CPO, "-", CAR, 403),
        (Operation::GetSignedContractDataByCertificateInstallationReq, CPO, "-", "-", 400),
        (Operation::GetSignedContractDataByCertificateInstallationReq, OEM, "-", "-", 403),
        (Operation::GetRootCertificates, None, "-", "-", 200),
    ] {
        let answer = asked.ask(operation, from, emaid, pcid).await;
        assert_eq!(answer.status, status, "{operation:?} for {from:?}: {}", answer.text);
    }
    let unnamed = asked.ask(by_emaid, None, "DEXXX000000001", CAR).await;
    assert!(unnamed.text.contains("send OPNC-from-party-type"), "{}", unnamed.text);
}

/// A peer that names nobody has the roles it was given, for its members alone.
#[tokio::test]
async fn a_peer_that_names_nobody_has_a_configured_role() {
    let asked = Asked::begin(vec![Role::EmspOwnPki, Role::Cpo]).await;
    for (operation, emaid, status) in [
        (Operation::GetContractDataByEmaid, "DEXXX000000001", 404),
        (Operation::GetContractDataByEmaid, "DEGGG000000001", 403),
        (Operation::GetProvisioningCertificate, "-", 404),
        (Operation::GetSignedContractDataByCertificateInstallationReq, "-", 400),
        (Operation::GetContractDataByPcid, "-", 403),
    ] {
        let answer = asked.ask(operation, None, emaid, CAR).await;
        assert_eq!(answer.status, status, "{operation:?}: {}", answer.text);
    }
}

/// Its question ends here: a pool that does not know asks nobody else, and a question that goes in rounds is refused.
#[tokio::test]
async fn a_question_of_a_peer_is_never_passed_on() {
    let asked = Asked::begin(Vec::new()).await;
    let silent = opnc_test_util::Receiver::good().await;
    let mut other = new_peer("Other", silent.base_url(), owned(&["WAA"], &[], &[]));
    other.own = Some(peers::OwnCredentials {
        client_id: "a".to_owned(),
        client_secret: "b".to_owned().into(),
        token_url: None,
    });
    let ecosystem = &asked.world.ecosystem.ecosystem;
    peers::add(&operator(ecosystem), ecosystem, other).await.unwrap();
    for broadcast in [None, Some("true"), Some("false")] {
        for hops in [None, Some("a, b, c, d")] {
            let path = path_of(Operation::LookUpVehicle, "-", CAR);
            let mut request = asked.world.ecosystem.request_as(&asked.peer, "GET", &path).await;
            for (name, value) in [("broadcast", broadcast), ("OPNC-Forwarded-By", hops)] {
                if let Some(value) = value {
                    request = request.header(name, value);
                }
            }
            let request = request.header("OPNC-from-party-type", "emsp").header("OPNC-from-party-id", "DEXXX");
            assert_eq!(send(request).await.status, 404);
        }
    }
    assert_eq!(silent.received().len(), 0);
    let path = path_of(Operation::LookUpVehicle, "-", CAR);
    let request = asked.world.ecosystem.request_as(&asked.peer, "GET", &path).await;
    let request = request.header("OPNC-from-party-type", "emsp").header("OPNC-from-party-id", "DEXXX");
    assert_eq!(send(request.header("OPNC-Forwarded-By", "a,b,c,d,e")).await.status, 400);
}

#[tokio::test]
async fn a_removed_peer_is_gone_and_a_disabled_one_is_out() {
    let asked = Asked::begin(Vec::new()).await;
    let ecosystem = &asked.world.ecosystem.ecosystem;
    let admin = operator(ecosystem);
    let emaid = "DEXXX000000001";
    assert_eq!(asked.ask(Operation::GetContractDataByEmaid, EMSP, emaid, CAR).await.status, 404);
    peers::set_status(&admin, ecosystem, "Peer", opnc_store::parties::PartyStatus::Disabled).await.unwrap();
    asked.world.ecosystem.clock.advance(5);
    assert_eq!(asked.ask(Operation::GetContractDataByEmaid, EMSP, emaid, CAR).await.status, 401);
    peers::remove(&admin, ecosystem, "Peer").await.unwrap();
    assert!(peers::list(&admin, ecosystem).await.unwrap().is_empty());
    let credentials = &asked.peer.credentials;
    let access = Access::credentials(credentials.client_id.as_str(), credentials.client_secret.as_str());
    let clock = std::sync::Arc::new(asked.world.ecosystem.clock.clone());
    let client = Client::new(asked.world.ecosystem.base_url(), access, clock).unwrap();
    let emaid = Emaid::parse(emaid).unwrap();
    let gone = client.get_contract_data_by_emaid(&emaid, Default::default()).await.unwrap_err();
    assert_eq!(gone.status(), Some(401));
    // Its name and members are free again.
    let members = owned(&["WXX"], &[], &[]);
    peers::add(&admin, ecosystem, new_peer("Peer", "https://peer.example", members)).await.unwrap();
    let answer = send(request(&asked.world.ecosystem, "GET", "/opnc/v1/rcp/rootcertificates")).await;
    assert_eq!(answer.status, 401);
}
