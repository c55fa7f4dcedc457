//! Hierarchies as another implementation sees them.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use rand::SeedableRng;
use rand::rngs::StdRng;

use super::*;
use crate::Certificate;
use crate::key::MemoryKeyStore;
use crate::profile::{CONTRACT, SECC, VEHICLE};

fn at() -> Timestamp {
    "2026-01-01T00:00:00Z".parse().unwrap()
}

fn common_name(domain: Domain) -> &'static str {
    match domain {
        Domain::Cpo => "DE*ABC*E123456",
        Domain::Oem => "WAUTESTCAR0000001",
        Domain::Emsp => "DEABCC123456789",
        Domain::Cps => "Example CPS",
    }
}

fn write(folder: &Path, name: &str, certificates: &[Certificate]) -> String {
    let path = folder.join(name);
    std::fs::write(&path, certificates.iter().map(Certificate::to_pem).collect::<String>()).unwrap();
    path.display().to_string()
}

fn openssl(arguments: &[&str]) -> (bool, String) {
    let output = Command::new("openssl").args(arguments).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(text).unwrap())
}

fn strictly_verified(hierarchy: &Hierarchy, leaf: &Leaf, at: Timestamp) -> (bool, String) {
    let folder = tempfile::tempdir().unwrap();
    let root = write(folder.path(), "root.pem", &[hierarchy.root.certificate().clone()]);
    let subs = write(folder.path(), "subs.pem", &leaf.sub_cas);
    let end = write(folder.path(), "leaf.pem", std::slice::from_ref(&leaf.certificate));
    let time = at.as_second().to_string();
    openssl(&["verify", "-x509_strict", "-attime", &time, "-CAfile", &root, "-untrusted", &subs, &end])
}

#[test]
fn every_domain_passes_the_strict_check_of_openssl() {
    let mut rng = StdRng::seed_from_u64(1);
    for domain in Domain::ALL {
        let hierarchy = Hierarchy::new(domain, "Example", at(), &mut rng).unwrap();
        let leaf = hierarchy.leaf(domain.leaf_profile(), common_name(domain), at(), &mut rng).unwrap();
        let (good, text) = strictly_verified(&hierarchy, &leaf, at());
        assert!(good, "{domain:?}: {text}");
        let (good, text) = strictly_verified(&hierarchy, &leaf, "2051-01-01T00:00:00Z".parse().unwrap());
        assert!(!good && text.contains("expired"), "{domain:?}: {text}");
    }
}

/// Every mixture of the algorithms of ISO 15118-20 from root to leaf, in every domain.
#[test]
fn hierarchies_of_every_algorithm_pass_the_strict_check_of_openssl() {
    let mut rng = StdRng::seed_from_u64(6);
    let (p521, ed448) = (Algorithm::Secp521r1, Algorithm::Ed448);
    let signer = |algorithm| Signer::from(SoftwareKey::generate(algorithm).unwrap());
    let mixtures = [[p521; 4], [ed448; 4], [p521, ed448, p521, ed448], [ed448, p521, ed448, p521]];
    for (number, [root, sub1, sub2, end]) in mixtures.into_iter().enumerate() {
        for domain in Domain::ALL {
            let own = Hierarchy::new_in(domain, "Example", root, at(), &mut rng).unwrap().root;
            let signers = [signer(sub1), signer(sub2)];
            let hierarchy = Hierarchy::below_with(own, domain, "Example", signers, at(), &mut rng).unwrap();
            let profile = domain.leaf_profile().in_version(opnc_messages::IsoVersion::Iso20);
            let validity = profile.validity_from(at());
            let leaf = hierarchy.leaf_of(profile, common_name(domain), end, validity, &mut rng).unwrap();
            let (good, text) = strictly_verified(&hierarchy, &leaf, at());
            assert!(good, "{number} {domain:?}: {text}");
            let (good, _) = strictly_verified(&hierarchy, &leaf, "2081-01-01T00:00:00Z".parse().unwrap());
            assert!(!good);
        }
    }
}

