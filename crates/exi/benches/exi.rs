//! Decoding and encoding of a signed `CertificateInstallationRes` of 4,119 bytes, beside the crate `iso15118` in one run.
//!
//! The other crate encodes into a buffer that it is given; ours allocates its result. Run it with
//! `cargo bench -p opnc-exi --bench exi`.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use iso15118::exi::ExiDocument;
use iso15118::iso2::Document;
use opnc_exi::iso2::{Body, decode, encode, fragment};
use opnc_exi::xmldsig::signed_info_fragment;

const HEX: &str = include_str!("../tests/vectors/iso2_CertificateInstallationRes.exi.hex");

#[allow(clippy::expect_used, reason = "a benchmark of a message that does not decode has no meaning")]
fn messages(criterion: &mut Criterion) {
    let bytes = hex::decode(HEX.trim()).expect("hex");
    let ours = decode(&bytes).expect("a valid message");
    let theirs = Document::from_bytes(&bytes).expect("a valid message");
    let mut buffer = vec![0; 8192];
    assert_eq!(theirs.to_slice(&mut buffer), Ok(bytes.len()));
    assert_eq!(buffer.get(..bytes.len()), encode(&ours).ok().as_deref());

    let mut group = criterion.benchmark_group("decode");
    group.throughput(Throughput::Bytes(bytes.len() as u64));
    group.bench_function("opnc-exi", |bencher| bencher.iter(|| decode(black_box(&bytes))));
    group.bench_function("iso15118", |bencher| bencher.iter(|| Document::from_bytes(black_box(&bytes))));
    group.finish();

    let mut group = criterion.benchmark_group("encode");
    group.throughput(Throughput::Bytes(bytes.len() as u64));
    group.bench_function("opnc-exi", |bencher| bencher.iter(|| encode(black_box(&ours))));
    group.bench_function("iso15118", |bencher| bencher.iter(|| black_box(&theirs).to_slice(black_box(&mut buffer))));
    group.finish();
}

/// All that a verifier of a response encodes again: four fragments and the SignedInfo.
#[allow(clippy::panic, clippy::expect_used, reason = "a benchmark of another message has no meaning")]
fn fragments(criterion: &mut Criterion) {
    let bytes = hex::decode(HEX.trim()).expect("hex");
    let message = decode(&bytes).expect("a valid message");
    let signature = message.header.signature.expect("a signed message");
    let Body::CertificateInstallationRes(response) = message.body else { panic!("another message") };
    criterion.bench_function("fragments of a response", |bencher| {
        bencher.iter(|| {
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
}

criterion_group!(benches, messages, fragments);
criterion_main!(benches);
