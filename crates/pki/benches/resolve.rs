//! What it costs to find the anchor of a leaf among 500 roots, beside the one signature that has to be verified.

#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "a benchmark stops at the first error; criterion's macro has no docs"
)]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use jiff::Timestamp;
use opnc_pki::Certificate;
use opnc_pki::chain::{Anchors, Known, Purpose, Work};
use opnc_pki::hierarchy::{Domain, Hierarchy, Leaf};
use opnc_pki::issue::Authority;
use opnc_pki::key::{Algorithm, SoftwareKey};
use opnc_pki::profile::{CONTRACT, EMSP_ROOT};
use opnc_pki::resolve::{Pool, Question, resolve};
use rand::SeedableRng;
use rand::rngs::StdRng;

const ROOTS: usize = 500;

struct Setting {
    leaf: Leaf,
    issuer: Certificate,
    stranger: Leaf,
    anchors: Anchors,
    known: Known,
    at: Timestamp,
}

fn setting() -> Setting {
    let at = "2026-01-01T00:00:00Z".parse().unwrap();
    let mut rng = StdRng::seed_from_u64(1);
    let own = Hierarchy::new(Domain::Emsp, "Example", at, &mut rng).unwrap();
    let stranger = Hierarchy::new(Domain::Emsp, "Stranger", at, &mut rng).unwrap();
    let mut roots = vec![own.root.certificate().clone()];
    for index in 1..ROOTS {
        let subject = EMSP_ROOT.subject(&format!("Root {index}"), "Example", None).unwrap();
        let key = SoftwareKey::generate(Algorithm::Secp256r1).unwrap();
        let root = Authority::root(&EMSP_ROOT, subject, EMSP_ROOT.validity_from(at), key.into(), &mut rng).unwrap();
        roots.push(root.certificate().clone());
    }
    let leaf = own.leaf(&CONTRACT, "DEABCC123456789", at, &mut rng).unwrap();
    let stranger = stranger.leaf(&CONTRACT, "DEABCC123456780", at, &mut rng).unwrap();
    let issuer = own.sub_ca_2.certificate().clone();
    Setting { leaf, issuer, stranger, anchors: Anchors::new(roots), known: Known::new(own.sub_cas()), at }
}

fn benches(criterion: &mut Criterion) {
    let Setting { leaf, issuer, stranger, anchors, known, at } = setting();
    let pool = Pool { anchors: &anchors, known: &known, barred: &[] };
    let ask = |certificates: &[Certificate]| {
        resolve(&Question { certificates, purpose: Purpose::Contract, at }, &pool, &mut Work::default())
    };
    let mut group = criterion.benchmark_group("resolve among 500 roots");
    let key = issuer.public_key();
    group.bench_function("bare: one signature", |b| b.iter(|| leaf.certificate.verify_signature(key).unwrap()));
    group.bench_function("leaf and sub CAs", |b| {
        let chain: Vec<_> = leaf.chain().into_iter().collect();
        b.iter(|| ask(black_box(&chain)).unwrap());
    });
    group.bench_function("leaf alone, sub CAs at hand", |b| {
        b.iter(|| ask(black_box(std::slice::from_ref(&leaf.certificate))).unwrap());
    });
    let der = leaf.certificate.der().to_vec();
    group.bench_function("leaf alone, read from DER", |b| {
        b.iter(|| ask(&[Certificate::from_der(black_box(&der)).unwrap()]).unwrap());
    });
    group.bench_function("unknown issuer, leaf alone", |b| {
        b.iter(|| ask(black_box(std::slice::from_ref(&stranger.certificate))).unwrap_err());
    });
    group.bench_function("unknown root, leaf and sub CAs", |b| {
        let chain: Vec<_> = stranger.chain().into_iter().collect();
        b.iter(|| ask(black_box(&chain)).unwrap_err());
    });
    group.finish();
}

criterion_group!(all, benches);
criterion_main!(all);
