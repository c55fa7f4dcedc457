//! The same verdicts as `openssl verify` on chains with random faults.
//!
//! Known differences, each with its reason:
//! - openssl follows one issuer per certificate and does not come back from it; we try the others. A chain with namesakes
//!   may therefore hold for us alone ([`Case::has_alternatives`]).
//! - openssl knows CAs without basic constraints, signatures of other algorithms, and leaves of any usage: ours are the
//!   rules of ISO 15118 ([`Case::breaks_a_rule_of_ours`]).

use std::path::Path;
use std::process::Command;

use rand::rngs::StdRng;
use rand::seq::{IndexedRandom, SliceRandom};
use rand::{RngExt, SeedableRng};

use super::super::*;
use super::forge::Forged;
use super::{now, time};
use crate::certificate::KeyUsage;

const CASES: u64 = 400;

/// What is done to a good chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    Expired,
    NotYetValid,
    NoKeyCertSign,
    NoKeyUsage,
    NotACa,
    NoBasicConstraints,
    PathLengthZero,
    PathLengthOne,
    UnknownCritical,
    OtherSigner,
    OtherAlgorithm,
    Unidentified,
    Missing,
    RootGiven,
    CrossCertificate,
    NamesakeRoot,
    NamesakeSubCa,
    ForeignPool,
}

const FAULTS: [Fault; 18] = [
    Fault::Expired,
    Fault::NotYetValid,
    Fault::NoKeyCertSign,
    Fault::NoKeyUsage,
    Fault::NotACa,
    Fault::NoBasicConstraints,
    Fault::PathLengthZero,
    Fault::PathLengthOne,
    Fault::UnknownCritical,
    Fault::OtherSigner,
    Fault::OtherAlgorithm,
    Fault::Unidentified,
    Fault::Missing,
    Fault::RootGiven,
    Fault::CrossCertificate,
    Fault::NamesakeRoot,
    Fault::NamesakeSubCa,
    Fault::ForeignPool,
];

struct Case {
    faults: Vec<(Fault, usize)>,
    leaf: Certificate,
    above: Vec<Certificate>,
    roots: Vec<Certificate>,
}

impl Case {
    /// A chain of two to four certificates with up to three faults, each at a random member (0 is the root).
    fn new(rng: &mut StdRng) -> Self {
        let sub_cas = rng.random_range(0..=2usize);
        let mut members = vec![Forged::ca("Root", None)];
        for level in 1..=sub_cas {
            let length = u8::try_from(sub_cas - level).unwrap();
            members.push(Forged::ca(&format!("Sub {level}"), Some(length)));
        }
        members.push(Forged::leaf("WAUTESTCAR0000001"));
        let faults: Vec<_> = (0..rng.random_range(0..=3))
            .map(|_| (*FAULTS.choose(rng).unwrap(), rng.random_range(0..members.len())))
            .collect();
        for (fault, index) in &faults {
            change(&mut members[*index], *fault);
        }
        let other = Forged::ca("Other root", None);
        let certificate = |index: usize| {
            let issuer = &members[index.saturating_sub(1)];
            let forged = faults.contains(&(Fault::OtherSigner, index)) && index > 0;
            members[index].signed_by(issuer, if forged { &other.key } else { &issuer.key })
        };
        let leaf = certificate(members.len() - 1);
        let mut above: Vec<_> = (1..members.len() - 1).map(certificate).collect();
        let mut roots = vec![certificate(0)];
        for (fault, index) in &faults {
            match fault {
                Fault::Missing if !above.is_empty() => drop(above.remove(index % above.len())),
                Fault::RootGiven => above.push(certificate(0)),
                Fault::CrossCertificate => {
                    above.push(members[0].by(&other));
                    roots.push(other.self_signed());
                }
                Fault::NamesakeRoot => roots.push(namesake(&members[0]).self_signed()),
                Fault::NamesakeSubCa => above.push(namesake(&members[sub_cas.min(1)]).by(&other)),
                Fault::ForeignPool => roots = vec![other.self_signed()],
                _ => {}
            }
        }
        above.shuffle(rng);
        roots.shuffle(rng);
        Self { faults, leaf, above, roots }
    }

    fn has(&self, fault: Fault) -> bool {
        self.faults.iter().any(|(made, _)| *made == fault)
    }

    fn has_alternatives(&self) -> bool {
        self.has(Fault::CrossCertificate) || self.has(Fault::NamesakeRoot) || self.has(Fault::NamesakeSubCa)
    }

    fn breaks_a_rule_of_ours(&self) -> bool {
        self.has(Fault::NoBasicConstraints)
            || self.has(Fault::OtherAlgorithm)
            || self.has(Fault::NoKeyUsage)
            || self.has(Fault::NoKeyCertSign)
    }

    fn ours(&self) -> Result<ValidPath, ChainError> {
        let anchors = Anchors::new(self.roots.clone());
        verify(&self.leaf, &self.above, &anchors, Purpose::Provisioning, now())
    }

    fn theirs(&self, folder: &Path) -> (bool, String) {
        let write = |name: &str, certificates: &[Certificate]| {
            let path = folder.join(name);
            std::fs::write(&path, certificates.iter().map(Certificate::to_pem).collect::<String>()).unwrap();
            path
        };
        let mut command = Command::new("openssl");
        command.args(["verify", "-attime", &now().as_second().to_string(), "-no-CApath", "-no-CAstore", "-CAfile"]);
        command.arg(write("roots.pem", &self.roots));
        if !self.above.is_empty() {
            command.arg("-untrusted").arg(write("above.pem", &self.above));
        }
        let output = command.arg(write("leaf.pem", std::slice::from_ref(&self.leaf))).output().unwrap();
        (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

fn namesake(member: &Forged) -> Forged {
    Forged { key: Forged::ca("x", None).key, serial: 2, ..member.clone() }
}

fn change(member: &mut Forged, fault: Fault) {
    match fault {
        Fault::Expired => member.until = time("2025-06-01T00:00:00Z"),
        Fault::NotYetValid => member.from = time("2027-01-01T00:00:00Z"),
        Fault::NoKeyCertSign => member.usage = Some(KeyUsage::DIGITAL_SIGNATURE),
        Fault::NoKeyUsage => member.usage = None,
        Fault::NotACa => member.ca = Some(false),
        Fault::NoBasicConstraints => (member.ca, member.path_length) = (None, None),
        Fault::PathLengthZero if member.ca == Some(true) => member.path_length = Some(0),
        Fault::PathLengthOne if member.ca == Some(true) => member.path_length = Some(1),
        Fault::UnknownCritical => member.unknown_critical = true,
        Fault::OtherAlgorithm => member.sha384 = true,
        Fault::Unidentified => member.identified = false,
        _ => {}
    }
}

#[test]
fn openssl_gives_the_same_verdict() {
    let folder = tempfile::tempdir().unwrap();
    let (mut good, mut explained) = (0, 0);
    for seed in 0..CASES {
        let case = Case::new(&mut StdRng::seed_from_u64(seed));
        let ours = case.ours();
        let (theirs, text) = case.theirs(folder.path());
        if ours.is_ok() == theirs {
            good += u32::from(theirs);
            continue;
        }
        let known = if theirs { case.breaks_a_rule_of_ours() } else { case.has_alternatives() };
        assert!(known, "seed {seed}, {:?}: ours {ours:?}, theirs {theirs} {text}", case.faults);
        explained += 1;
    }
    println!("{CASES} chains, {good} good, {explained} known differences");
    assert!(good > 80, "too few good chains to mean anything: {good}");
    assert!(explained < 60, "too many differences to be the known ones: {explained}");
}
