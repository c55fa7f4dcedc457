//! Paths, versions and methods (P1).

use opnc_messages::{Operation, Role};
use opnc_test_util::TestEcosystem;

use opnc_test_util::calls::{call, request, send};

#[tokio::test]
async fn every_spelling_of_the_version() {
    let ecosystem = TestEcosystem::start().await;
    for version in ["v1", "1", "1.0", "1.0.0"] {
        let path = format!("/opnc/{version}/rcp/rootcertificates");
        assert_eq!(send(call(&ecosystem, Role::Cpo, "GET", &path).await).await.status, 200, "{version}");
    }
    for version in ["v2", "1.1.0", "2", "V1", "v1.0", ""] {
        let path = format!("/opnc/{version}/rcp/rootcertificates");
        let answer = send(call(&ecosystem, Role::Cpo, "GET", &path).await).await;
        assert_eq!(answer.status, 404, "{version}");
        assert_eq!(
            answer.messages(),
            ["This version of OPNC is not served here. Served are: v1, 1, 1.0, 1.0.0."],
            "{version}"
        );
    }
}

#[tokio::test]
async fn what_is_not_offered_says_so() {
    let ecosystem = TestEcosystem::start().await;
    for operation in Operation::ALL.iter().filter(|operation| !operation.info().served) {
        let info = operation.info();
        let path = format!("{}{}", info.service.prefix(), info.path);
        let answer = send(request(&ecosystem, info.method, &path)).await;
        assert_eq!(answer.status, 404, "{operation:?}");
        assert_eq!(answer.messages(), [format!("The service {} is not offered here.", info.service.as_str())]);
    }
}

#[tokio::test]
async fn wrong_methods_are_told_the_right_ones() {
    let ecosystem = TestEcosystem::start().await;
    for (method, path, allowed) in [
        ("POST", "/opnc/v1/rcp/rootcertificates", &["GET", "HEAD", "PUT"][..]),
        ("GET", "/opnc/v1/ccp/signedcontractdata/DECCC000000001", &["DELETE"]),
        ("PATCH", "/opnc/v1/pcp/lookupvehicle/WAA00000000000001", &["GET", "HEAD"]),
        ("DELETE", "/livez", &["GET", "HEAD"]),
        ("BREW", "/oauth2/token", &["POST"]),
    ] {
        let answer = send(request(&ecosystem, method, path)).await;
        assert_eq!(answer.status, 405, "{method} {path}");
        let mut allow: Vec<&str> = answer.headers["allow"].to_str().unwrap().split(',').map(str::trim).collect();
        allow.sort_unstable();
        assert_eq!(allow, allowed, "{method} {path}");
        assert_eq!(answer.messages().len(), 1);
    }
}

#[tokio::test]
async fn head_is_get_without_a_body() {
    let ecosystem = TestEcosystem::start().await;
    let answer = send(call(&ecosystem, Role::Cpo, "HEAD", "/opnc/v1/rcp/rootcertificates").await).await;
    assert_eq!((answer.status, answer.text.as_str()), (200, ""));
}
