//! A certificate as a page of text.

use jiff::Timestamp;
use opnc_pki::certificate::Certificate;

use super::warnings::warnings;

/// One field per line, then the warnings.
pub(super) fn describe(certificate: &Certificate, now: Timestamp) -> String {
    let extensions = certificate.extensions();
    let mut page = format!("{}\n", title(certificate));
    let mut field = |name: &str, value: &str| {
        if !value.is_empty() {
            page += &format!("  {name:<17} {value}\n");
        }
    };
    field("Subject", &certificate.subject().to_string());
    field("Issuer", &certificate.issuer().to_string());
    field("Serial number", &colon_hex(certificate.serial()));
    field("Valid from", &certificate.not_before().to_string());
    field("Valid until", &format!("{} ({})", certificate.not_after(), validity(certificate, now)));
    field("Key", certificate.public_key().algorithm().as_str());
    field("Basic constraints", &constraints(certificate));
    field("Key usage", &certificate.key_usage().map(|usage| usage.to_string()).unwrap_or_default());
    let purposes: Vec<String> = certificate.extended_key_usage().iter().map(|oid| purpose(&oid.to_string())).collect();
    field("Extended usage", &purposes.join(", "));
    field("Key ID", &certificate.subject_key_id().map(colon_hex).unwrap_or_default());
    field("Issuer's key ID", &certificate.authority_key_id().map(colon_hex).unwrap_or_default());
    field("DNS name", &extensions.dns_names.join(", "));
    field("OCSP", &certificate.ocsp_urls().join(", "));
    field("Issuer at", &extensions.ca_issuers_urls.join(", "));
    field("CRL", &certificate.crl_urls().join(", "));
    field("Fingerprint", &format!("{} (SHA-256)", certificate.fingerprint()));
    field("Size", &format!("{} bytes of DER", certificate.der().len()));
    for warning in warnings(certificate, now) {
        field("Warning", &warning);
    }
    page
}

fn title(certificate: &Certificate) -> String {
    let name = certificate.common_name().map_or_else(|| certificate.subject().to_string(), str::to_owned);
    let kind = match (certificate.is_ca(), certificate.is_self_issued()) {
        (true, true) => "root CA",
        (true, false) => "sub CA",
        (false, _) => "leaf",
    };
    format!("{name} ({kind})")
}

fn constraints(certificate: &Certificate) -> String {
    match certificate.basic_constraints() {
        Some(constraints) if constraints.ca => match constraints.path_length {
            Some(length) => format!("CA, path length {length}"),
            None => "CA, any path length".to_owned(),
        },
        Some(_) => "no CA".to_owned(),
        None => String::new(),
    }
}

fn validity(certificate: &Certificate, now: Timestamp) -> String {
    let days = |from: Timestamp, to: Timestamp| (to.as_second() - from.as_second()) / 86_400;
    if now < certificate.not_before() {
        format!("begins in {} days", days(now, certificate.not_before()))
    } else if certificate.is_valid_at(now) {
        format!("{} days left", days(now, certificate.not_after()))
    } else {
        format!("expired {} days ago", days(certificate.not_after(), now))
    }
}

/// The names of the purposes that occur in the field (RFC 5280, 4.2.1.12).
fn purpose(oid: &str) -> String {
    match oid {
        "1.3.6.1.5.5.7.3.1" => "serverAuth",
        "1.3.6.1.5.5.7.3.2" => "clientAuth",
        "1.3.6.1.5.5.7.3.9" => "OCSPSigning",
        other => other,
    }
    .to_owned()
}

/// Octets as key identifiers and serial numbers are usually written.
fn colon_hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02X}")).collect::<Vec<_>>().join(":")
}
