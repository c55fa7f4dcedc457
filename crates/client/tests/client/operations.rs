//! Every served operation has a method, which asks for what the table says.

use crate::canned::{Answer, Canned, Request};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use opnc_client::trust::{BundleFormat, Selection};
use opnc_client::{
    CaChoice, Client, ClientError, ContractDataFilter, InstallationOptions, OfflineInstallation, RootFilter,
};
use opnc_messages::ccp::{AddSignedContractDataReq, GetSignedContractDataReq};
use opnc_messages::cps::{ContractCertificateBundle, GenerateAndSignContractDataReq, SignContractDataReq};
use opnc_messages::event::{EndpointSettings, EventName, PostEndpointReq, PutEndpointReq};
use opnc_messages::ids::{Emaid, Fingerprint, Pcid, RootId, SessionId};
use opnc_messages::pcp::ProvisioningCertificateData;
use opnc_messages::pki::{CaName, RevocationReason, RevokeCertificateReq};
use opnc_messages::rcp::{PageRequest, RootCertificate, RootTypes};
use opnc_messages::trust::{AuthorizeContractReq, Purpose, ResolveTrustReq};
use opnc_messages::{CertificateChain, IsoVersion, Operation, RootType, parse_body};
use opnc_pki::hierarchy::{Domain, Hierarchy};
use opnc_pki::key::Algorithm;
use opnc_pki::pkcs7;
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::json;
use uuid::Uuid;

fn chain() -> CertificateChain {
    CertificateChain { certificate: vec![1].into(), sub_ca1: vec![2].into(), sub_ca2: None }
}

