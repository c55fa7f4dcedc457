//! The parameters that operations have beside their bodies.

use opnc_messages::header::{ALWAYS_RETURN_EXI, BROADCAST, SKIP_REVOCATION};
use opnc_messages::schema::Kind;
use opnc_messages::{Operation, RootType};
use opnc_pki::chain::Purpose;
use serde_json::{Value, json};

use super::schemas::Schemas;

/// Those of an operation: path, query, headers.
pub(super) fn of(operation: Operation, schemas: &mut Schemas) -> Vec<Value> {
    use Operation as Op;
    let mut found = path(operation.info().path, schemas);
    match operation {
        Op::GetRootCertificates => found.extend([
            query(
                "pkiType",
                json!({"type": "string", "enum": RootType::ALL.map(RootType::as_str)}),
                "Roots of one type.",
            ),
            query(
                "rootCtlList",
                trust_list(),
                "Roots on one trust list, those of the operator that no answer can name among them. Ours (T3).",
            ),
            query(
                "page",
                json!({"type": "integer", "minimum": 1}),
                "One page of the list. Without it and pageSize: all.",
            ),
            query("pageSize", json!({"type": "integer", "minimum": 1, "maximum": 100}), "Entries on a page."),
        ]),
        Op::GetProvisioningCertificate | Op::DeleteProvisioningCertificate | Op::LookUpVehicle => {
            found.push(version(schemas));
        }
        Op::GetContractDataByPcid => found.push(version(schemas)),
        Op::GetContractDataByEmaid => found.extend([version(schemas), cps_root(schemas)]),
        Op::GetSignedContractDataByEmaidAndPcid => found.extend([
            query(
                "sessionID",
                json!({"type": "string", "pattern": "^[0-9A-Fa-f]{1,16}$", "examples": ["00000000000000AB"]}),
                "The session id that is put into the message's header: up to 16 hexadecimal digits.",
            ),
            version(schemas),
            cps_root(schemas),
        ]),
        Op::SimpleEnroll | Op::CaCerts => found.extend(est(schemas)),
        Op::GetTrustBundle => found.extend(bundle()),
        _ => {}
    }
    let flag = |default: bool| json!({"type": "boolean", "default": default});
    match operation {
        Op::DeleteSignedContractDataByEmaid | Op::DeleteProvisioningCertificate | Op::FactoryReset => {
            found.push(header(SKIP_REVOCATION, flag(false), "Whether the certificate is left unrevoked."));
        }
        Op::GetSignedContractDataByCertificateInstallationReq => {
            let about = "Whether an error's body carries an ISO 15118 response for the car as well.";
            found.push(header(ALWAYS_RETURN_EXI, flag(true), about));
            found.push(header(BROADCAST, flag(true), NOT_WHEN_FALSE));
        }
        Op::GetProvisioningCertificate | Op::LookUpVehicle | Op::GetCpsCertificates => {
            found.push(header(BROADCAST, flag(false), NOT_WHEN_TRUE));
        }
        Op::GetContractDataByEmaid | Op::GetContractDataByPcid | Op::GetSignedContractDataByEmaidAndPcid => {
            found.push(header(BROADCAST, flag(true), NOT_WHEN_FALSE));
        }
        _ => {}
    }
    found.extend(COMMON.iter().map(|name| json!({"$ref": format!("#/components/parameters/{name}")})));
    found
}

const NOT_WHEN_TRUE: &str = "True keeps the question here: no other ecosystem is asked (F1).";
const NOT_WHEN_FALSE: &str = "False, sent explicitly, keeps the question here: no other ecosystem is asked (F1).";

const COMMON: [&str; 6] = [
    "OPNC-from-party-type",
    "OPNC-from-party-id",
    "OPNC-to-party-type",
    "OPNC-to-party-id",
    "OPNC-Correlation-ID",
    "OPNC-Request-ID",
];

