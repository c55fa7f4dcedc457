//! Decoding and encoding of signed `CertificateInstallationRes` of both generations, beside the crate `iso15118` in one run.
//!
//! The other crate encodes into a buffer that it is given; ours allocates its result. Run it with
//! `cargo bench -p opnc-exi --bench exi`.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use iso15118::exi::ExiDocument;
use opnc_exi::xmldsig::signed_info_fragment;
use opnc_exi::{EncodeError, Error, iso2, iso20};

const ISO2_HEX: &str = include_str!("../tests/vectors/iso2_CertificateInstallationRes.exi.hex");
const ISO20_HEX: &str = include_str!("../tests/vectors/iso20_CertificateInstallationRes.exi.hex");

#[allow(clippy::expect_used, reason = "a benchmark of a message that does not decode has no meaning")]
fn bytes(text: &str) -> Vec<u8> {
    hex::decode(text.trim()).expect("hex")
}

fn messages(criterion: &mut Criterion) {
    of_generation::<_, iso15118::iso2::Document>(criterion, "iso2", &bytes(ISO2_HEX), iso2::decode, iso2::encode);
    let bytes = bytes(ISO20_HEX);
    of_generation::<_, iso15118::iso20::messages::Document>(criterion, "iso20", &bytes, iso20::decode, iso20::encode);
}

#[allow(clippy::expect_used, reason = "a benchmark of a message that does not decode has no meaning")]
fn of_generation<Message, Theirs: ExiDocument>(
    criterion: &mut Criterion,
    name: &str,
    bytes: &[u8],
    decode: fn(&[u8]) -> Result<Message, Error>,
    encode: fn(&Message) -> Result<Vec<u8>, EncodeError>,
) {
    let ours = decode(bytes).expect("a valid message");
    let theirs = Theirs::from_bytes(bytes).expect("a valid message");
    let mut buffer = vec![0; 8192];
    assert_eq!(theirs.to_slice(&mut buffer).ok(), Some(bytes.len()));
    assert_eq!(buffer.get(..bytes.len()), encode(&ours).ok().as_deref());

    let mut group = criterion.benchmark_group(format!("{name} decode"));
    group.throughput(Throughput::Bytes(bytes.len() as u64));
    group.bench_function("opnc-exi", |bencher| bencher.iter(|| decode(black_box(bytes))));
    group.bench_function("iso15118", |bencher| bencher.iter(|| Theirs::from_bytes(black_box(bytes))));
    group.finish();

    let mut group = criterion.benchmark_group(format!("{name} encode"));
    group.throughput(Throughput::Bytes(bytes.len() as u64));
    group.bench_function("opnc-exi", |bencher| bencher.iter(|| encode(black_box(&ours))));
    group.bench_function("iso15118", |bencher| bencher.iter(|| black_box(&theirs).to_slice(black_box(&mut buffer))));
    group.finish();
}

/// All that a verifier of a response encodes again: the signed elements and the SignedInfo.
#[allow(clippy::panic, clippy::expect_used, reason = "a benchmark of another message has no meaning")]
fn fragments(criterion: &mut Criterion) {
    let message = iso2::decode(&bytes(ISO2_HEX)).expect("a valid message");
    let signature = message.header.signature.expect("a signed message");
    let iso2::Body::CertificateInstallationRes(response) = message.body else { panic!("another message") };
    criterion.bench_function("iso2 fragments of a response", |bencher| {
        bencher.iter(|| {
            use iso2::fragment;
            let response = black_box(&response);
            (
                fragment::contract_signature_cert_chain(&response.contract_signature_cert_chain),
                fragment::contract_signature_encrypted_private_key(&response.contract_signature_encrypted_private_key),
                fragment::dh_public_key(&response.dh_public_key),
                fragment::emaid(&response.emaid),
                signed_info_fragment(black_box(&signature.signed_info)),
            )
        });
    });

    let message = iso20::decode(&bytes(ISO20_HEX)).expect("a valid message");
    let signature = message.header.signature.expect("a signed message");
    let iso20::Body::CertificateInstallationRes(response) = message.body else { panic!("another message") };
    criterion.bench_function("iso20 fragments of a response", |bencher| {
        bencher.iter(|| {
            (
                iso20::fragment::signed_installation_data(black_box(&response.signed_installation_data)),
                signed_info_fragment(black_box(&signature.signed_info)),
            )
        });
    });
}

criterion_group!(benches, messages, fragments);
criterion_main!(benches);
