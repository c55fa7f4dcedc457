//! `opnc exi decode`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::run::{real, run, run_with, vector, vector_exi};

fn decoded(run: &crate::run::Run) -> Value {
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    serde_json::from_str(&run.stdout).unwrap()
}

#[test]
fn the_json_is_that_of_the_other_codec() {
    for name in [
        "iso2_CertificateInstallationReq",
        "iso2_CertificateInstallationRes",
        "iso2_CertificateUpdateReq",
        "iso2_CertificateUpdateRes",
    ] {
        let theirs = std::fs::read_to_string(vector(&format!("{name}.json"))).unwrap();
        let ours = decoded(&run(&format!("exi decode {}", vector(&format!("{name}.exi.hex")))));
        assert_eq!(ours, serde_json::from_str::<Value>(&theirs).unwrap(), "{name}");
    }
}

#[test]
fn a_message_may_be_exi_or_hex_or_base64() {
    let exi = vector_exi("iso2_CertificateInstallationReq");
    let expected = decoded(&run_with(["exi", "decode", "-"], &exi));
    for text in [hex::encode(&exi), hex::encode_upper(&exi) + "\n", STANDARD.encode(&exi)] {
        assert_eq!(decoded(&run_with(["exi", "decode", "-"], text.as_bytes())), expected);
    }
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(&file, &exi).unwrap();
    assert_eq!(decoded(&run_with(["exi", "decode", file.path().to_str().unwrap()], b"")), expected);
}

#[test]
fn elements_keep_the_order_of_the_schema() {
    let json = run(&format!("exi decode {}", vector("iso2_CertificateInstallationRes.exi.hex"))).stdout;
    let names = ["SessionID", "SignedInfo", "SignatureValue", "ResponseCode", "SAProvisioning", "eMAID"];
    let places: Vec<usize> = names.iter().map(|name| json.find(name).unwrap()).collect();
    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn a_notification_from_the_field() {
    let Some(file) = real("gireve/failed-certificate-revoked.iso2.exi") else { return };
    let message = decoded(&run_with(["exi", "decode", &file], b""));
    assert_eq!(message["V2G_Message"]["Header"]["Notification"]["FaultCode"], "UnknownError");
    assert_eq!(
        message["V2G_Message"]["Body"]["CertificateInstallationRes"]["ResponseCode"],
        "FAILED_CertificateRevoked"
    );
}

#[test]
fn a_signed_response_from_the_field() {
    let Some(file) = real("hubject-qa/certificate-installation-res.iso2.exi") else { return };
    let message = decoded(&run_with(["exi", "decode", &file], b""));
    assert_eq!(message["V2G_Message"]["Header"]["SessionID"], "00");
    let response = &message["V2G_Message"]["Body"]["CertificateInstallationRes"];
    assert_eq!(response["eMAID"], json!({ "Id": "ID4", "value": "DEICECOPNCCERT" }));
}

#[test]
fn what_is_no_message_is_refused_with_reason_and_bit() {
    let exi = vector_exi("iso2_CertificateInstallationReq");
    let cases: [(&[u8], &str); 5] = [
        (&exi[..100], "bit 398 (byte 49): the input ends inside the message"),
        (&[0x81, 0, 0], "bit 0 (byte 0): the EXI header is 0x81"),
        (&[0x80, 0x00], "bit 8 (byte 1): the root element has event code 0"),
        (b"{\"certificateInstallationRes\": \"gJgC\"}", "neither EXI nor the hex or base64 text of it"),
        (b"", "bit 0 (byte 0): the input ends inside the message"),
    ];
    for (input, reason) in cases {
        let run = run_with(["exi", "decode", "-"], input);
        assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{reason}");
        assert!(run.stderr.starts_with("opnc: the standard input: ") && run.stderr.contains(reason), "{}", run.stderr);
    }
    let run = run("exi decode /no/such/file");
    assert_eq!(run.code, 1);
    assert!(run.stderr.starts_with("opnc: cannot read /no/such/file: "), "{}", run.stderr);
}
