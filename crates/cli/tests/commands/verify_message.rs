//! `opnc exi verify`.

use opnc_exi::iso2::ResponseCode;
use serde_json::{Value, json};

use crate::run::{real, vector, vector_exi};
use crate::tampered::{flip, lines, request, response, verify};

/// The vectors and their PKI are valid from November 2026 to November 2030.
const AT: [&str; 2] = ["--at", "2027-01-01"];

fn root(name: &str) -> String {
    vector(&format!("pki/p256/{name}.der"))
}

const RESPONSE_CHECKS: [&str; 9] = [
    "response",
    "references",
    "algorithms",
    "digest of ContractSignatureCertChain",
    "digest of ContractSignatureEncryptedPrivateKey",
    "digest of DHpublickey",
    "digest of eMAID",
    "signature of the CPS",
    "chain of the CPS",
];

#[test]
fn responses_hold_against_both_roots() {
    for name in ["CertificateInstallationRes", "CertificateUpdateRes"] {
        let message = vector_exi(&format!("iso2_{name}"));
        let run = verify(&message, &["--root", &root("v2groot"), &root("moroot"), AT[0], AT[1]]);
        assert_eq!(run.code, 0, "{} {}", run.stdout, run.stderr);
        let ok = lines(&run, "ok");
        for check in RESPONSE_CHECKS.iter().chain(&["chain of the contract"]) {
            assert!(ok.contains(check), "{check} in {}", run.stdout);
        }
        assert_eq!(lines(&run, "not checked"), ["private key: only the car can unwrap it"]);
        assert!(run.stdout.starts_with(&format!("{name}, checked as of 2027-01-01T00:00:00Z\n")));
        assert!(run.stdout.ends_with("\naccepted, with 1 check not made\n"));
    }
}

#[test]
fn without_the_root_of_the_emsp_its_chain_is_not_checked() {
    let run = verify(&response(|_, _| ()), &["--root", &root("v2groot"), AT[0], AT[1]]);
    assert_eq!(run.code, 0, "{}", run.stdout);
    let chain = lines(&run, "not checked")[0];
    assert!(chain.starts_with("chain of the contract: ") && chain.contains("CN=MORootCA"), "{chain}");
}

#[test]
fn without_the_root_of_the_emsp_its_chain_must_still_hold_in_itself() {
    let message = response(|response, _| {
        response.contract_signature_cert_chain.sub_certificates = vec![std::fs::read(root("cpssub2")).unwrap()];
    });
    let run = verify(&message, &["--root", &root("v2groot"), AT[0], AT[1]]);
    assert_eq!(run.code, 1);
    assert!(lines(&run, "FAILED").iter().any(|line| line.starts_with("chain of the contract: ")), "{}", run.stdout);

    let expired = verify(&response(|_, _| ()), &["--root", &root("v2groot"), "--at", "2031-01-01"]);
    assert_eq!(expired.code, 1);
    let failed = lines(&expired, "FAILED");
    assert_eq!(failed.len(), 2, "{}", expired.stdout);
    assert!(failed.iter().all(|line| line.contains("2030-11-21T08:35:14Z")), "{failed:?}");
}

#[test]
fn another_v2g_root_does_not_do() {
    let run = verify(&response(|_, _| ()), &["--root", &root("moroot"), AT[0], AT[1]]);
    assert_eq!(run.code, 1);
    let failed = lines(&run, "FAILED");
    assert!(failed.len() == 1 && failed[0].starts_with("chain of the CPS: "), "{}", run.stdout);
}