/// Calls every method once, with every option.
async fn call_everything(client: &Client) -> Result<(), ClientError> {
    let root_id = RootId::parse("896b6655-180e-4304-b642-606bb00df8f0").unwrap();
    let pcid = Pcid::parse("DEHUBCOPNCPROVCER").unwrap();
    let emaid = Emaid::parse("DE-8AA-001234567").unwrap();
    let fingerprint = Fingerprint::from([0x1f; 32]);
    let iso_version = IsoVersion::Iso2;

    client.get_root_certificate(&root_id).await?;
    let filter = RootFilter {
        pki_type: Some(RootType::Emsp),
        trust_list: Some("European CTL".to_owned()),
        page: PageRequest::new(2, 50),
    };
    client.get_root_certificates(filter).await?;
    client.delete_root_certificate(&root_id).await?;
    let types = RootTypes::new([RootType::V2g]).unwrap();
    client.put_root_certificate(&RootCertificate::new(vec![1].into(), types)).await?;

    client.add_provisioning_certificate(&ProvisioningCertificateData::new(chain(), iso_version)).await?;
    client.delete_provisioning_certificate(&pcid, None).await?;
    client.get_provisioning_certificate(&pcid, None, Some(true)).await?;
    assert!(client.look_up_vehicle(&pcid, None).await?);

    client.get_cps_certificates().await?;
    let sign = SignContractDataReq {
        contract_certificate_bundle: ContractCertificateBundle {
            pcid: Some(pcid.clone()),
            emaid: emaid.clone(),
            contract_certificate_chain: chain(),
            contract_signature_encrypted_private_key: vec![3].into(),
            dh_public_key: vec![4].into(),
        },
        iso_version,
        cps_v2g_root_fingerprint: Some(fingerprint),
    };
    client.sign_contract_data(&sign).await?;
    let generate = GenerateAndSignContractDataReq {
        contract_begins: "2025-01-01T00:00:00Z".parse().unwrap(),
        contract_ends: "2027-01-01T00:00:00Z".parse().unwrap(),
        emaid: emaid.clone(),
        pcid: pcid.clone(),
        iso_version,
        subscription_url: None,
        cps_v2g_root_fingerprint: None,
        emsp_root_fingerprint: None,
        meta_data: None,
    };
    client.generate_and_sign_contract_data(&generate).await?;

    let install =
        GetSignedContractDataReq { certificate_installation_req: vec![5].into(), iso_version, meta_data: None };
    let options = InstallationOptions { always_return_exi: Some(false), broadcast: Some(false) };
    client.get_signed_contract_data_by_certificate_installation_req(&install, options).await?;
    client.delete_signed_contract_data_by_emaid(&emaid, true).await?;
    let filter = ContractDataFilter { iso_version: Some(iso_version), cps_v2g_root_fingerprint: Some(fingerprint) };
    client.get_contract_data_by_emaid(&emaid, filter).await?;
    client.get_contract_data_by_pcid(&pcid, Some(iso_version)).await?;
    let options = OfflineInstallation {
        session_id: Some(SessionId::parse("0102").unwrap()),
        iso_version: Some(iso_version),
        cps_v2g_root_fingerprint: Some(fingerprint),
    };
    client.get_signed_contract_data_by_emaid_and_pcid(&emaid, &pcid, &options).await?;
    let add = AddSignedContractDataReq {
        certificate_installation_res: vec![6].into(),
        emaid: emaid.clone(),
        pcid: pcid.clone(),
        iso_version,
        meta_data: None,
        cps_v2g_root_fingerprint: None,
        cps_root_distinguished_name: None,
    };
    client.add_signed_contract_data(&add).await?;
    client.set_signed_contract_data_as_default(&emaid, &pcid).await?;
    client.factory_reset(&pcid, true).await?;

    let name = CaName::parse("acme-cpo").unwrap();
    let ca = CaChoice { name, algorithm: Algorithm::Secp521r1, v2g_root: Some(fingerprint) };
    client.simple_enroll(&ca, &[7]).await?;
    client.ca_certs(&ca).await?;
    let reason = RevocationReason::Superseded;
    client.revoke_cert(&RevokeCertificateReq { certificate: vec![8].into(), revocation_reason: reason }).await?;

    let resolve = ResolveTrustReq { certificates: vec![vec![9].into()], purpose: Purpose::Contract, at: None };
    client.resolve_trust(&resolve).await?;
    let authorize =
        AuthorizeContractReq { certificates: vec![vec![9].into()], hash_data: Vec::new(), emaid: Some(emaid) };
    client.authorize_contract(&authorize).await?;
    client.get_endpoints().await?;
    client.get_endpoint_by_id(Uuid::nil()).await?;
    let endpoint = PostEndpointReq {
        url: "https://receiver.example".to_owned(),
        enabled_events: vec![EventName::ALL[0]],
        settings: EndpointSettings::default(),
    };
    client.post_endpoint(&endpoint).await?;
    client.update_endpoint_by_id(Uuid::nil(), &PutEndpointReq::new("https://receiver.example")).await?;
    client.delete_endpoint_by_id(Uuid::nil()).await?;

    let selection = Selection { purpose: Some("contract".to_owned()), ..Selection::default() };
    client.get_trust_bundle(&selection, BundleFormat::Pem).await?;
    client.get_peers().await.map(drop)
}

/// One answer that every operation can read.
fn answer(request: &Request) -> Answer {
    if let Some(Operation::SimpleEnroll | Operation::CaCerts) = operation(request) {
        let at = "2026-06-01T12:00:00Z".parse().unwrap();
        let pki = Hierarchy::new(Domain::Cpo, "Test", at, &mut StdRng::seed_from_u64(1)).unwrap();
        return Answer::new(200, BASE64_STANDARD.encode(pkcs7::certs_only(&pki.sub_ca_2.chain()).unwrap()));
    }
    if operation(request) == Some(Operation::GetEndpoints) {
        return Answer::new(200, "[]".to_owned());
    }
    let chain = serde_json::to_value(chain()).unwrap();
    let body = json!({
        "descriptions": [], "id": Uuid::nil(), "created": 1, "enabledEvents": ["root.cert.added"], "url": "https://receiver.example",
        "rootCertificate": {"caCertificate": "AQ==", "rootType": "V2G"},
        "provisioningCertificate": {"provisioningCertificateChain": chain},
        "resolved": true, "purpose": "contract", "at": "2026-06-01T12:00:00Z",
        "certificateStatus": "Accepted", "contract": "active", "revocation": "good",
        "signedContractData": {
            "certificateInstallationRes": "AQ==", "emaid": "DE8AA001234567", "xsdMsgDefNamespace": "urn:iso:15118:2:2013:MsgDef",
        },
    });
    let status = operation(request).map_or(404, |operation| operation.info().success);
    Answer::new(status, body.to_string())
}

