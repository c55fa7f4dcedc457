//! Identifiers in paths, query parameters, and headers that are parameters.

use opnc_messages::Role;
use opnc_test_util::TestEcosystem;

use opnc_test_util::calls::{call, send};

const EMAID_RULE: &str = r#"emaid : must match "^[A-Za-z]{2}[-]?\w{3}[-]?\w{9,28}[-]?(\w{1})?$""#;
const PCID_RULE: &str = r#"pcid : must match "^[a-zA-Z0-9]{17,18}$""#;
const SESSION_RULE: &str =
    "Invalid SessionID format, make sure the length is maximum 8 characters and it is represented in HEX binary";

async fn problems(ecosystem: &TestEcosystem, role: Role, method: &str, path: &str) -> Vec<String> {
    let answer = send(call(ecosystem, role, method, path).await).await;
    assert_eq!(answer.status, 400, "{path}: {}", answer.text);
    answer.messages()
}

#[tokio::test]
async fn malformed_identifiers_get_the_official_words() {
    let ecosystem = TestEcosystem::start().await;
    for pcid in
        ["short", "WAA0000000000000%D9%A1", "WAA_0000000000001", "WAA00000000000001%00", "%20", "WAA000000000000012345"]
    {
        let path = format!("/opnc/v1/pcp/provisioningcertificates/{pcid}");
        assert_eq!(problems(&ecosystem, Role::Oem, "GET", &path).await, [PCID_RULE], "{pcid}");
    }
    for emaid in ["DE", "DE_CCC000000001", "DECCC00000000%C3%84", "1ECCC000000001", "DE*CCC*000000001"] {
        let path = format!("/opnc/v1/ccp/contractData/emaid/{emaid}");
        assert_eq!(problems(&ecosystem, Role::EmspOwnPki, "GET", &path).await, [EMAID_RULE], "{emaid}");
    }
    let both = problems(&ecosystem, Role::Oem, "POST", "/opnc/v1/ccp/signedcontractdata/x/y/setdefault").await;
    assert_eq!(both, [EMAID_RULE, PCID_RULE]);
    let root = problems(&ecosystem, Role::Oem, "GET", "/opnc/v1/rcp/rootcertificates/x").await;
    assert_eq!(root, ["rootCertificateId : must be a UUID or a SHA-256 fingerprint of 64 hexadecimal digits"]);
    let not_text = problems(&ecosystem, Role::Oem, "GET", "/opnc/v1/pcp/lookupvehicle/%ff%fe").await;
    assert_eq!(not_text, ["The path is not UTF-8 when its escapes are decoded."]);
}

/// I4: hyphens, lower case and escapes reach the same record; here, the same refusal of a look-up that was made.
#[tokio::test]
async fn identifiers_in_every_spelling() {
    let ecosystem = TestEcosystem::start().await;
    for pcid in ["WAA00000000000001", "waa00000000000001", "%57AA00000000000001"] {
        let path = format!("/opnc/v1/pcp/lookupvehicle/{pcid}");
        assert_eq!(send(call(&ecosystem, Role::Oem, "GET", &path).await).await.status, 404, "{pcid}");
    }
    for emaid in ["DECCC000000001", "de-ccc-000000001", "DE%2DCCC%2D000000001"] {
        let path = format!("/opnc/v1/ccp/signedcontractdata/{emaid}");
        assert_eq!(send(call(&ecosystem, Role::EmspOwnPki, "DELETE", &path).await).await.status, 404, "{emaid}");
    }
}

#[tokio::test]
async fn wrong_query_parameters_are_all_named_and_unknown_ones_ignored() {
    let ecosystem = TestEcosystem::start().await;
    let offline = "/opnc/v1/ccp/signedcontractdata/DECCC000000001/WAA00000000000001";
    let path =
        format!("{offline}?sessionID=0102030405060708090A&xsdMsgDefNamespace=x&cpsV2GRootCertificateFingerprint=00");
    assert_eq!(
        problems(&ecosystem, Role::Oem, "GET", &path).await,
        [
            SESSION_RULE,
            "xsdMsgDefNamespace : must be the namespace of an ISO 15118 edition, for example urn:iso:15118:2:2013:MsgDef",
            "cpsV2GRootCertificateFingerprint : must be a SHA-256 fingerprint of 64 hexadecimal digits",
        ]
    );
    for wrong in ["xyz", "0", "%D9%A1%D9%A1"] {
        let path = format!("{offline}?sessionID={wrong}");
        assert_eq!(problems(&ecosystem, Role::Oem, "GET", &path).await, [SESSION_RULE], "{wrong}");
    }
    let fine = format!("{offline}?sessionID=00aB&other=1&xsdMsgDefNamespace=urn:iso:15118:2:2013:MsgDef");
    assert_eq!(send(call(&ecosystem, Role::Oem, "GET", &fine).await).await.status, 404);

    let roots = "/opnc/v1/rcp/rootcertificates";
    let path = format!("{roots}?pkiType=CPS&page=0&pageSize=101");
    assert_eq!(
        problems(&ecosystem, Role::Oem, "GET", &path).await,
        [
            "pkiType : must be one of V2G, eMSP, OEM and PE",
            "page : must be a whole number from 1",
            "pageSize : must be a whole number from 1 to 100",
        ]
    );
    for fine in ["?pkiType=v2g", "?pkiType=MO&page=1", "?pageSize=100", "?unknown=%ff", "?"] {
        let answer = send(call(&ecosystem, Role::Oem, "GET", &format!("{roots}{fine}")).await).await;
        assert_eq!(answer.status, 200, "{fine}");
        assert_eq!(answer.json()["pagination"].is_object(), fine.contains("page"), "{fine}");
    }
}

#[tokio::test]
async fn flags_in_any_case() {
    let ecosystem = TestEcosystem::start().await;
    let path = "/opnc/v1/ccp/signedcontractdata/DECCC000000001";
    for (value, status) in [("true", 404), ("FALSE", 404), ("True", 404), ("1", 400), ("yes", 400)] {
        let request = call(&ecosystem, Role::EmspOwnPki, "DELETE", path).await;
        let answer = send(request.header("X-Skip-Revocation", value)).await;
        assert_eq!(answer.status, status, "{value}: {}", answer.text);
        if status == 400 {
            assert_eq!(answer.messages(), [r#"X-Skip-Revocation : must be "true" or "false""#]);
        }
    }
}
