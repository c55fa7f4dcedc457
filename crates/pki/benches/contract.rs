//! Contract data from the EMAID to the signed message, beside the bare cryptography in it.
//!
//! Whole: contract key, contract certificate (draft, lints, signature), wrapped key (ephemeral key, agreement, encryption),
//! four digests and the signature of the CPS. Bare: two key generations (of both halves), one agreement and two signatures of the same
//! library on messages of the same lengths. Both in turns in one process, so that the ratio holds on a busy machine too.
//! Run it with `cargo bench -p opnc-pki --bench contract`.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark measures time and prints it; what fails in it has no figure"
)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use aws_lc_rs::agreement::{self, ECDH_P256, PrivateKey, UnparsedPublicKey};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use jiff::Timestamp;
use opnc_exi::iso2::Message;
use opnc_messages::ids::Emaid;
use opnc_pki::contract::iso2::{ContractData, sign, wrap};
use opnc_pki::hierarchy::{Domain, Hierarchy, Leaf};
use opnc_pki::key::{PublicKey, Signer};
use opnc_pki::profile::{CONTRACT, CPS, PROVISIONING};
use rand::SeedableRng;
use rand::rngs::StdRng;

const ROUNDS: usize = 200;
const IN_A_ROUND: u32 = 20;

/// The parties, made before the clock runs.
struct World {
    emsp: Hierarchy,
    cps_chain: Vec<opnc_pki::Certificate>,
    cps: Signer,
    car: Leaf,
    at: Timestamp,
    rng: StdRng,
}

impl World {
    fn new() -> Self {
        let mut rng = StdRng::seed_from_u64(1);
        let at = "2026-01-01T00:00:00Z".parse().unwrap();
        let v2g = Hierarchy::new(Domain::Cpo, "Roots", at, &mut rng).unwrap();
        let cps = Hierarchy::below(v2g.root, Domain::Cps, "Signer", at, &mut rng).unwrap();
        let cps = cps.leaf(&CPS, "Signer 1", at, &mut rng).unwrap();
        let oem = Hierarchy::new(Domain::Oem, "Cars", at, &mut rng).unwrap();
        let car = oem.leaf(&PROVISIONING, "WAUTESTCAR0000001", at, &mut rng).unwrap();
        let emsp = Hierarchy::new(Domain::Emsp, "Power", at, &mut rng).unwrap();
        Self { emsp, cps_chain: cps.chain(), cps: Signer::from(cps.key), car, at, rng }
    }

    fn whole(&mut self, emaid: &str) -> Message {
        let emaid = Emaid::parse(emaid).unwrap();
        let contract = self.emsp.leaf(&CONTRACT, &emaid.wire(), self.at, &mut self.rng).unwrap();
        let key = wrap(&contract.key, self.car.certificate.public_key(), &mut self.rng).unwrap();
        let data = ContractData { chain: contract.chain(), key, emaid };
        sign(&data, &self.cps_chain, &self.cps).unwrap()
    }
}

/// The same number of the same operations of the cryptographic library, with nothing around them.
fn bare(peer: &PublicKey, signer: &EcdsaKeyPair, random: &SystemRandom) {
    // What is signed: the contract certificate and the fragment of SignedInfo.
    let (certificate, signed_info) = ([1_u8; 400], [2_u8; 559]);
    black_box(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap());
    black_box(signer.sign(random, black_box(&certificate)).unwrap());
    let ephemeral = PrivateKey::generate(&ECDH_P256).unwrap();
    black_box(ephemeral.compute_public_key().unwrap());
    let peer = UnparsedPublicKey::new(&ECDH_P256, peer.point());
    black_box(agreement::agree(&ephemeral, peer, (), |secret| Ok(secret.to_vec())).unwrap());
    black_box(signer.sign(random, black_box(&signed_info)).unwrap());
}

fn timed(mut work: impl FnMut()) -> Duration {
    let begin = Instant::now();
    (0..IN_A_ROUND).for_each(|_| work());
    begin.elapsed() / IN_A_ROUND
}

fn median(mut samples: Vec<Duration>) -> Duration {
    samples.sort_unstable();
    samples.get(samples.len() / 2).copied().unwrap_or_default()
}

fn main() {
    let mut world = World::new();
    let signer = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let (peer, random) = (world.car.certificate.public_key().clone(), SystemRandom::new());
    let (mut wholes, mut bares) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        wholes.push(timed(|| drop(black_box(world.whole("DEABCC123456789")))));
        bares.push(timed(|| bare(&peer, &signer, &random)));
    }
    let (whole, bare) = (median(wholes), median(bares));
    let rate = |time: Duration| 1.0 / time.as_secs_f64();
    println!("contract data, EMAID to signed message: {whole:?} ({:.0}/s)", rate(whole));
    println!("bare cryptography in it:                {bare:?} ({:.0}/s)", rate(bare));
    println!("ratio: {:.1} %", 100.0 * bare.as_secs_f64() / whole.as_secs_f64());
}
