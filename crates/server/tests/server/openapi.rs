//! The description at /openapi.json: as it is served, against the official files, and against what the server does.

use std::collections::BTreeSet;

use opnc_messages::{Operation, Role};
use opnc_test_util::TestEcosystem;
use opnc_test_util::calls::{call, path_of, request, send};
use serde_json::Value;

#[tokio::test]
async fn anybody_gets_it_and_caches_can_ask_again() {
    let ecosystem = TestEcosystem::start().await;
    let answer = send(request(&ecosystem, "GET", "/openapi.json")).await;
    assert_eq!((answer.status, &answer.headers["content-type"]), (200, &"application/json".parse().unwrap()));
    assert_eq!(answer.json()["servers"][0]["url"], ecosystem.base_url());
    let etag = answer.headers["etag"].clone();
    for (known, status) in [(etag.to_str().unwrap(), 304), ("\"other\"", 200), ("", 200)] {
        let again = send(request(&ecosystem, "GET", "/openapi.json").header("If-None-Match", known)).await;
        assert_eq!((again.status, &again.headers["etag"]), (status, &etag), "{known}");
        assert_eq!(again.text.is_empty(), status == 304);
    }
}

/// Each query parameter that has a form is read: a wrong value is refused under its name.
#[tokio::test]
async fn every_query_parameter_is_read() {
    let ecosystem = TestEcosystem::start().await;
    let document = send(request(&ecosystem, "GET", "/openapi.json")).await.json();
    let mut checked = 0;
    for operation in Operation::ALL.iter().filter(|operation| operation.info().served) {
        let info = operation.info();
        let described = &document["paths"][format!("{}{}", info.service.prefix(), info.path)];
        for parameter in described[info.method.to_lowercase()]["parameters"].as_array().unwrap() {
            if parameter["in"] != "query" {
                continue;
            }
            let name = parameter["name"].as_str().unwrap();
            let path = format!("{}?{name}=%3F", path_of(*operation, "DECCC000000001", "WAA00000000000001"));
            let (mut refused, mut allowed) = (false, false);
            for role in Role::ALL {
                let answer = send(call(&ecosystem, role, info.method, &path).await).await;
                allowed |= answer.status != 403;
                let named = |message: &String| message.starts_with(name) || message.contains("SessionID");
                refused |= answer.status == 400 && answer.messages().iter().any(named);
            }
            assert!(allowed && refused, "{name} of {operation:?} is not read");
            checked += 1;
        }
    }
    assert_eq!(checked, 27);
}

