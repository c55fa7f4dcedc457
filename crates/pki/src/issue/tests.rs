//! Every lint has a certificate that it refuses, and nothing is signed by another key.

use rand::SeedableRng;
use rand::rngs::StdRng;

use super::*;
use crate::hierarchy::{Domain, Hierarchy};
use crate::key::{Algorithm, SoftwareKey};
use crate::profile::{CONTRACT, CPS, EMSP_ROOT, EMSP_SUB_CA_1, EMSP_SUB_CA_2, PROVISIONING};

fn at() -> jiff::Timestamp {
    "2026-01-01T00:00:00Z".parse().unwrap()
}

fn rng() -> StdRng {
    StdRng::seed_from_u64(1)
}

fn emsp() -> Hierarchy {
    Hierarchy::new(Domain::Emsp, "Example eMSP", at(), &mut rng()).unwrap()
}

fn new_key() -> SoftwareKey {
    SoftwareKey::generate(Algorithm::Secp256r1).unwrap()
}

fn contract(issuer: &Certificate) -> Draft<'_> {
    Draft {
        profile: &CONTRACT,
        issuer: Some(issuer),
        subject: CONTRACT.subject("DEABCC123456789", "Example eMSP", Some("DE")).unwrap(),
        public_key: new_key().public_key().clone(),
        validity: CONTRACT.validity_from(at()),
        serial: Serial::random(&mut rng()),
        urls: Urls::default(),
    }
}

