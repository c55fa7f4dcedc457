//! Any JSON made of known members: nothing panics, and what is accepted survives being written and read again.

use opnc_messages::{Body, ErrorBody, ccp, cps, parse_body, pcp, rcp};
use proptest::prelude::*;
use serde::Serialize;
use serde_json::{Value, json};

const MEMBERS: &[&str] = &[
    "rootCertificateId",
    "caCertificate",
    "rootType",
    "rootTypeList",
    "rootCtlList",
    "rootAuthorityKeyIdentifier",
    "rootIssuerSerialNumber",
    "validFrom",
    "fingerprint",
    "roootCertificate",
    "rootCertificateCollection",
    "pagination",
    "provisioningCertificate",
    "provisioningCertificateChain",
    "certificate",
    "subCa1Certificate",
    "subCA2Certificate",
    "v2gRootAuthorityKeyIdentifiers",
    "previousPcid",
    "contractCertificateBundle",
    "contractCertificateChain",
    "contractSignatureEncryptedPrivateKey",
    "dHPublicKey",
    "xsdMsgDefNamespace",
    "cpsV2GRootCertificateFingerprint",
    "signedContractData",
    "certificateInstallationRes",
    "certificateInstallationReq",
    "contractBegins",
    "contractEnds",
    "emaid",
    "pcid",
    "metadata",
    "subscriptionUrl",
    "signedContractDataCollection",
    "contractDataCollection",
    "defaultContract",
    "errorMessages",
    "traceId",
];

const VALUES: &[&str] = &[
    "",
    "AQ==",
    "V2G",
    "MO",
    "No CTL",
    "DEHUBCOPNCPROVCER",
    "DE-8AA-001234567",
    "urn:iso:15118:2:2013:MsgDef",
    "4b:45:ff",
    "2027-01-31T00:00:00Z",
    "2027-01-31T00:00:01+14:00",
    "https://a",
    "1c8c56cb-b71f-46a5-8788-5ddcedc88e2a",
    "ä\u{0}",
];

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        8 => proptest::sample::select(VALUES).prop_map(|text| json!(text)),
        1 => any::<String>().prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(Value::Null),
    ];
    leaf.prop_recursive(4, 60, 12, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::hash_map(proptest::sample::select(MEMBERS), inner, 0..12)
                .prop_map(|members| members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()),
        ]
    })
}

fn check<T: Body + Serialize>(body: &Value) -> Result<(), TestCaseError> {
    match parse_body::<T>(body.to_string().as_bytes()) {
        Ok(read) => {
            let written = serde_json::to_value(&read).map_err(|error| TestCaseError::fail(error.to_string()))?;
            let again = parse_body::<T>(written.to_string().as_bytes());
            let again = again.map_err(|problems| TestCaseError::fail(problems.join("; ")))?;
            prop_assert_eq!(serde_json::to_value(&again).ok(), Some(written));
        }
        Err(problems) => {
            prop_assert!(!problems.is_empty());
            prop_assert!(
                problems.iter().enumerate().all(|(at, problem)| !problems.iter().take(at).any(|p| p == problem))
            );
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn nothing_panics_and_what_is_accepted_round_trips(body in any_json()) {
        check::<ErrorBody>(&body)?;
        check::<rcp::RootCertificate>(&body)?;
        check::<rcp::GetRootCertificateRes>(&body)?;
        check::<rcp::GetRootCertificatesRes>(&body)?;
        check::<pcp::ProvisioningCertificateData>(&body)?;
        check::<pcp::GetProvisioningCertificateRes>(&body)?;
        check::<cps::SignContractDataReq>(&body)?;
        check::<cps::SignContractDataRes>(&body)?;
        check::<cps::GenerateAndSignContractDataReq>(&body)?;
        check::<cps::GetCpsCertificatesRes>(&body)?;
        check::<ccp::AddSignedContractDataReq>(&body)?;
        check::<ccp::GetSignedContractDataReq>(&body)?;
        check::<ccp::GetSignedContractDataRes>(&body)?;
        check::<ccp::GetContractDataRes>(&body)?;
    }
}
