//! `opnc cert verify`.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::run::{Run, real, run_with, vector};

fn der(name: &str) -> Vec<u8> {
    std::fs::read(vector(&format!("pki/p256/{name}.der"))).unwrap()
}

/// Certificates of the vectors as one PEM text.
fn pem(names: &[&str]) -> String {
    names
        .iter()
        .map(|name| {
            let base64 = STANDARD.encode(der(name));
            format!("-----BEGIN CERTIFICATE-----\n{base64}\n-----END CERTIFICATE-----\n")
        })
        .collect()
}

fn verify(chain: &[&str], root: &str, arguments: &[&str]) -> Run {
    let root = vector(&format!("pki/p256/{root}.der"));
    let fixed = ["cert", "verify", "-", "--root", &root];
    run_with(fixed.into_iter().chain(arguments.iter().copied()), pem(chain).as_bytes())
}

const AT: [&str; 2] = ["--at", "2027-01-01"];

#[test]
fn chains_in_any_order_lead_to_their_root() {
    let cases = [
        (["contract", "mosub1", "mosub2"], "moroot", "contract certificate"),
        (["contract", "mosub2", "mosub1"], "moroot", "contract certificate"),
        (["oemleaf", "oemsub1", "oemsub2"], "oemroot", "provisioning certificate"),
        (["cpsleaf", "cpssub2", "cpssub1"], "v2groot", "CPS certificate"),
    ];
    for (chain, root, purpose) in cases {
        let run = verify(&chain, root, &AT);
        assert_eq!(run.code, 0, "{} {}", run.stdout, run.stderr);
        let lines: Vec<&str> = run.stdout.lines().collect();
        assert_eq!(lines[0], format!("accepted as a {purpose} at 2027-01-01T00:00:00Z"));
        assert_eq!(lines.len(), 5, "{}", run.stdout);
        for (line, place) in lines[1..].iter().zip(["leaf", "sub CA", "sub CA", "root"]) {
            assert!(line.trim().starts_with(place), "{place} in {line}");
        }
    }
}

#[test]
fn the_exact_reason_is_told() {
    let cases: [(&[&str], &str, &[&str], &str); 5] = [
        (&["contract", "mosub1", "mosub2"], "moroot", &["--at", "2031-01-01"], "2030-11-21T08:35:14Z"),
        (&["contract", "mosub1", "mosub2"], "moroot", &["--at", "2026-01-01"], "2026-11-22T08:35:14Z"),
        (&["contract", "mosub1", "mosub2"], "v2groot", &AT, "CN=MORootCA"),
        (&["contract", "mosub1"], "moroot", &AT, "CN=MOSubCA2"),
        (&["mosub2", "mosub1"], "moroot", &["--purpose", "contract", "--at", "2027-01-01"], "is a CA"),
    ];
    for (chain, root, arguments, reason) in cases {
        let run = verify(chain, root, arguments);
        assert_eq!(run.code, 1, "{} {}", run.stdout, run.stderr);
        assert!(run.stdout.starts_with("REFUSED as a ") && run.stdout.contains(reason), "{reason} in {}", run.stdout);
    }
}

#[test]
fn a_root_in_the_file_is_not_trusted_for_being_there() {
    let run = verify(&["contract", "mosub1", "mosub2", "moroot"], "v2groot", &AT);
    assert_eq!(run.code, 1, "{}", run.stdout);
    let run = verify(&["contract", "mosub1", "mosub2", "moroot"], "moroot", &AT);
    assert_eq!(run.code, 0, "{}", run.stdout);
}

#[test]
fn the_real_chain_of_an_oem_leads_to_its_root() {
    let Some(leaf) = real("hubject-qa/oem-prov-leaf-DEHUBCOPNCPROVCER.pem") else { return };
    let folder = Path::new(&leaf).parent().unwrap();
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let chain = [std::fs::read_to_string(&leaf).unwrap(), read("oem-sub1-ca.pem"), read("oem-sub2-ca.pem")].concat();
    let root = folder.join("v2g-root-ca-qa-g1.pem");
    let arguments =
        ["cert", "verify", "-", "--root", root.to_str().unwrap(), "--purpose", "provisioning", AT[0], AT[1]];
    let run = run_with(arguments, chain.as_bytes());
    assert_eq!(run.code, 0, "{} {}", run.stdout, run.stderr);
    assert!(run.stdout.contains("CN=V2G Root CA QA G1"), "{}", run.stdout);
}