/// Where the description differs from the official files, and why: mostly rows of the spec notes.
const DIFFERENCES: &[(&str, &str)] = &[
    ("deleteRootCertificateV1: header OPNC-from-party-id, required false, is ours", "P13"),
    ("deleteRootCertificateV1: header OPNC-from-party-type, required false, is ours", "P13"),
    ("deleteRootCertificateV1: header OPNC-to-party-id, required false, is ours", "P13"),
    ("deleteRootCertificateV1: header OPNC-to-party-type, required false, is ours", "P13"),
    ("putRootCertificateV1: header OPNC-from-party-id, required false, is ours", "P13"),
    ("putRootCertificateV1: header OPNC-from-party-type, required false, is ours", "P13"),
    ("putRootCertificateV1: header OPNC-to-party-id, required false, is ours", "P13"),
    ("putRootCertificateV1: header OPNC-to-party-type, required false, is ours", "P13"),
    ("revokeCertV1: header OPNC-from-party-id, required false, is ours", "P13"),
    ("revokeCertV1: header OPNC-from-party-type, required false, is ours", "P13"),
    ("revokeCertV1: header OPNC-to-party-id, required false, is ours", "P13"),
    ("revokeCertV1: header OPNC-to-party-type, required false, is ours", "P13"),
    ("getCaCertsV1: path algorithm, required false, is not here", "P4"),
    ("getCaCertsV1: query algorithm, required false, is ours", "P4"),
    ("getCaCertsV1: query cpoV2GRootCertificateFingerprint, required false, is ours", "P4"),
    ("getCaCertsV1: query caDomain, required true, is not here", "P14"),
    ("getCaCertsV1: query caDomain, required false, is ours", "P14"),
    ("getCaCertsV1: query iso15118Version, required true, is not here", "P5"),
    ("getCaCertsV1: query iso15118Version, required false, is ours", "P5"),
    ("getCaCertsV1 answer: application/pkcs7 is not here", "P15"),
    ("getCaCertsV1 answer: application/pkcs7-mime is ours", "P15"),
    ("simpleEnrollCertV1: path algorithm, required false, is not here", "P4"),
    ("simpleEnrollCertV1: query algorithm, required false, is ours", "P4"),
    ("simpleEnrollCertV1: query cpoV2GRootCertificateFingerprint, required false, is ours", "P4"),
    ("simpleEnrollCertV1: query caDomain, required true, is not here", "P14"),
    ("simpleEnrollCertV1: query caDomain, required false, is ours", "P14"),
    ("simpleEnrollCertV1: query iso15118Version, required true, is not here", "P5"),
    ("simpleEnrollCertV1: query iso15118Version, required false, is ours", "P5"),
    ("simpleEnrollCertV1 answer: application/pkcs7 is not here", "P15"),
    ("simpleEnrollCertV1 answer: application/pkcs7-mime is ours", "P15"),
    ("getRootCertificatesV1: query page, required false, is ours", "P9"),
    ("getRootCertificatesV1: query pageSize, required false, is ours", "P9"),
    ("getRootCertificatesV1: query rootCtlList, required false, is ours", "T3"),
    ("generateAndSignContractDataV1 request: application/xml is not here", "P12"),
    ("getCpsCertificatesV1 answer: multipart/form-data is not here", "P12"),
    ("deleteProvisioningCertificateV1: header X-Skip-Revocation, required false, is ours", "P16"),
    ("deleteProvisioningCertificateV1: query xsdMsgDefNamespace, required false, is ours", "B16"),
    ("getProvisioningCertificateV1: query xsdMsgDefNamespace, required false, is ours", "B16"),
    ("lookupVehicleV1: query xsdMsgDefNamespace, required false, is ours", "B16"),
    ("lookupVehicleV1: header broadcast, required false, is ours", "F1"),
    ("getCpsCertificatesV1: header broadcast, required false, is ours", "F1"),
    ("getContractDataByEmaidV1: header broadcast, required false, is ours", "F1"),
    ("getContractDataByPcidV1: header broadcast, required false, is ours", "F1"),
    ("getSignedContractDataByEmaidAndPcidV1: header broadcast, required false, is ours", "F1"),
    ("deleteRootCertificateV1 answer: application/json is ours", "P17"),
    ("putRootCertificateV1 answer: application/json is ours", "P17"),
    ("RootCertificate.rootCtlList[]: null there, \"string\" here", "B2"),
    ("RootCertificate.rootTypeList[]: null there, \"string\" here", "B2"),
    ("PostEndpointReq.enabledEvents[]: null there, \"string\" here", "E4"),
    ("PutEndpointReq.enabledEvents: \"string\" there, \"array\" here", "E4"),
    ("PostEndpointReq.wmi is not here", "E5"),
    ("ContractCertificateBundle.pcid is not required here", "B18"),
    ("SignedContractData.pcid is not required here", "B18"),
    ("CertificateChain.certificate is required here", "B20"),
    ("CertificateChain.subCa1Certificate is required here", "B20"),
    ("ContractData.emaid is required here", "a contract without its identifier is none"),
    ("ContractData.pcid is required here", "a contract without its car is none"),
    ("GetProvisioningCertificateRes.provisioningCertificate is required here", "B20"),
    ("GetRootCertificateRes.rootCertificate is required here", "B20"),
    ("SignContractDataRes.signedContractData is required here", "B20"),
];

#[tokio::test]
async fn it_differs_from_the_official_files_only_by_decision() {
    let test = "it_differs_from_the_official_files_only_by_decision";
    let Some(folder) = opnc_test_util::shared(test, "opnc-spec") else { return };
    let ecosystem = TestEcosystem::start().await;
    let ours = Document(send(request(&ecosystem, "GET", "/openapi.json")).await.json());
    let mut found = BTreeSet::new();
    let mut operations = 0;
    for service in ["rcp", "pcp", "cps", "ccp", "pki", "event"] {
        let text = std::fs::read(folder.join(format!("{service}.openapi.json"))).unwrap();
        let theirs = Document(serde_json::from_slice(&text).unwrap());
        for (path, item) in theirs.0["paths"].as_object().unwrap() {
            // The event file repeats the prefix of its server in its paths (P2).
            let path = path.trim_start_matches("/opnc/v1/event");
            let our_item = &ours.0["paths"][format!("/opnc/v1/{service}{path}")];
            for (method, operation) in item.as_object().unwrap().iter().filter(|(name, _)| *name != "parameters") {
                let pair = Pair { theirs: &theirs, ours: &ours, found: &mut found };
                pair.operation(item, operation, &our_item[method]);
                operations += 1;
            }
        }
    }
    assert_eq!(operations, Operation::ALL.iter().filter(|operation| operation.is_official()).count());
    let decided: BTreeSet<String> = DIFFERENCES.iter().map(|(difference, _)| (*difference).to_owned()).collect();
    let new: Vec<_> = found.difference(&decided).collect();
    let gone: Vec<_> = decided.difference(&found).collect();
    assert!(new.is_empty() && gone.is_empty(), "not decided: {new:#?}\nno longer so: {gone:#?}");
}

struct Document(Value);