#[test]
fn one_flipped_bit_is_refused_by_name() {
    let cases: [(&str, Vec<u8>); 8] = [
        (
            "digest of ContractSignatureCertChain",
            response(|response, _| flip(&mut response.contract_signature_cert_chain.certificate)),
        ),
        (
            "digest of ContractSignatureEncryptedPrivateKey",
            response(|response, _| flip(&mut response.contract_signature_encrypted_private_key.value)),
        ),
        ("digest of DHpublickey", response(|response, _| flip(&mut response.dh_public_key.value))),
        ("digest of eMAID", response(|response, _| response.emaid.value.replace_range(14.., "4"))),
        ("references", response(|response, _| response.emaid.id.replace_range(2.., "5"))),
        ("signature of the CPS", response(|_, signature| flip(&mut signature.signed_info.references[2].digest_value))),
        ("signature of the CPS", response(|_, signature| flip(&mut signature.signature_value))),
        ("chain of the CPS", response(|response, _| flip(&mut response.sa_provisioning_certificate_chain.certificate))),
    ];
    for (check, message) in cases {
        let run = verify(&message, &["--root", &root("v2groot"), &root("moroot"), AT[0], AT[1]]);
        assert_eq!(run.code, 1, "{check}");
        let failed = lines(&run, "FAILED");
        assert!(failed.iter().any(|line| line.starts_with(&format!("{check}: "))), "{check} in {}", run.stdout);
        assert!(run.stdout.lines().last().unwrap().starts_with("REFUSED: "), "{}", run.stdout);
    }
}

#[test]
fn machines_get_json() {
    let message = response(|response, _| flip(&mut response.dh_public_key.value));
    let run = verify(&message, &["--json", "--root", &root("v2groot"), &root("moroot"), AT[0], AT[1]]);
    assert_eq!(run.code, 1);
    let findings: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(findings["message"], "CertificateInstallationRes");
    assert_eq!(findings["at"], "2027-01-01T00:00:00Z");
    assert_eq!(findings["accepted"], false);
    let checks = findings["checks"].as_array().unwrap();
    assert!(checks.contains(&json!({ "check": "digest of eMAID", "result": "ok" })));
    assert!(
        checks.contains(
            &json!({ "check": "private key", "result": "notChecked", "reason": "only the car can unwrap it" })
        )
    );
    let failed = checks.iter().find(|check| check["check"] == "digest of DHpublickey").unwrap();
    assert_eq!(failed["result"], "failed");
    assert!(failed["reason"].as_str().unwrap().contains("DHpublickey"));
}

#[test]
fn requests_hold_as_far_as_the_chain_is_known() {
    let message = request(|_, _| ());
    let run = verify(&message, &["--root", &root("oemroot"), AT[0], AT[1]]);
    assert_eq!(run.code, 0, "{}", run.stdout);
    assert!(lines(&run, "ok").contains(&"digest of CertificateInstallationReq"));
    assert!(lines(&run, "ok").contains(&"signature of the car"));
    assert!(lines(&run, "not checked")[0].starts_with("chain of the car: "), "{}", run.stdout);

    let (root, sub_cas) = (root("oemroot"), [root("oemsub1"), root("oemsub2")]);
    let run = verify(&message, &["--root", &root, "--sub-ca", &sub_cas[0], &sub_cas[1], AT[0], AT[1]]);
    assert_eq!(run.code, 0, "{}", run.stdout);
    assert!(lines(&run, "ok").contains(&"chain of the car"), "{}", run.stdout);
    assert!(run.stdout.ends_with("\naccepted\n"), "{}", run.stdout);

    let expired = verify(&message, &["--root", &root, "--at", "2031-01-01"]);
    assert_eq!(expired.code, 1);
    assert!(lines(&expired, "FAILED")[0].starts_with("chain of the car: "), "{}", expired.stdout);
    let other =
        verify(&message, &["--root", &self::root("v2groot"), "--sub-ca", &sub_cas[0], &sub_cas[1], AT[0], AT[1]]);
    assert_eq!(other.code, 1);
}

