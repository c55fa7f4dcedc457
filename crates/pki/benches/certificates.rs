//! What reading, validating and issuing certificates cost beside the bare cryptography.

#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "a benchmark stops at the first error; criterion's macro has no docs"
)]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use jiff::Timestamp;
use opnc_pki::Certificate;
use opnc_pki::chain::{self, Anchors, Purpose};
use opnc_pki::hierarchy::{Domain, Hierarchy, Leaf};
use opnc_pki::issue::Request;
use opnc_pki::key::{Algorithm, SoftwareKey};
use opnc_pki::profile::CONTRACT;
use rand::SeedableRng;
use rand::rngs::StdRng;

struct Pki {
    hierarchy: Hierarchy,
    leaf: Leaf,
    at: Timestamp,
    rng: StdRng,
}

fn pki() -> Pki {
    let at = "2026-01-01T00:00:00Z".parse().unwrap();
    let mut rng = StdRng::seed_from_u64(1);
    let hierarchy = Hierarchy::new(Domain::Emsp, "Example", at, &mut rng).unwrap();
    let leaf = hierarchy.leaf(&CONTRACT, "DEABCC123456789", at, &mut rng).unwrap();
    Pki { hierarchy, leaf, at, rng }
}

fn read(criterion: &mut Criterion) {
    let der = pki().leaf.certificate.der().to_vec();
    criterion.bench_function("read a certificate", |b| b.iter(|| Certificate::from_der(black_box(&der)).unwrap()));
}

/// A chain of four, after the first time and as if every time were the first.
fn validate(criterion: &mut Criterion) {
    let Pki { hierarchy, leaf, at, .. } = pki();
    let mut group = criterion.benchmark_group("validate a chain of four");
    let anchors = || Anchors::new(vec![hierarchy.root.certificate().clone()]);
    let verify = |anchors: &Anchors| {
        chain::verify(&leaf.certificate, black_box(&leaf.sub_cas), anchors, Purpose::Contract, at).unwrap()
    };
    let known = anchors();
    group.bench_function("CA path known", |b| b.iter(|| verify(&known)));
    group.bench_function("CA path new", |b| b.iter_with_setup(anchors, |anchors| verify(&anchors)));
    let issuer = hierarchy.sub_ca_2.certificate().public_key();
    group.bench_function("bare: one signature", |b| b.iter(|| leaf.certificate.verify_signature(issuer).unwrap()));
    group.finish();
}

fn issue(criterion: &mut Criterion) {
    let Pki { hierarchy, leaf, at, mut rng } = pki();
    let mut group = criterion.benchmark_group("issue a contract certificate");
    let request = Request {
        profile: &CONTRACT,
        subject: leaf.certificate.subject().clone(),
        public_key: leaf.key.public_key().clone(),
        validity: CONTRACT.validity_from(at),
    };
    group.bench_function("draft, lint, sign", |b| {
        b.iter(|| hierarchy.sub_ca_2.issue(black_box(request.clone()), &mut rng).unwrap());
    });
    group.bench_function("bare: one signature", |b| b.iter(|| leaf.key.sign_der(black_box(b"message")).unwrap()));
    group.bench_function("bare: one key", |b| b.iter(|| SoftwareKey::generate(Algorithm::Secp256r1).unwrap()));
    group.finish();
}

criterion_group!(benches, read, validate, issue);
criterion_main!(benches);
