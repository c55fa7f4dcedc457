//! `opnc cert show`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::run::{real, run, run_with, skipped, vector};

#[test]
fn a_certificate_may_be_der_or_pem_or_base64_of_either() {
    let der = std::fs::read(vector("pki/p256/contract.der")).unwrap();
    let pem = format!("Some text\n-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", STANDARD.encode(&der));
    let expected = run(&format!("cert show {}", vector("pki/p256/contract.der")));
    assert_eq!((expected.code, expected.stderr.as_str()), (0, ""));
    for part in ["DE8AAA1B2C3D4E5 (leaf)", "Subject ", "DC=MO", "secp256r1", "no CA", "Fingerprint ", "(SHA-256)"] {
        assert!(expected.stdout.contains(part), "{part} in {}", expected.stdout);
    }
    let forms = [der.clone(), pem.clone().into(), STANDARD.encode(&der).into(), STANDARD.encode(&pem).into()];
    for form in forms {
        assert_eq!(run_with(["cert", "show", "-"], &form).stdout, expected.stdout);
    }
    let twice = run_with(["cert", "show", "-"], pem.repeat(2).as_bytes()).stdout;
    assert_eq!(twice, format!("{0}\n{0}", expected.stdout));
}

#[test]
fn the_fingerprint_is_that_of_openssl() {
    let file = vector("pki/p256/v2groot.der");
    let output = std::process::Command::new("openssl")
        .args(["x509", "-inform", "DER", "-noout", "-fingerprint", "-sha256", "-in", &file])
        .output();
    let Ok(output) = output else { return skipped("the fingerprint of openssl", "openssl is missing") };
    let text = String::from_utf8(output.stdout).unwrap();
    let fingerprint = text.trim().split('=').nth(1).unwrap().replace(':', "").to_lowercase();
    assert!(run(&format!("cert show {file}")).stdout.contains(&fingerprint), "{fingerprint}");
}

#[test]
fn the_quirks_of_real_certificates_are_warnings() {
    let cases: [(&str, &[&str]); 3] = [
        ("v2g-root-ca-qa-g1.pem", &["V2G Root CA QA G1 (root CA)", "OCSPSigning", "has an extended key usage"]),
        (
            "contract-leaf-DEICECOPNCCERT.pem",
            &[
                "DEICECOPNCCERT (leaf)",
                "45:82:A5:47:B5:77:BF:DD",
                "2026-07-01T14:32:00Z",
                "writes cA FALSE out",
                "(DC)",
            ],
        ),
        ("oem-prov-leaf-DEHUBCOPNCPROVCER.pem", &["DNS name          DEHUBCOPNCPROVCER", "2028-07-04T15:46:56Z"]),
    ];
    for (name, parts) in cases {
        let Some(file) = real(&format!("hubject-qa/{name}")) else { return };
        let shown = run_with(["cert", "show", &file], b"");
        assert_eq!(shown.code, 0, "{}", shown.stderr);
        for part in parts {
            assert!(shown.stdout.contains(part), "{part} in {}", shown.stdout);
        }
    }
}

#[test]
fn what_is_no_certificate_is_refused_with_the_reason() {
    let mut der = std::fs::read(vector("pki/p256/contract.der")).unwrap();
    der.push(0);
    let cases: [(&[u8], &str); 4] = [
        (&der, "1 bytes follow the certificate"),
        (b"no certificate", "holds no certificate"),
        (b"", "holds no certificate"),
        (b"-----BEGIN CERTIFICATE-----\n???\n-----END CERTIFICATE-----\n", "the standard input: "),
    ];
    for (input, reason) in cases {
        let run = run_with(["cert", "show", "-"], input);
        assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{reason}");
        assert!(run.stderr.contains(reason), "{reason} in {}", run.stderr);
    }
}