#[test]
fn one_flipped_bit_of_a_request_is_refused_by_name() {
    let cases = [
        (
            "digest of CertificateInstallationReq",
            request(|request, _| request.list_of_root_certificate_ids[0].issuer_name.replace_range(3..4, "W")),
        ),
        (
            "digest of CertificateInstallationReq",
            request(|_, signature| flip(&mut signature.signed_info.references[0].digest_value)),
        ),
        ("signature of the car", request(|_, signature| flip(&mut signature.signature_value))),
        ("references", request(|request, _| request.id.replace_range(2.., "2"))),
    ];
    for (check, message) in cases {
        let run = verify(&message, &["--root", &root("oemroot"), AT[0], AT[1]]);
        assert_eq!(run.code, 1, "{check}");
        let failed = lines(&run, "FAILED");
        assert!(failed.len() == 1 && failed[0].starts_with(&format!("{check}: ")), "{check} in {}", run.stdout);
    }
}

#[test]
fn a_response_that_reports_a_failure_has_nothing_to_check() {
    let message = response(|response, _| response.response_code = ResponseCode::FailedContractCanceled);
    let run = verify(&message, &["--root", &root("v2groot")]);
    assert_eq!(run.code, 1);
    assert_eq!(lines(&run, "FAILED"), ["response: the response code is FAILED_ContractCanceled"]);
    assert_eq!(lines(&run, "not checked").len(), 1);
}

#[test]
fn update_requests_are_refused_with_the_reason() {
    let run = verify(&vector_exi("iso2_CertificateUpdateReq"), &["--root", &root("v2groot")]);
    assert_eq!((run.code, run.stdout.as_str()), (1, ""));
    assert!(run.stderr.contains("CertificateUpdateReq"), "{}", run.stderr);
}

#[test]
fn the_real_response_is_accepted_in_its_time_and_expired_today() {
    let Some(file) = real("hubject-qa/certificate-installation-res.iso2.exi") else { return };
    let Some(root) = real("hubject-qa/v2g-root-ca-qa-g1.pem") else { return };
    let message = std::fs::read(file).unwrap();
    let then = verify(&message, &["--root", &root, "--at", "2025-01-01T00:00:00Z"]);
    assert_eq!(then.code, 0, "{}", then.stdout);
    for check in RESPONSE_CHECKS {
        assert!(lines(&then, "ok").contains(&check), "{check} in {}", then.stdout);
    }

    let now = verify(&message, &["--root", &root, "--at", "2026-11-22"]);
    assert_eq!(now.code, 1, "{}", now.stdout);
    for check in RESPONSE_CHECKS {
        assert!(lines(&now, "ok").contains(&check), "{check} in {}", now.stdout);
    }
    let failed = lines(&now, "FAILED");
    assert_eq!(failed.len(), 1, "{}", now.stdout);
    assert!(failed[0].starts_with("chain of the contract: "), "{}", failed[0]);
    assert!(failed[0].contains("DEICECOPNCCERT") && failed[0].contains("2026-07-01T14:32:00Z"), "{}", failed[0]);
}

/// Any bit at all, not only chosen ones: what can still be decoded is refused, unless the bit is one of the session,
/// which nobody signs.
#[test]
fn no_flipped_bit_goes_unnoticed() {
    let message = vector_exi("iso2_CertificateInstallationRes");
    let original = opnc_exi::iso2::decode(&message).unwrap();
    let arguments = ["--root", &root("v2groot"), &root("moroot"), AT[0], AT[1]];
    for bit in (0..message.len() * 8).step_by(331) {
        let mut changed = message.clone();
        changed[bit / 8] ^= 0x80 >> (bit % 8);
        let run = verify(&changed, &arguments);
        let same_but_for_the_session = opnc_exi::iso2::decode(&changed).is_ok_and(|mut decoded| {
            decoded.header.session_id.clone_from(&original.header.session_id);
            decoded == original
        });
        assert_eq!(run.code == 0, same_but_for_the_session, "bit {bit}: {} {}", run.stdout, run.stderr);
    }
}