/// The operation whose method and path template a request matches.
fn operation(request: &Request) -> Option<Operation> {
    let path = request.target.split('?').next()?;
    Operation::ALL.iter().copied().find(|operation| {
        let info = operation.info();
        let template = format!("{}{}", info.service.prefix(), info.path);
        let (wanted, found): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
        info.method == request.method
            && wanted.len() == found.len()
            && wanted.iter().zip(&found).all(|(wanted, found)| wanted.starts_with('{') || wanted == found)
    })
}

#[tokio::test]
async fn every_served_operation_has_a_method_and_the_reverse() {
    let server = Canned::start(answer).await;
    call_everything(&server.client()).await.unwrap();
    let mut called: Vec<Operation> = server.requests().iter().map(|request| operation(request).unwrap()).collect();
    called.sort();
    let served: Vec<Operation> = Operation::ALL.iter().copied().filter(|operation| operation.info().served).collect();
    assert_eq!(called, served);
}

#[tokio::test]
async fn parameters_are_where_the_official_files_have_them() {
    let server = Canned::start(answer).await;
    call_everything(&server.client()).await.unwrap();
    let requests = server.requests();
    let request = |wanted: Operation| requests.iter().find(|request| operation(request) == Some(wanted)).unwrap();
    let print = "1f".repeat(32);
    for (wanted, query) in [
        (Operation::GetRootCertificates, "pkiType=emsp&rootCtlList=European+CTL&page=2&pageSize=50".to_owned()),
        (
            Operation::GetContractDataByEmaid,
            format!(
                "xsdMsgDefNamespace=urn%3Aiso%3A15118%3A2%3A2013%3AMsgDef&cpsV2GRootCertificateFingerprint={print}"
            ),
        ),
        (
            Operation::SimpleEnroll,
            format!(
                "caDomain=acme-cpo&iso15118Version=ISO15118-20&algorithm=secp521r1&cpoV2GRootCertificateFingerprint={print}"
            ),
        ),
        (Operation::GetTrustBundle, "purpose=contract&format=pem".to_owned()),
        (Operation::GetContractDataByPcid, "xsdMsgDefNamespace=urn%3Aiso%3A15118%3A2%3A2013%3AMsgDef".to_owned()),
        (
            Operation::GetSignedContractDataByEmaidAndPcid,
            format!(
                "sessionID=0102&xsdMsgDefNamespace=urn%3Aiso%3A15118%3A2%3A2013%3AMsgDef&cpsV2GRootCertificateFingerprint={print}"
            ),
        ),
    ] {
        assert_eq!(request(wanted).target.split_once('?').unwrap().1, query);
    }
    for (wanted, header, value) in [
        (Operation::GetProvisioningCertificate, "broadcast", "true"),
        (Operation::GetSignedContractDataByCertificateInstallationReq, "broadcast", "false"),
        (Operation::GetSignedContractDataByCertificateInstallationReq, "alwaysreturnexi", "false"),
        (Operation::DeleteSignedContractDataByEmaid, "x-skip-revocation", "true"),
        (Operation::AddSignedContractData, "content-type", "application/json"),
        (Operation::SimpleEnroll, "content-type", "application/pkcs10"),
        (Operation::GetCpsCertificates, "accept", "application/json"),
        (Operation::GetCpsCertificates, "authorization", "Bearer fixed"),
    ] {
        assert_eq!(request(wanted).headers[header], value, "{wanted:?} {header}");
    }
    assert!(
        request(Operation::DeleteSignedContractDataByEmaid).target.ends_with("/signedcontractdata/DE-8AA-001234567")
    );
    let sent = &request(Operation::GenerateAndSignContractData).body;
    assert!(parse_body::<GenerateAndSignContractDataReq>(sent.as_bytes()).is_ok());
    assert!(request(Operation::SetSignedContractDataAsDefault).body.is_empty());
}