/// The names of the lints that refuse a draft.
fn refusals(draft: Draft<'_>) -> Vec<&'static str> {
    match draft.lint() {
        Ok(_) => Vec::new(),
        Err(IssueError::Lint(findings)) => findings.iter().map(|finding| finding.lint).collect(),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn a_good_draft_passes_and_is_signed_by_the_issuers_key_only() {
    let pki = emsp();
    let issuer = &pki.sub_ca_2;
    assert_eq!(refusals(contract(issuer.certificate())), [""; 0]);
    let certificate = contract(issuer.certificate()).lint().unwrap().sign(issuer.signer()).unwrap();
    assert!(certificate.verify_signature(issuer.certificate().public_key()).is_ok());
    let read = Certificate::from_der(certificate.der()).unwrap();
    assert_eq!((read.fingerprint(), read.extensions()), (certificate.fingerprint(), certificate.extensions()));
    assert!(read.verify_signature(issuer.certificate().public_key()).is_ok());

    let error = contract(issuer.certificate()).lint().unwrap().sign(pki.sub_ca_1.signer()).unwrap_err();
    assert!(matches!(error, IssueError::WrongSigner));
}

#[test]
fn lints_of_drafts() {
    let pki = emsp();
    let issuer = pki.sub_ca_2.certificate();
    let name = |common_name| CONTRACT.subject(common_name, "Example eMSP", None).unwrap();
    let cases: Vec<(&str, Draft<'_>)> = vec![
        ("common-name-of-profile", Draft { subject: name("WAUTESTCAR0000001X"), ..contract(issuer) }),
        ("common-name-of-profile", Draft { subject: name("DE-ABC-C12345678-9"), ..contract(issuer) }),
        (
            "domain-component-of-profile",
            Draft { subject: PROVISIONING.subject("DEABCC123456789", "Example", None).unwrap(), ..contract(issuer) },
        ),
        (
            "attributes-once",
            Draft {
                subject: Name::new(
                    [name("DEABCC123456789").attributes(), &name("DEABCC000000000").attributes()[..1]].concat(),
                )
                .unwrap(),
                ..contract(issuer)
            },
        ),
        ("validity-in-order", Draft { validity: Validity { not_before: at(), not_after: at() }, ..contract(issuer) }),
        ("validity-inside-issuer", Draft { validity: Validity::days(at(), 11 * 365), ..contract(issuer) }),
        (
            "validity-inside-issuer",
            Draft {
                validity: Validity { not_before: "2025-12-31T23:59:59Z".parse().unwrap(), ..contract(issuer).validity },
                ..contract(issuer)
            },
        ),
        (
            "urls-are-http",
            Draft { urls: Urls { ocsp: Some("ldap://ocsp.example".into()), ..Urls::default() }, ..contract(issuer) },
        ),
        ("urls-are-http", Draft { urls: Urls { crl: Some("http://".into()), ..Urls::default() }, ..contract(issuer) }),
        (
            "size-within-limit",
            Draft {
                urls: Urls { ocsp: Some(format!("http://ocsp.example/{}", "x".repeat(300))), ..Urls::default() },
                ..contract(issuer)
            },
        ),
        ("key-is-not-the-issuers", Draft { public_key: issuer.public_key().clone(), ..contract(issuer) }),
        ("issuer-may-issue", Draft { issuer: None, ..contract(issuer) }),
        (
            "issuer-may-issue",
            Draft {
                profile: &EMSP_ROOT,
                subject: EMSP_ROOT.subject("Root", "Example", None).unwrap(),
                ..contract(issuer)
            },
        ),
        (
            "path-length-below-issuer",
            Draft {
                profile: &EMSP_SUB_CA_2,
                subject: EMSP_SUB_CA_2.subject("Sub", "Example", None).unwrap(),
                ..contract(issuer)
            },
        ),
    ];
    for (lint, draft) in cases {
        let found = refusals(draft);
        assert!(found.contains(&lint), "{lint}: {found:?}");
    }
    let leaf = pki.leaf(&CONTRACT, "DEABCC123456789", at(), &mut rng()).unwrap();
    assert_eq!(refusals(contract(&leaf.certificate)), ["issuer-may-issue"]);
}

/// Rules against an encoder that errs: a certificate of one profile is shown as a draft of another.
#[test]
fn lints_of_what_was_encoded() {
    let pki = emsp();
    let issuer = pki.sub_ca_2.certificate();
    let leaf = pki.leaf(&CONTRACT, "DEABCC123456789", at(), &mut rng()).unwrap().certificate;
    let found = |draft: &Draft<'_>, certificate: &Certificate| {
        lint::run(draft, certificate).iter().map(|finding| finding.lint).collect::<Vec<_>>()
    };
    let as_cps = found(&Draft { profile: &CPS, ..contract(issuer) }, &leaf);
    assert!(as_cps.contains(&"key-usage-of-profile"), "{as_cps:?}");
    let as_ca = found(&Draft { profile: &EMSP_SUB_CA_1, ..contract(issuer) }, &leaf);
    assert!(as_ca.contains(&"constraints-of-profile"), "{as_ca:?}");
    let other_issuer = found(&Draft { issuer: Some(pki.sub_ca_1.certificate()), ..contract(issuer) }, &leaf);
    assert!(other_issuer.contains(&"issuer-is-named"), "{other_issuer:?}");
    let other_serial =
        found(&Draft { serial: Serial::random(&mut StdRng::seed_from_u64(2)), ..contract(issuer) }, &leaf);
    assert!(other_serial.contains(&"serial-positive-and-long"), "{other_serial:?}");
    // Made by openssl: a 20-byte key identifier, an extended key usage and a DNS name.
    let foreign = Certificate::from_pem(include_str!("../../tests/data/self-signed.pem")).unwrap();
    let of_foreign = found(&contract(issuer), &foreign);
    assert!(of_foreign.contains(&"short-key-id") && of_foreign.contains(&"nothing-else"), "{of_foreign:?}");
}

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    let pki = emsp();
    let issuer = pki.sub_ca_2.certificate();
    let draft = Draft {
        validity: Validity { not_before: at(), not_after: at() },
        subject: PROVISIONING.subject("x", "Example", None).unwrap(),
        ..contract(issuer)
    };
    let text = draft.lint().unwrap_err().to_string();
    for lint in ["common-name-of-profile", "domain-component-of-profile", "validity-in-order"] {
        assert!(text.contains(lint), "{text}");
    }
}

#[test]
fn a_long_certificate_is_a_warning_before_it_is_an_error() {
    let pki = emsp();
    let issuer = pki.sub_ca_2.certificate();
    let with_url = |length: usize| {
        let ocsp = Some(format!("http://ocsp.example/{}", "x".repeat(length)));
        Draft { urls: Urls { ocsp, ..Urls::default() }, ..contract(issuer) }.lint()
    };
    assert!(with_url(10).unwrap().warnings().is_empty());
    // Headers grow with their content, so the longest URL that fits is found by trying.
    let longest = (100..400).rev().find(|length| with_url(*length).is_ok()).unwrap();
    let warnings = with_url(longest).unwrap().warnings();
    assert!(warnings[0].contains("at most 800 bytes"), "{warnings:?}");
    let signed = with_url(longest).unwrap().sign(pki.sub_ca_2.signer()).unwrap();
    assert!(signed.der().len() <= 800, "{}", signed.der().len());
}

#[test]
fn serials_are_positive_and_of_one_length() {
    let mut rng = rng();
    let serials: std::collections::HashSet<_> = (0..1000).map(|_| Serial::random(&mut rng)).collect();
    assert_eq!(serials.len(), 1000);
    assert!(serials.iter().all(|serial| serial.as_bytes()[0] & 0xc0 == 0x40));
}

#[test]
fn dates_before_1970_cannot_be_written() {
    let pki = emsp();
    let not_before = "1960-01-01T00:00:00Z".parse().unwrap();
    let draft = contract(pki.sub_ca_2.certificate());
    let draft = Draft { validity: Validity { not_before, ..draft.validity }, ..draft };
    assert!(matches!(draft.lint(), Err(IssueError::Encoding(_))));
}
