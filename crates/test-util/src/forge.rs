//! Certificates that the issuing code refuses to make: edited and signed again.

use opnc_pki::Certificate;
use opnc_pki::key::Signer;

/// The DER of the certificate with the bytes behind the first `after` in its signed part overwritten by `with` (nothing
/// when both are empty), signed by `signer` as if it had always been so.
pub fn resigned(certificate: &Certificate, signer: &Signer, after: &[u8], with: &[u8]) -> Vec<u8> {
    let content = inner(certificate.der());
    let (signed, rest) = content.split_at(length(content));
    let (algorithm, _) = rest.split_at(length(rest));
    let mut signed = signed.to_vec();
    let at = match after {
        [] => 0,
        after => signed.windows(after.len()).position(|window| window == after).expect("the bytes") + after.len(),
    };
    signed[at..at + with.len()].copy_from_slice(with);
    let signature = signer.sign_der(&signed).expect("a signature");
    sequence(&[&signed, algorithm, &tlv(3, &[&[0], signature.as_slice()].concat())].concat())
}

/// The content of the element at the start.
fn inner(der: &[u8]) -> &[u8] {
    &der[header(der)..length(der)]
}

/// How many bytes the element at the start has, its header included.
fn length(der: &[u8]) -> usize {
    let content = match der[1] {
        0x81 => usize::from(der[2]),
        0x82 => usize::from(der[2]) << 8 | usize::from(der[3]),
        short => usize::from(short),
    };
    header(der) + content
}

fn header(der: &[u8]) -> usize {
    match der[1] {
        0x81 => 3,
        0x82 => 4,
        _ => 2,
    }
}

fn sequence(content: &[u8]) -> Vec<u8> {
    tlv(0x30, content)
}

fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).expect("a short element").to_be_bytes();
    let head = match length {
        [0, short @ 0..=0x7f] => vec![tag, short],
        [0, middle] => vec![tag, 0x81, middle],
        [high, low] => vec![tag, 0x82, high, low],
    };
    [head.as_slice(), content].concat()
}
