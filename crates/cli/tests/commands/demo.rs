//! `opnc demo`, and its keepsakes as other programs see them.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use crate::openssl;
use crate::run::{files_below, mode, run, run_with};

const KEEPSAKES: [&str; 15] = [
    "contract/chain.pem",
    "contract/installation-req.exi",
    "contract/installation-res.exi",
    "contract/key.pem",
    "iso20/installation-req.exi",
    "iso20/installation-res.exi",
    "iso20/v2g-root.pem",
    "iso20/vehicle-chain.pem",
    "iso20/vehicle-key.pem",
    "roots/emsp.pem",
    "roots/oem.pem",
    "roots/v2g.pem",
    "summary.json",
    "vehicle/chain.pem",
    "vehicle/key.pem",
];

#[test]
fn people_get_a_line_per_step() {
    let run = run("demo");
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
    let steps = run.stdout.lines().filter(|line| line.starts_with("  [ok] ")).count();
    assert!(steps >= 15, "{}", run.stdout);
    assert!(run.stdout.ends_with(&format!("\nEvery check held: {steps} steps.\n")), "{}", run.stdout);
    assert!(!run.stdout.contains("FAILED]"), "{}", run.stdout);
}

#[test]
fn machines_get_json_and_nothing_else() {
    let run = run("demo --json");
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
    let record: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(record["ok"], true);
    let steps = record["steps"].as_array().unwrap();
    assert!(steps.len() >= 15, "{} steps", steps.len());
    for step in steps {
        assert_eq!(step["ok"], true, "{step}");
        for part in ["actor", "does", "proved"] {
            assert!(step[part].as_str().is_some_and(|text| !text.is_empty()), "{part} of {step}");
        }
    }
    for (actor, does, proved) in [
        ("CPO B", "authorize", "Accepted: EMAID DECCC"),
        ("CPO E", "keeps a signed bundle", "with one byte changed it is refused"),
        ("CPO E", "goes offline", "by the file alone"),
        ("CPO E", "the same names and other keys", "refused: "),
        ("CPO B", "eMSP C has deleted", "ContractCancelled"),
        ("CPO E", "a month later", "no answer: the document ended"),
    ] {
        let told = steps.iter().any(|step| {
            let has = |part: &str, words: &str| step[part].as_str().unwrap().contains(words);
            step["actor"] == actor && has("does", does) && has("proved", proved)
        });
        assert!(told, "{actor} {does}: {proved} in {}", run.stdout);
    }
    for answer in ["403: ", "FAILED_SignatureError", "FAILED_NoCertificateAvailable", "FAILED_CertificateExpired"] {
        let told = steps.iter().any(|step| step["proved"].as_str().unwrap().contains(answer));
        assert!(told, "{answer} in {}", run.stdout);
    }
}

#[test]
fn the_keepsakes_are_what_they_are_named() {
    let directory = tempfile::tempdir().unwrap();
    let out = directory.path().join("a new one/out");
    let run = run_with(["demo", "--json", "--out", out.to_str().unwrap()], b"");
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
    assert_eq!(files_below(&out), BTreeSet::from(KEEPSAKES.map(str::to_owned)));
    for key in ["contract/key.pem", "vehicle/key.pem", "iso20/vehicle-key.pem"] {
        assert_eq!(mode(&out.join(key)), 0o600, "{key}");
    }
    opnc_accepts_the_messages(&out);
    the_summary_tells_of_them(&out, &serde_json::from_str(&run.stdout).unwrap());
    if !openssl::here("opnc demo --out") {
        return;
    }
    for (root, leaf) in [("emsp", "contract"), ("oem", "vehicle")] {
        openssl::verify(&out.join(format!("roots/{root}.pem")), &out.join(format!("{leaf}/chain.pem")));
        openssl::same_key(&out.join(format!("{leaf}/chain.pem")), &out.join(format!("{leaf}/key.pem")));
    }
}

