//! A certificate that we issued, shown in the TLS handshake: good for renewing itself, and for nothing else.

use std::fs;

use opnc_messages::operation::Service;
use opnc_messages::pki::{RevocationReason, RevokeCertificateReq};
use opnc_messages::trust::CertificateStatus;
use opnc_messages::{Role, RootType};
use opnc_pki::issue::{Authority, Request};
use opnc_pki::key::{Algorithm, Signer, SoftwareKey};
use opnc_pki::{Certificate, Clock, profile};
use opnc_services::est::{self, Parameters, Selection, ShownLeaf};
use opnc_services::{Caller, ServiceError, bootstrap, parties, rcp, revocation};
use opnc_store::authorities::{self, AuthorityKind};
use opnc_store::issued_certificates::{self, IssuedCertificate};
use opnc_test_util::{TestEcosystem, root_body};
use uuid::Uuid;

use crate::tools::{Pki, Said};

const SUBJECT: &str = "/CN=DE*CPB*E1";

struct Station {
    pki: Pki,
    ecosystem: TestEcosystem,
    cpo: Caller,
    leaf: Certificate,
}

impl Station {
    /// An ecosystem behind TLS, and a station of its CPO with a certificate.
    async fn begin() -> Self {
        let pki = Pki::new().await;
        let ecosystem = pki.serve(|_| {}).await;
        let services = &ecosystem.ecosystem;
        let root = bootstrap::found(services, "Test", None).await.unwrap();
        let operator = Caller::operator("test", Uuid::nil());
        rcp::put(&operator, services, root_body(&root, RootType::V2g)).await.unwrap();
        let party = ecosystem.party(Role::Cpo).credentials.party;
        let cpo = parties::caller(services, party, vec![Service::Pki], Uuid::nil()).await.unwrap().unwrap();
        request(&pki, "station", SUBJECT).await;
        let csr = fs::read(pki.path("station.csr")).unwrap();
        let selection = Selection::read(Parameters::default()).unwrap();
        let leaf = est::enroll(&cpo, services, &selection, &csr).await.unwrap();
        fs::write(pki.path("station.pem"), leaf.to_pem()).unwrap();
        Self { pki, ecosystem, cpo, leaf }
    }

    /// Shows the station's certificate at a path of EST, with a new request.
    async fn post(&self, path: &str, subject: &str) -> Said {
        request(&self.pki, "next", subject).await;
        let url = format!("{}{path}", self.ecosystem.base_url());
        let body = format!("@{}", self.pki.path("next.csr").display());
        let shown = ["--http1.1", "--cert", "station.pem", "--key", "station.key", "--data-binary", &body];
        self.pki.curl(&[&shown[..], &["--header", "content-type: application/pkcs10", &url]].concat()).await
    }
}

async fn request(pki: &Pki, name: &str, subject: &str) {
    let (key, csr) = (format!("{name}.key"), format!("{name}.csr"));
    let curve = "ec_paramgen_curve:P-256";
    pki.openssl(&[
        "req", "-newkey", "ec", "-pkeyopt", curve, "-nodes", "-keyout", &key, "-out", &csr, "-subj", subject,
    ])
    .await;
}

const RENEW: &str = "/.well-known/est/cpo/simplereenroll";

#[tokio::test]
async fn a_station_renews_its_own_certificate_and_does_nothing_else() {
    let station = Station::begin().await;
    let renewed = station.post(RENEW, SUBJECT).await;
    assert!(renewed.err.starts_with("200 "), "{} {}", renewed.err, renewed.out);
    let opnc_path = station.post("/opnc/v1/pki/est/simplereenroll?caDomain=cpo", SUBJECT).await;
    assert!(opnc_path.err.starts_with("200 "), "{} {}", opnc_path.err, opnc_path.out);
    let spelled_otherwise = station.post(RENEW, "/CN=DECPBE1").await;
    assert!(spelled_otherwise.err.starts_with("200 "), "{}", spelled_otherwise.out);

    for (path, subject, status) in [
        (RENEW, "/CN=DE*CPB*E2", "403 "),
        ("/.well-known/est/emsp/simplereenroll", SUBJECT, "403 "),
        ("/.well-known/est/%ff/simplereenroll", SUBJECT, "400 "),
        ("/.well-known/est/cpo/simpleenroll", SUBJECT, "401 "),
        ("/opnc/v1/pki/est/simpleenroll?caDomain=cpo", SUBJECT, "401 "),
        ("/opnc/v1/ccp/signedcontractdata", SUBJECT, "401 "),
    ] {
        let said = station.post(path, subject).await;
        assert!(said.err.starts_with(status), "{path} {subject}: {} {}", said.err, said.out);
    }
}

#[tokio::test]
async fn a_revoked_certificate_renews_nothing() {
    let station = Station::begin().await;
    let request = RevokeCertificateReq {
        certificate: station.leaf.der().into(),
        revocation_reason: RevocationReason::KeyCompromise,
    };
    revocation::revoke_certificate(&station.cpo, &station.ecosystem.ecosystem, &request).await.unwrap();
    let said = station.post(RENEW, SUBJECT).await;
    assert!(said.err.starts_with("401 "), "{} {}", said.err, said.out);
    assert!(said.out.contains("cannot be renewed with itself: it was revoked at 20"), "{}", said.out);
    assert!(said.out.contains("Z (keyCompromise)"), "{}", said.out);
}