/// The headers that all operations have.
pub(super) fn components() -> Value {
    let party = json!({"type": "string", "enum": ["eMSP", "CPO", "OEM", "PKI", "CPS", "PCP", "CCP"]});
    let text = json!({"type": "string"});
    let id = json!({"type": "string", "minLength": 1, "maxLength": 128});
    json!({
        "OPNC-from-party-type": header("OPNC-from-party-type", party.clone(),
            "What kind of party sends this, where the caller has several identities. Any case. Goes with OPNC-from-party-id."),
        "OPNC-from-party-id": header("OPNC-from-party-id", text.clone(),
            "As which of its identities the caller acts: WMI, provider id, operator id, or fingerprint of a root. One that \
            it does not hold is refused."),
        "OPNC-to-party-type": header("OPNC-to-party-type", party,
            "What kind of party this is for. Goes with OPNC-to-party-id."),
        "OPNC-to-party-id": header("OPNC-to-party-id", text,
            "Whom this is for: a question goes straight to the pool of the ecosystem that speaks for that party. One that \
             nobody knows here is read over."),
        "OPNC-Correlation-ID": header("OPNC-Correlation-ID", id.clone(),
            "Carried along through every call that one event causes, and echoed; made where it is missing (P8)."),
        "OPNC-Request-ID": header("OPNC-Request-ID", id, "Names this call, and is echoed; made where it is missing (P8)."),
    })
}

fn path(template: &str, schemas: &mut Schemas) -> Vec<Value> {
    let names = template.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name);
    names
        .map(|name| {
            let (schema, about) = match name {
                "emaid" => (schemas.kind(Kind::Emaid), "The contract."),
                "pcid" => (schemas.kind(Kind::Pcid), "The car."),
                "id" => (json!({"type": "string", "format": "uuid"}), "The endpoint. Of others', none is there (A7)."),
                _ => (
                    json!({"anyOf": [schemas.kind(Kind::Uuid), schemas.kind(Kind::Fingerprint)]}),
                    "The root: the UUID that the pool gave it, or its SHA-256 fingerprint (P10).",
                ),
            };
            json!({"name": name, "in": "path", "required": true, "description": about, "schema": schema})
        })
        .collect()
}

/// Which roots, and in which form.
fn bundle() -> [Value; 6] {
    let purposes = Purpose::ALL.map(Purpose::as_str);
    let since = json!({"type": "integer", "minimum": 1});
    [
        query("purpose", json!({"type": "string", "enum": purposes}), "Roots for one purpose. Without it: for any."),
        query(
            "iso15118Version",
            json!({"type": "string", "enum": ["ISO15118-2", "ISO15118-20"]}),
            "Roots of one edition.",
        ),
        query(
            "trustList",
            trust_list(),
            "Roots on one trust list (rootCtlList); EU, US and none are short for those of OPNC.",
        ),
        query(
            "subCas",
            json!({"type": "boolean", "default": false}),
            "With the CAs below these roots that the pools know, for leaves that come alone; in json and jws.",
        ),
        query("format", json!({"type": "string", "enum": ["pem", "zip", "json", "jws"]}), "The form, before Accept."),
        query("since", since, "Only what changed since this version; in json and jws."),
    ]
}

fn trust_list() -> Value {
    json!({"type": "string", "minLength": 1, "maxLength": 100, "examples": ["European CTL"]})
}

fn version(schemas: &mut Schemas) -> Value {
    query("xsdMsgDefNamespace", schemas.kind(Kind::IsoVersion), "One edition of ISO 15118. Without it: all (B16).")
}

fn cps_root(schemas: &mut Schemas) -> Value {
    let about = "What was signed under this V2G root.";
    query("cpsV2GRootCertificateFingerprint", schemas.kind(Kind::Fingerprint), about)
}

/// Which CA is asked (P4, P5).
pub(super) fn est(schemas: &mut Schemas) -> [Value; 4] {
    let domain = json!({
        "type": "string",
        "pattern": r"^(\w+-)?(emsp|cpo|oem|cps|veh)$",
        "examples": ["cpo"],
    });
    let edition = json!({"type": "string", "enum": ["ISO15118-2", "ISO15118-20"], "default": "ISO15118-2"});
    let algorithm = json!({"type": "string", "enum": ["secp256r1", "secp521r1", "Ed448"]});
    [
        query("caDomain", domain, "Which CA is asked. Without it: the one of the caller's role."),
        query("iso15118Version", edition, "The edition that the certificate is for."),
        query("algorithm", algorithm, "The algorithm of the key. Without it: the first of the edition."),
        query(
            "cpoV2GRootCertificateFingerprint",
            schemas.kind(Kind::Fingerprint),
            "The V2G root that the CA hangs from, where there are several.",
        ),
    ]
}

fn query(name: &str, schema: Value, about: &str) -> Value {
    json!({"name": name, "in": "query", "required": false, "description": about, "schema": schema})
}

fn header(name: &str, schema: Value, about: &str) -> Value {
    json!({"name": name, "in": "header", "required": false, "description": about, "schema": schema})
}