fn opnc_accepts_the_messages(out: &Path) {
    let path = |name: &str| out.join(name).to_str().unwrap().to_owned();
    let roots = ["roots/v2g.pem", "roots/oem.pem", "roots/emsp.pem"].map(path);
    let verify = |message: &str, more: &[&str]| {
        let message = path(message);
        let arguments = ["exi", "verify", &message, "--json", "--root"].into_iter();
        let run = run_with(arguments.chain(roots.iter().map(String::as_str)).chain(more.iter().copied()), b"");
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
        let findings: Value = serde_json::from_str(&run.stdout).unwrap();
        let checks = findings["checks"].as_array().unwrap();
        let missing: Vec<_> =
            checks.iter().filter(|check| check["result"] != "ok").map(|check| &check["check"]).collect();
        (findings["message"].as_str().unwrap().to_owned(), format!("{missing:?}"))
    };
    let response = verify("contract/installation-res.exi", &[]);
    assert_eq!(response, ("CertificateInstallationRes".to_owned(), r#"[String("private key")]"#.to_owned()));
    let next = |message: &str, root: &str, more: &[&str]| {
        let (message, root) = (path(message), path(root));
        let arguments = ["exi", "verify", &message, "--root", &root].into_iter().chain(more.iter().copied());
        let run = run_with(arguments, b"");
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
        run.stdout
    };
    let leaf = run_with(["cert", "show", &path("iso20/vehicle-chain.pem")], b"").stdout;
    let pcid = leaf.split("CN=").nth(1).unwrap().split(',').next().unwrap().trim().to_owned();
    let key = path("iso20/vehicle-key.pem");
    let opened = next("iso20/installation-res.exi", "iso20/v2g-root.pem", &["--vehicle-key", &key, "--pcid", &pcid]);
    assert!(opened.contains("  ok           private key\n"), "{opened}");
    let decoded = run_with(["exi", "decode", &path("iso20/installation-req.exi")], b"").stdout;
    assert!(decoded.contains("\"MaximumContractCertificateChains\": 2"), "{decoded}");
    let request = verify("contract/installation-req.exi", &["--sub-ca", &path("vehicle/chain.pem")]);
    assert_eq!(request, ("CertificateInstallationReq".to_owned(), "[]".to_owned()));
}

fn the_summary_tells_of_them(out: &Path, record: &Value) {
    let summary: Value = serde_json::from_slice(&std::fs::read(out.join("summary.json")).unwrap()).unwrap();
    assert_eq!(summary["steps"], record["steps"]);
    let message = std::fs::read(out.join("contract/installation-res.exi")).unwrap();
    let message = opnc_exi::iso2::decode(&message).unwrap();
    let opnc_exi::iso2::Body::CertificateInstallationRes(response) = &message.body else { unreachable!() };
    assert_eq!(summary["emaid"], response.emaid.value.as_str());
    assert_eq!(summary["sessionId"].as_str().unwrap(), hex::encode_upper(&message.header.session_id));
    let shown = run_with(["cert", "show", out.join("vehicle/chain.pem").to_str().unwrap()], b"").stdout;
    let pcid = summary["pcid"].as_str().unwrap();
    assert!(shown.lines().any(|line| line.contains(&format!("CN={pcid}"))), "{pcid} in {shown}");
}

#[test]
fn keys_are_private_even_where_files_were_public() {
    let directory = tempfile::tempdir().unwrap();
    let key = directory.path().join("vehicle/key.pem");
    std::fs::create_dir(key.parent().unwrap()).unwrap();
    std::fs::write(&key, "public").unwrap();
    let other = directory.path().join("notes.txt");
    std::fs::write(&other, "mine").unwrap();
    let run = run_with(["demo", "--out", directory.path().to_str().unwrap()], b"");
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(mode(&key), 0o600);
    assert_eq!(std::fs::read_to_string(other).unwrap(), "mine");
}

#[test]
fn keepsakes_that_cannot_be_left_are_a_failure() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let out = file.path().join("out");
    let run = run_with(["demo", "--out", out.to_str().unwrap()], b"");
    assert_eq!(run.code, 1);
    assert!(run.stderr.starts_with("opnc: cannot write ") && run.stderr.lines().count() == 1, "{}", run.stderr);
}

/// The parties of the demonstration live on this machine: what stands between it and the rest of the world is not asked.
#[test]
fn a_proxy_in_the_environment_does_not_matter() {
    let nobody = "http://127.0.0.1:9";
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_opnc"));
    for name in ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
        command.env(name, nobody);
    }
    let output = command.args(["demo", "--json"]).env_remove("NO_PROXY").env_remove("no_proxy").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