impl Document {
    fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        match value["$ref"].as_str() {
            Some(reference) => self.resolve(self.0.pointer(reference.trim_start_matches('#')).unwrap()),
            None => value,
        }
    }

    /// The parameters of an operation and its path: name, place, whether required.
    fn parameters(&self, item: &Value, operation: &Value) -> BTreeSet<(String, String, bool)> {
        let lists = [&item["parameters"], &operation["parameters"]];
        let parameters = lists.into_iter().filter_map(Value::as_array).flatten().map(|one| self.resolve(one));
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        parameters.map(|one| (text(&one["name"]), text(&one["in"]), one["required"] == true)).collect()
    }
}

/// The two documents, and how they were found to differ.
struct Pair<'a> {
    theirs: &'a Document,
    ours: &'a Document,
    found: &'a mut BTreeSet<String>,
}

impl Pair<'_> {
    fn operation(mut self, item: &Value, theirs: &Value, ours: &Value) {
        let id = theirs["operationId"].as_str().unwrap();
        assert_eq!(ours["operationId"], id);
        let successes = |operation: &Value| -> Vec<String> {
            operation["responses"].as_object().unwrap().keys().filter(|key| key.starts_with('2')).cloned().collect()
        };
        assert_eq!(successes(theirs), successes(ours), "{id}");
        let their_parameters = self.theirs.parameters(item, theirs);
        let our_parameters = self.ours.parameters(&Value::Null, ours);
        for (name, place, required) in their_parameters.difference(&our_parameters) {
            self.note(format!("{id}: {place} {name}, required {required}, is not here"));
        }
        for (name, place, required) in our_parameters.difference(&their_parameters) {
            // P8 holds for every operation.
            if name != "OPNC-Correlation-ID" && name != "OPNC-Request-ID" {
                self.note(format!("{id}: {place} {name}, required {required}, is ours"));
            }
        }
        self.contents(&format!("{id} request"), &theirs["requestBody"], &ours["requestBody"]);
        let status = &successes(theirs)[0];
        self.contents(&format!("{id} answer"), &theirs["responses"][status], &ours["responses"][status]);
    }

    fn contents(&mut self, place: &str, theirs: &Value, ours: &Value) {
        let types = |content: &Value| -> BTreeSet<String> {
            content.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect()
        };
        let (theirs, ours) = (&self.theirs.resolve(theirs)["content"], &self.ours.resolve(ours)["content"]);
        let (their_types, our_types) = (types(theirs), types(ours));
        for gone in their_types.difference(&our_types) {
            self.note(format!("{place}: {gone} is not here"));
        }
        for new in our_types.difference(&their_types) {
            self.note(format!("{place}: {new} is ours"));
        }
        if our_types.contains("application/json") && their_types.contains("application/json") {
            let json = "application/json";
            self.schemas(place, &theirs[json]["schema"], &ours[json]["schema"]);
        }
    }

    fn schemas(&mut self, place: &str, theirs: &Value, ours: &Value) {
        // Ours has a name wherever it is an object, and that names the place better.
        let place = ours["$ref"].as_str().and_then(|name| name.rsplit('/').next()).unwrap_or(place);
        let (theirs, ours) = (self.theirs.resolve(theirs), self.ours.resolve(ours));
        if theirs["type"] == "array" && ours["type"] == "array" {
            return self.schemas(&format!("{place}[]"), &theirs["items"], &ours["items"]);
        }
        let required = |schema: &Value| -> BTreeSet<String> {
            let names = schema["required"].as_array().into_iter().flatten();
            names.map(|name| name.as_str().unwrap().to_owned()).collect()
        };
        let (their_required, our_required) = (required(theirs), required(ours));
        for name in their_required.difference(&our_required) {
            self.note(format!("{place}.{name} is not required here"));
        }
        for name in our_required.difference(&their_required) {
            self.note(format!("{place}.{name} is required here"));
        }
        for (name, property) in theirs["properties"].as_object().into_iter().flatten() {
            match &ours["properties"][name] {
                Value::Null => self.note(format!("{place}.{name} is not here")),
                ours => self.schemas(&format!("{place}.{name}"), property, ours),
            }
        }
        if theirs["type"] != ours["type"] {
            self.note(format!("{place}: {} there, {} here", theirs["type"], ours["type"]));
        }
    }

    fn note(&mut self, difference: String) {
        self.found.insert(difference);
    }
}

/// The page comes whole from here, and may ask nobody else for anything.
#[tokio::test]
async fn the_viewer_is_served_and_held_to_this_server() {
    let ecosystem = TestEcosystem::start().await;
    for (path, content_type) in
        [("/docs", "text/html"), ("/docs/viewer.js", "text/javascript"), ("/docs/viewer.css", "text/css")]
    {
        let answer = send(request(&ecosystem, "GET", path)).await;
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(answer.headers["content-type"], format!("{content_type}; charset=utf-8"));
        let policy = answer.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; ") && !policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
        for elsewhere in ["http://", "https://", "@import", "innerHTML", " style=", "eval("] {
            assert!(!answer.text.contains(elsewhere), "{path} has {elsewhere}");
        }
    }
}