#[tokio::test]
async fn an_expired_certificate_renews_nothing() {
    let station = Station::begin().await;
    station.ecosystem.clock.advance(91 * 86_400);
    let said = station.post(RENEW, SUBJECT).await;
    assert!(said.err.starts_with("401 "), "{} {}", said.err, said.out);
    assert!(said.out.contains("cannot be renewed with itself: it was valid until 20"), "{}", said.out);
}

/// The serial number of a station is in each of its handshakes: its hashes are those of no contract.
#[tokio::test]
async fn a_station_is_no_contract() {
    let station = Station::begin().await;
    let services = &station.ecosystem.ecosystem;
    let issuers = est::ca_certificates(&station.cpo, services, &Selection::read(Parameters::default()).unwrap()).await;
    let issuers = issuers.unwrap();
    let issuer = issuers.iter().find(|ca| ca.subject().matches(station.leaf.issuer())).unwrap();
    let hashed = crate::trust_questions::hashes(issuer, station.leaf.serial(), "http://127.0.0.1:1/");
    for emaid in [None, Some("DEDDDC00000001")] {
        let body = serde_json::json!({"iso15118CertificateHashData": [hashed], "emaid": emaid});
        let request = opnc_messages::parse_body(body.to_string().as_bytes()).unwrap();
        let answer = opnc_services::trust::authorize::authorize(&station.cpo, services, request).await.unwrap();
        assert_eq!(answer.certificate_status, CertificateStatus::CertChainError, "{answer:?}");
        assert!(answer.reason.unwrap().contains("SECC certificate"));
    }
}

/// A contract certificate in a car does not bind its eMSP to go on with our CA.
#[tokio::test]
async fn only_who_could_enrol_a_certificate_renews_it() {
    let pki = Pki::new().await;
    let ecosystem = TestEcosystem::start().await;
    ecosystem.found().await;
    let services = &ecosystem.ecosystem;
    let selection = Selection::read(Parameters::default()).unwrap();
    for (role, emaid) in [(Role::EmspNoPki, "DEDDDC00000001"), (Role::EmspOwnPki, "DECCCC00000001")] {
        let leaf = contract_certificate(&ecosystem, role, emaid).await;
        let shown = est::shown_leaf(services, leaf.der(), Uuid::nil()).await.unwrap();
        let ShownLeaf::Holder(holder) = shown else { panic!("{shown:?}") };
        request(&pki, "next", &format!("/CN={emaid}")).await;
        let csr = fs::read(pki.path("next.csr")).unwrap();
        match (role, holder.renew(services, &selection, &csr).await) {
            (Role::EmspNoPki, Ok(renewed)) => assert_eq!(renewed.common_name(), Some(emaid)),
            (Role::EmspOwnPki, Err(ServiceError::Forbidden(text))) => {
                assert_eq!(text, "The role emspOwnPki has no certificates of caDomain emsp.");
            }
            (role, renewed) => panic!("{role:?}: {renewed:?}"),
        }
    }
}

/// A contract certificate of our CA, recorded for the party of this role.
async fn contract_certificate(ecosystem: &TestEcosystem, role: Role, emaid: &str) -> Certificate {
    let services = &ecosystem.ecosystem;
    let mut reader = services.store().read().await.unwrap();
    let row = authorities::active(&mut reader, AuthorityKind::EmspIssuing).await.unwrap().remove(0);
    let issuer = Certificate::from_der(&row.certificate.der).unwrap();
    let signer = Signer::stored(services.keys(), &row.key_id).unwrap();
    let ca = Authority::existing(issuer.clone(), Vec::new(), signer).unwrap();
    let key = SoftwareKey::generate(Algorithm::Secp256r1).unwrap();
    let (now, profile) = (ecosystem.clock.now(), &profile::CONTRACT);
    let wanted = Request {
        profile,
        subject: profile.subject(emaid, "Test", None).unwrap(),
        public_key: key.public_key().clone(),
        validity: profile.validity_from(now).within(&issuer),
    };
    let leaf = ca.issue(wanted, &mut services.rng()).unwrap();
    let row = &IssuedCertificate {
        issuer_fingerprint: issuer.fingerprint(),
        serial: hex::encode(leaf.serial()),
        fingerprint: leaf.fingerprint(),
        profile: profile.name.to_owned(),
        iso: profile.version,
        subject: emaid.to_owned(),
        subject_key: emaid.to_owned(),
        public_key_hash: None,
        party_id: Some(ecosystem.party(role).credentials.party),
        der: leaf.der().to_vec(),
        not_after: leaf.not_after(),
        created_at: now,
        revocation: None,
    };
    let recorded =
        services.store().run_tx("test", |tx| Box::pin(async move { issued_certificates::add(tx, row).await }));
    recorded.await.unwrap();
    leaf
}
