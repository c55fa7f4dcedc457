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

use aws_lc_rs::agreement::{self, ECDH_P256, ECDH_P521, PrivateKey, UnparsedPublicKey};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P521_SHA512_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm,
};
use jiff::Timestamp;
use opnc_messages::ids::Emaid;
use opnc_pki::contract::{iso2, iso20};
use opnc_pki::hierarchy::{Domain, Hierarchy, Leaf};
use opnc_pki::key::{Algorithm, PublicKey, Signer};
use opnc_pki::profile::{CONTRACT, CPS, PROVISIONING};
use rand::SeedableRng;
use rand::rngs::StdRng;

const IN_A_ROUND: u32 = 20;
const EMAID: &str = "DEABCC123456789";

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
    fn new(algorithm: Algorithm) -> Self {
        let mut rng = StdRng::seed_from_u64(1);
        let at = "2026-01-01T00:00:00Z".parse().unwrap();
        let v2g = Hierarchy::new_in(Domain::Cpo, "Roots", algorithm, at, &mut rng).unwrap();
        let cps = Hierarchy::below(v2g.root, Domain::Cps, "Signer", at, &mut rng).unwrap();
        let cps = cps.leaf(&CPS, "Signer 1", at, &mut rng).unwrap();
        let oem = Hierarchy::new_in(Domain::Oem, "Cars", algorithm, at, &mut rng).unwrap();
        let car = oem.leaf(&PROVISIONING, "WAUTESTCAR0000001", at, &mut rng).unwrap();
        let emsp = Hierarchy::new_in(Domain::Emsp, "Power", algorithm, at, &mut rng).unwrap();
        Self { emsp, cps_chain: cps.chain(), cps: Signer::from(cps.key), car, at, rng }
    }

    fn contract(&mut self) -> Leaf {
        self.emsp.leaf(&CONTRACT, EMAID, self.at, &mut self.rng).unwrap()
    }

    fn of_iso2(&mut self) {
        let contract = self.contract();
        let key = iso2::wrap(&contract.key, self.car.certificate.public_key(), &mut self.rng).unwrap();
        let data = iso2::ContractData { chain: contract.chain(), key, emaid: Emaid::parse(EMAID).unwrap() };
        black_box(iso2::sign(&data, &self.cps_chain, &self.cps).unwrap());
    }

    fn of_iso20(&mut self) {
        let contract = self.contract();
        let (certificate, car) = (&contract.certificate, &self.car.certificate);
        let key = iso20::wrap(&contract.key, certificate, car, iso20::KeyIdForm::default(), &mut self.rng).unwrap();
        let data = iso20::ContractData { chain: contract.chain(), key };
        black_box(iso20::sign(&data, &self.cps_chain, &self.cps).unwrap());
    }
}

/// The operations of the cryptographic library that one contract needs, with nothing around them.
struct Bare {
    signing: &'static EcdsaSigningAlgorithm,
    agreement: &'static agreement::Algorithm,
    signer: EcdsaKeyPair,
    peer: PublicKey,
    /// Bytes of what is signed: the contract certificate and the fragment of SignedInfo.
    signed: [Vec<u8>; 2],
}

impl Bare {
    fn new(
        signing: &'static EcdsaSigningAlgorithm,
        agreement: &'static agreement::Algorithm,
        peer: &PublicKey,
        lengths: [usize; 2],
    ) -> Self {
        let signer = EcdsaKeyPair::generate(signing).unwrap();
        Self { signing, agreement, signer, peer: peer.clone(), signed: lengths.map(|length| vec![1; length]) }
    }

    fn run(&self) {
        let random = SystemRandom::new();
        black_box(EcdsaKeyPair::generate(self.signing).unwrap());
        let ephemeral = PrivateKey::generate(self.agreement).unwrap();
        black_box(ephemeral.compute_public_key().unwrap());
        let peer = UnparsedPublicKey::new(self.agreement, self.peer.point());
        black_box(agreement::agree(&ephemeral, peer, (), |secret| Ok(secret.to_vec())).unwrap());
        for signed in &self.signed {
            black_box(self.signer.sign(&random, black_box(signed)).unwrap());
        }
    }
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

fn compare(name: &str, rounds: usize, mut whole: impl FnMut(), bare: &Bare) {
    let (mut wholes, mut bares) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        wholes.push(timed(&mut whole));
        bares.push(timed(|| bare.run()));
    }
    let (whole, bare) = (median(wholes), median(bares));
    let rate = |time: Duration| 1.0 / time.as_secs_f64();
    println!("{name}: contract data, EMAID to signed message: {whole:?} ({:.0}/s)", rate(whole));
    println!("{name}: bare cryptography in it:                {bare:?} ({:.0}/s)", rate(bare));
    println!("{name}: ratio: {:.1} %", 100.0 * bare.as_secs_f64() / whole.as_secs_f64());
}

fn main() {
    let mut world = World::new(Algorithm::Secp256r1);
    let peer = world.car.certificate.public_key().clone();
    let bare = Bare::new(&ECDSA_P256_SHA256_FIXED_SIGNING, &ECDH_P256, &peer, [400, 559]);
    compare("ISO 15118-2", 200, || world.of_iso2(), &bare);

    let mut world = World::new(Algorithm::Secp521r1);
    let peer = world.car.certificate.public_key().clone();
    let bare = Bare::new(&ECDSA_P521_SHA512_FIXED_SIGNING, &ECDH_P521, &peer, [450, 300]);
    compare("ISO 15118-20", 50, || world.of_iso20(), &bare);
}
