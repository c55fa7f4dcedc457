//! Which of our types is which schema.

use opnc_messages::{Body, ErrorBody, Problems, SignedContractData, ccp, cps, parse_body, pcp, rcp};
use serde::Serialize;
use serde_json::{Value, json};

/// Reads a body with one of our types and writes it again.
pub(crate) type Reader = fn(&Value) -> Result<Value, Problems>;

fn round<T: Body + Serialize>(body: &Value) -> Result<Value, Problems> {
    parse_body::<T>(body.to_string().as_bytes()).map(|body| serde_json::to_value(&body).unwrap())
}

/// A chain stands in no body of its own: it is read inside provisioning data.
fn chain(body: &Value) -> Result<Value, Problems> {
    let data = json!({"provisioningCertificateChain": body});
    round::<pcp::ProvisioningCertificateData>(&data).map(|mut data| data["provisioningCertificateChain"].take())
}

/// Our types for an object schema; none is a schema that we forgot.
pub(crate) fn readers(service: &str, schema: &str) -> Vec<Reader> {
    match (service, schema) {
        (_, "error.v1") => vec![round::<ErrorBody>],
        (_, "certificateChain.v1") => vec![chain],
        ("rcp", "rootCertificate.v1") => vec![round::<rcp::RootCertificate>],
        ("rcp", "getRootCertificateRes.v1") => vec![round::<rcp::GetRootCertificateRes>],
        ("rcp", "getRootCertificatesRes.v1") => vec![round::<rcp::GetRootCertificatesRes>],
        ("pcp", "provisioningCertificateChainData.v1") => vec![round::<pcp::ProvisioningCertificateData>],
        ("pcp", "getProvisioningCertificateRes.v1") => vec![round::<pcp::GetProvisioningCertificateRes>],
        ("cps", "contractCertificateBundle.v1") => vec![round::<cps::ContractCertificateBundle>],
        ("cps", "signContractDataReq.v1") => vec![round::<cps::SignContractDataReq>],
        ("cps", "signContractDataRes.v1") => vec![round::<cps::SignContractDataRes>],
        ("cps", "generateAndSignContractDataReq.v1") => vec![round::<cps::GenerateAndSignContractDataReq>],
        ("cps", "cpsCertificateChainData.v1") => vec![round::<cps::CpsCertificateData>],
        ("cps", "getCpsCertificatesRes.v1") => vec![round::<cps::GetCpsCertificatesRes>],
        ("cps", "signedContractData.v1") => vec![round::<SignedContractData>],
        ("ccp", "signedContractData.v1") => vec![round::<SignedContractData>, round::<ccp::AddSignedContractDataReq>],
        ("ccp", "contractCertificateData.v1") => vec![round::<ccp::ContractData>],
        ("ccp", "getContractDataRes.v1") => vec![round::<ccp::GetContractDataRes>],
        ("ccp", "GetSignedContractDataReqV1") => vec![round::<ccp::GetSignedContractDataReq>],
        ("ccp", "getSignedContractDataRes.v1") => vec![round::<ccp::GetSignedContractDataRes>],
        _ => Vec::new(),
    }
}

/// Where we ask for more or less than the list of required properties says: (schema, property, required by us, why).
pub(crate) const REQUIRED_DIFFERENCES: &[(&str, &str, bool, &str)] = &[
    ("rootCertificate.v1", "rootType", false, "rootTypeList is the same, and the one with a description"),
    ("rootCertificate.v1", "rootTypeList", true, "the required rootType is described under this name"),
    ("certificateChain.v1", "certificate", true, "a chain without its leaf is none"),
    ("certificateChain.v1", "subCa1Certificate", false, "a lone sub CA may come under the other name"),
    ("contractCertificateBundle.v1", "pcid", false, "the prose: without it, sign and answer only"),
    ("signedContractData.v1", "pcid", false, "the answer to a request without one; adding to the pool requires it"),
    ("error.v1", "traceId", true, "every error of ours has one"),
    ("getRootCertificateRes.v1", "roootCertificate", true, "the answer is nothing else"),
    ("getProvisioningCertificateRes.v1", "provisioningCertificate", true, "the answer is nothing else"),
    ("signContractDataRes.v1", "signedContractData", true, "the answer is nothing else"),
    ("contractCertificateData.v1", "pcid", true, "a contract without its car is none"),
    ("contractCertificateData.v1", "emaid", true, "a contract without its identifier is none"),
];
