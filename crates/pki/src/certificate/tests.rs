//! Real certificates with their quirks, and bytes that are none.

use std::path::PathBuf;

use opnc_messages::IsoVersion;
use proptest::prelude::*;

use super::*;
use crate::key::Algorithm;

fn read(folder: &str, name: &str) -> Option<Certificate> {
    let shared = std::env::var_os("OPNC_SHARED").map_or_else(|| PathBuf::from("../../../shared"), PathBuf::from);
    let path = shared.join("data").join(folder).join(name);
    match std::fs::read_to_string(&path) {
        Ok(text) => Some(Certificate::from_pem(&text).unwrap()),
        Err(_) => {
            println!("SKIPPED certificate {name}: no shared data");
            None
        }
    }
}

#[test]
fn the_contract_leaf_without_a_domain_component_that_writes_ca_false_out() {
    let Some(leaf) = read("hubject-qa", "contract-leaf-DEICECOPNCCERT.pem") else { return };
    assert_eq!(leaf.subject().to_string(), "O=Hubject GmbH, CN=DEICECOPNCCERT");
    assert_eq!(leaf.domain_components().count(), 0);
    let explicit = BasicConstraints { ca: false, path_length: None, explicit_false: true };
    assert_eq!(leaf.basic_constraints(), Some(explicit));
    assert_eq!(hex::encode(leaf.subject_key_id().unwrap()), "4582a547b577bfdd");
    // That PKI hashes the whole SubjectPublicKeyInfo where RFC 5280 hashes the point alone: an identifier is only compared.
    let hash = crate::key::sha1(&leaf.public_key().to_spki());
    assert_eq!(leaf.subject_key_id().unwrap()[1..], hash[13..]);
    assert_ne!(leaf.subject_key_id().unwrap(), leaf.public_key().short_key_id());
    assert_eq!(hex::encode(leaf.serial()), "6b26a5553a52981410a710af3a6ff055");
    assert_eq!(leaf.not_after().to_string(), "2026-07-01T14:32:00Z");
    assert_eq!(leaf.ocsp_urls(), ["http://ocsp-qa.hubject.com:8080"]);
    assert_eq!(
        leaf.key_usage().unwrap().to_string(),
        "digitalSignature, nonRepudiation, keyEncipherment, keyAgreement"
    );
    assert!(check_size(&leaf, IsoVersion::Iso2).is_ok());
}

#[test]
fn the_root_with_an_extended_key_usage() {
    let Some(root) = read("hubject-qa", "v2g-root-ca-qa-g1.pem") else { return };
    assert_eq!(root.extended_key_usage(), [ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.9")]);
    assert!(root.is_self_issued() && root.is_ca());
    assert!(root.verify_signature(root.public_key()).is_ok());
    assert_eq!(root.domain_components().collect::<Vec<_>>(), ["V2G"]);
    assert_eq!(root.authority_key_id(), root.subject_key_id());
    assert_eq!(root.not_after().to_string(), "2059-04-26T08:37:15Z");
}

#[test]
fn the_provisioning_leaf_with_its_pcid_as_a_dns_name() {
    let Some(leaf) = read("hubject-qa", "oem-prov-leaf-DEHUBCOPNCPROVCER.pem") else { return };
    assert_eq!(leaf.common_name(), Some("DEHUBCOPNCPROVCER"));
    assert_eq!(leaf.extensions().dns_names, ["DEHUBCOPNCPROVCER"]);
    assert_eq!(leaf.subject().to_string(), "O=Hubject, CN=DEHUBCOPNCPROVCER, DC=OEM");
}

#[test]
fn gireves_leaf_in_mixed_case() {
    let Some(leaf) = read("gireve", "contract-leaf-TUAABcAz2BK7JRa.pem") else { return };
    assert_eq!(leaf.subject().to_string(), "CN=TUAABcAz2BK7JRa, OU=STG, O=GIREVE");
    assert_eq!(leaf.subject_key_id().unwrap().len(), 20);
    assert_eq!(leaf.crl_urls().len(), 1);
}

#[test]
fn signatures_of_real_chains() {
    let pair = |child, parent| Some((read("hubject-qa", child)?, read("hubject-qa", parent)?));
    let Some((leaf, sub2)) = pair("oem-prov-leaf-DEHUBCOPNCPROVCER.pem", "oem-sub2-ca.pem") else { return };
    let Some((sub1, root)) = pair("oem-sub1-ca.pem", "v2g-root-ca-qa-g1.pem") else { return };
    assert!(leaf.verify_signature(sub2.public_key()).is_ok());
    assert!(sub2.verify_signature(sub1.public_key()).is_ok());
    assert!(sub1.verify_signature(root.public_key()).is_ok());
    assert!(leaf.verify_signature(sub1.public_key()).is_err());
    assert!(sub1.issuer() == root.subject() && leaf.issuer() == sub2.subject());
}

#[test]
fn bytes_behind_and_other_keys_are_refused() {
    let Some(leaf) = read("gireve", "contract-leaf-TUAABcAz2BK7JRa.pem") else { return };
    let longer = [leaf.der(), &[0]].concat();
    assert_eq!(Certificate::from_der(&longer).unwrap_err(), CertificateError::TrailingBytes(1));
    for length in 0..leaf.der().len() {
        assert!(Certificate::from_der(&leaf.der()[..length]).is_err(), "cut at {length}");
    }
    assert_eq!(Certificate::from_pem(&leaf.to_pem()).unwrap(), leaf);
    assert_eq!(chain_from_pem(&format!("leaf\n{0}root\n{0}", leaf.to_pem())).unwrap(), [leaf.clone(), leaf]);
}

#[test]
fn a_certificate_of_iso_15118_20_is_read_with_its_curve() {
    let shared = std::env::var_os("OPNC_SHARED").map_or_else(|| PathBuf::from("../../../shared"), PathBuf::from);
    let Ok(der) = std::fs::read(shared.join("data/exi-vectors/pki/p521/v2groot.der")) else {
        println!("SKIPPED secp521r1 certificate: no shared data");
        return;
    };
    let root = Certificate::from_der(&der).unwrap();
    assert_eq!(root.public_key().algorithm(), Algorithm::Secp521r1);
    root.verify_signature(root.public_key()).unwrap();
}

/// A certificate of our own, so that the mutations below never depend on shared data.
fn own() -> Certificate {
    let text = include_str!("../../tests/data/self-signed.pem");
    Certificate::from_pem(text).unwrap()
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = Certificate::from_der(&bytes);
    }

    #[test]
    fn no_change_of_a_real_certificate_panics_or_verifies(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), 1..=255u8), 1..4)
    ) {
        let original = own();
        let mut der = original.der().to_vec();
        for (index, flip) in changes {
            let index = index.index(der.len());
            der[index] ^= flip;
        }
        if let Ok(changed) = Certificate::from_der(&der) {
            let _ = format!("{changed:?} {:?}", changed.extensions());
            let unchanged_key = changed.public_key() == original.public_key();
            prop_assert!(der == original.der() || !unchanged_key || changed.verify_signature(original.public_key()).is_err());
        }
    }

    #[test]
    fn no_text_panics(text in "(-----BEGIN CERTIFICATE-----)?[A-Za-z0-9+/=\n-]{0,200}") {
        let _ = Certificate::from_pem(&text);
        let _ = chain_from_pem(&text);
    }
}