#[test]
fn the_versions_do_not_mix() {
    let mut rng = StdRng::seed_from_u64(7);
    let signer = |algorithm| Signer::from(SoftwareKey::generate(algorithm).unwrap());
    for (above, below) in [(Algorithm::Secp256r1, Algorithm::Ed448), (Algorithm::Secp521r1, Algorithm::Secp256r1)] {
        let root = Hierarchy::new_in(Domain::Cpo, "Example", above, at(), &mut rng).unwrap().root;
        let signers = [signer(below), signer(below)];
        let refused = Hierarchy::below_with(root, Domain::Cps, "Example", signers, at(), &mut rng).unwrap_err();
        let IssueError::Lint(findings) = refused else { panic!("{refused}") };
        assert_eq!(findings.iter().map(|finding| finding.lint).collect::<Vec<_>>(), ["algorithm-of-profile"]);
    }
    // A profile of the other version, asked for by its name.
    let pki = Hierarchy::new(Domain::Emsp, "Example", at(), &mut rng).unwrap();
    let leaf = pki.leaf(&crate::profile::CONTRACT_20, "DEABCC123456789", at(), &mut rng).unwrap();
    assert_eq!(leaf.certificate.public_key().algorithm(), Algorithm::Secp256r1);
}

/// A contract of more than 15 characters, and a certificate of more than 800 bytes, exist in ISO 15118-20 alone.
#[test]
fn limits_are_those_of_the_version() {
    let mut rng = StdRng::seed_from_u64(8);
    let lints = |algorithm, name: &str, rng: &mut StdRng| {
        let url = |length: usize| Some(format!("http://example/{}", "x".repeat(length)));
        let urls = Urls { ocsp: url(300), ca_issuers: url(300), crl: None };
        let pki = Hierarchy::new_in(Domain::Emsp, "Example", algorithm, at(), rng).unwrap().with_urls(urls);
        match pki.leaf(&CONTRACT, name, at(), rng) {
            Ok(leaf) => {
                assert!(leaf.certificate.der().len() > 800);
                Vec::new()
            }
            Err(IssueError::Lint(findings)) => findings.iter().map(|finding| finding.lint).collect(),
            Err(other) => panic!("{other}"),
        }
    };
    let long = "DEABCC1234567890123";
    assert_eq!(lints(Algorithm::Secp256r1, long, &mut rng), ["common-name-of-profile", "size-within-limit"]);
    assert_eq!(lints(Algorithm::Secp521r1, long, &mut rng), [""; 0]);
    assert_eq!(lints(Algorithm::Ed448, long, &mut rng), [""; 0]);
}

#[test]
fn openssl_shows_the_algorithms_of_iso20() {
    let mut rng = StdRng::seed_from_u64(9);
    let folder = tempfile::tempdir().unwrap();
    let shown = [
        (Algorithm::Secp521r1, "ecdsa-with-SHA512", "ASN1 OID: secp521r1"),
        (Algorithm::Ed448, "Signature Algorithm: ED448", "Public Key Algorithm: ED448"),
    ];
    for (algorithm, signature, key) in shown {
        let cpo = Hierarchy::new_in(Domain::Cpo, "Example", algorithm, at(), &mut rng).unwrap();
        let leaf = cpo.leaf(&SECC, "DE*ABC*E123456", at(), &mut rng).unwrap();
        let file = write(folder.path(), "c.pem", std::slice::from_ref(&leaf.certificate));
        let text = openssl(&["x509", "-noout", "-text", "-in", &file]).1;
        assert!(text.contains(signature) && text.contains(key) && text.contains("DC = CSO"), "{text}");
    }
}

#[test]
fn openssl_shows_the_fields_of_the_profiles() {
    let mut rng = StdRng::seed_from_u64(2);
    let urls = Urls {
        ocsp: Some("http://ocsp.example/".into()),
        ca_issuers: Some("http://ca.example/sub2.cer".into()),
        crl: Some("http://crl.example/sub2.crl".into()),
    };
    let emsp = Hierarchy::new(Domain::Emsp, "Example", at(), &mut rng).unwrap().with_urls(urls);
    let leaf = emsp.leaf(&CONTRACT, "DEABCC123456789", at(), &mut rng).unwrap();
    let show = |certificate: &Certificate| {
        let folder = tempfile::tempdir().unwrap();
        openssl(&["x509", "-noout", "-text", "-in", &write(folder.path(), "c.pem", std::slice::from_ref(certificate))])
            .1
    };
    let key_id: Vec<_> = leaf.certificate.subject_key_id().unwrap().iter().map(|byte| format!("{byte:02X}")).collect();
    let text = show(&leaf.certificate);
    for part in [
        "Version: 3 (0x2)",
        "Signature Algorithm: ecdsa-with-SHA256",
        "Issuer: CN = Example eMSP sub CA 2, O = Example, DC = MO",
        "Subject: CN = DEABCC123456789, O = Example, DC = MO",
        "Not Before: Jan  1 00:00:00 2026 GMT",
        "Not After : Jan  1 00:00:00 2028 GMT",
        "Public-Key: (256 bit)",
        "X509v3 Basic Constraints: critical\n                CA:FALSE",
        "X509v3 Key Usage: critical\n                Digital Signature, Non Repudiation, Key Encipherment, Key Agreement",
        &key_id.join(":"),
        "OCSP - URI:http://ocsp.example/",
        "CA Issuers - URI:http://ca.example/sub2.cer",
        "URI:http://crl.example/sub2.crl",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    let sub2 = show(emsp.sub_ca_2.certificate());
    assert!(sub2.contains("CA:TRUE, pathlen:0"), "{sub2}");
    assert!(sub2.contains("Digital Signature, Non Repudiation, Certificate Sign, CRL Sign"), "{sub2}");
    assert!(!sub2.contains("Authority Information Access"), "{sub2}");
    assert!(show(emsp.sub_ca_1.certificate()).contains("CA:TRUE, pathlen:1"));
    let root = show(emsp.root.certificate());
    assert!(
        root.contains("CA:TRUE\n") && root.contains("critical\n                Certificate Sign, CRL Sign"),
        "{root}"
    );
}

#[test]
fn a_root_carries_the_sub_cas_of_others() {
    let mut rng = StdRng::seed_from_u64(3);
    let cpo = Hierarchy::new(Domain::Cpo, "Example", at(), &mut rng).unwrap();
    let cps = Hierarchy::below(cpo.root.clone(), Domain::Cps, "Example CPS", at(), &mut rng).unwrap();
    let leaf = cps.leaf(Domain::Cps.leaf_profile(), "CPS 1", at(), &mut rng).unwrap();
    assert!(strictly_verified(&cpo, &leaf, at()).0);
    assert_eq!(leaf.chain_pem().matches("BEGIN").count(), 3);
    assert!(leaf.key_pem().unwrap().starts_with("-----BEGIN PRIVATE KEY-----"));
}

#[test]
fn a_sub_ca_in_a_key_store_issues_and_is_taken_up_again() {
    use crate::key::KeyStore;
    let mut rng = StdRng::seed_from_u64(4);
    let store: Arc<dyn KeyStore> = Arc::new(MemoryKeyStore::new());
    let stored = |id: &str| {
        store.generate(id, Algorithm::Secp256r1).unwrap();
        Signer::stored(Arc::clone(&store), id).unwrap()
    };
    let root = Hierarchy::new(Domain::Cpo, "Example", at(), &mut rng).unwrap().root;
    let signers = [stored("emsp-sub1"), stored("emsp-sub2")];
    let emsp = Hierarchy::below_with(root, Domain::Emsp, "Example", signers, at(), &mut rng).unwrap();

    let (certificate, above) = (emsp.sub_ca_2.certificate().clone(), emsp.sub_ca_2.above().to_vec());
    assert_eq!(above, [emsp.sub_ca_1.certificate().clone(), emsp.root.certificate().clone()]);
    let signer = Signer::stored(Arc::clone(&store), "emsp-sub2").unwrap();
    let again = Authority::existing(certificate.clone(), above.clone(), signer).unwrap();
    let emsp = Hierarchy { sub_ca_2: again, ..emsp };
    let leaf = emsp.leaf(&CONTRACT, "DEABCC123456789", at(), &mut rng).unwrap();
    assert!(strictly_verified(&emsp, &leaf, at()).0);

    let other = Signer::stored(Arc::clone(&store), "emsp-sub1").unwrap();
    assert!(matches!(Authority::existing(certificate, above, other), Err(IssueError::WrongSigner)));
}

#[test]
fn leaves_of_every_kind() {
    let mut rng = StdRng::seed_from_u64(5);
    let oem = Hierarchy::new(Domain::Oem, "Example", at(), &mut rng).unwrap();
    assert!(oem.leaf(&VEHICLE, "WAUTESTCAR0000001", at(), &mut rng).is_ok());
    assert!(matches!(oem.leaf(&VEHICLE, "no PCID", at(), &mut rng), Err(IssueError::Lint(_))));
    assert!(matches!(oem.leaf(&SECC, "", at(), &mut rng), Err(IssueError::Name(_))));
}
