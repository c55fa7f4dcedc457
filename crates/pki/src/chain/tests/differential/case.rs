//! Hierarchies with faults, and the verdicts on them.

use std::path::Path;
use std::process::Command;

use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::{IndexedRandom, SliceRandom};

use super::super::super::*;
use super::super::forge::{Forged, KeyId, Spelling};
use super::super::{now, time};
use crate::certificate::KeyUsage;
use crate::resolve::{Pool, Question, ResolveError, Resolved, resolve};

/// What is done to a good chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
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
    /// Without key identifiers, in it and below it.
    Unidentified,
    Missing,
    RootGiven,
    /// A cross-certificate for the root, and its issuer trusted too.
    CrossCertificate,
    /// An expired cross-certificate beside a valid one, and their issuer trusted alone.
    ExpiredCross,
    /// Another root of the same name.
    NamesakeRoot,
    /// Another CA of the same name, below another root.
    NamesakeSubCa,
    /// The same, with the same key identifier too.
    Double,
    /// Two CAs that have certified each other.
    Loop,
    ForeignPool,
    /// The issuer is named as a PrintableString, in upper case, with spaces.
    Printable,
    Upper,
    Spaced,
    /// The parts of the issuer's name stand in another order.
    Reordered,
    /// The issuer's key is named by 20 bytes, where it names itself by 8.
    LongKeyId,
    /// The issuer's key is named by a hash of the whole key.
    WholeKeyId,
    /// The issuer's key is named by something else.
    ForeignKeyId,
    /// The certificate names its own key by 20 bytes, and so does what it has issued.
    OwnLongKeyId,
}

pub(super) const FAULTS: [Fault; 29] = [
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
    Fault::ExpiredCross,
    Fault::NamesakeRoot,
    Fault::NamesakeSubCa,
    Fault::Double,
    Fault::Loop,
    Fault::ForeignPool,
    Fault::Printable,
    Fault::Upper,
    Fault::Spaced,
    Fault::Reordered,
    Fault::LongKeyId,
    Fault::WholeKeyId,
    Fault::ForeignKeyId,
    Fault::OwnLongKeyId,
];

pub(super) struct Case {
    /// Which fault at which member; 0 is the root.
    pub(super) faults: Vec<(Fault, usize)>,
    /// How many members there are, the leaf included.
    pub(super) members: usize,
    leaf: Certificate,
    above: Vec<Certificate>,
    roots: Vec<Certificate>,
}

impl Case {
    /// A chain of two to four certificates with up to three faults, each at a random member.
    pub(super) fn random(rng: &mut StdRng) -> Self {
        let members = rng.random_range(2..=4);
        let faults = (0..rng.random_range(0..=3))
            .map(|_| (*FAULTS.choose(rng).unwrap(), rng.random_range(0..members)))
            .collect();
        Self::new(members, faults, rng)
    }

    pub(super) fn new(count: usize, faults: Vec<(Fault, usize)>, rng: &mut StdRng) -> Self {
        let mut members = vec![Forged::ca("Root", None)];
        for level in 1..count - 1 {
            let length = u8::try_from(count - 2 - level).unwrap();
            members.push(Forged::ca(&format!("Sub {level}"), Some(length)));
        }
        members.push(Forged::leaf("WAUTESTCAR0000001"));
        for (fault, index) in &faults {
            change(&mut members[*index], *fault);
        }
        let other = Forged::ca("Other root", None);
        let certificate = |index: usize| {
            let issuer = &members[index.saturating_sub(1)];
            let forged = faults.contains(&(Fault::OtherSigner, index)) && index > 0;
            members[index].signed_by(issuer, if forged { &other.key } else { &issuer.key })
        };
        let leaf = certificate(count - 1);
        let mut above: Vec<_> = (1..count - 1).map(certificate).collect();
        let mut roots = vec![certificate(0)];
        let lowest = (count - 2).min(1);
        for (fault, index) in &faults {
            match fault {
                Fault::Missing if !above.is_empty() => drop(above.remove(index % above.len())),
                Fault::RootGiven => above.push(certificate(0)),
                Fault::CrossCertificate => {
                    above.push(members[0].by(&other));
                    roots.push(other.self_signed());
                }
                Fault::ExpiredCross => {
                    let until = time("2025-06-01T00:00:00Z");
                    above.push(Forged { until, serial: 3, ..members[0].clone() }.by(&other));
                    above.push(Forged { serial: 4, ..members[0].clone() }.by(&other));
                    roots = vec![other.self_signed()];
                }
                Fault::NamesakeRoot => roots.push(namesake(&members[0]).self_signed()),
                Fault::NamesakeSubCa | Fault::Double => above.push(namesake(&members[lowest]).by(&other)),
                Fault::Loop => {
                    let second = Forged::ca("Second", None);
                    above.push(members[lowest].by(&second));
                    above.push(second.by(&members[lowest]));
                }
                Fault::ForeignPool => roots = vec![other.self_signed()],
                _ => {}
            }
        }
        above.shuffle(rng);
        roots.shuffle(rng);
        Self { faults, members: count, leaf, above, roots }
    }

    pub(super) fn has(&self, fault: Fault) -> bool {
        self.faults.iter().any(|(made, _)| *made == fault)
    }

    /// Whether a CA of the chain has it, the root too.
    pub(super) fn has_in_ca(&self, fault: Fault) -> bool {
        self.faults.iter().any(|(made, index)| *made == fault && *index + 1 < self.members)
    }

    pub(super) fn has_in_leaf(&self, fault: Fault) -> bool {
        self.faults.contains(&(fault, self.members - 1))
    }

    pub(super) fn ours(&self) -> Result<Resolved, ResolveError> {
        let anchors = Anchors::new(self.roots.clone());
        let given: Vec<_> = std::iter::once(&self.leaf).chain(&self.above).cloned().collect();
        // What is not a CA and stands above the leaf would be taken for another leaf: it is at hand instead.
        let (given, known): (Vec<_>, Vec<_>) = given.into_iter().partition(|one| *one == self.leaf || one.is_ca());
        let question = Question { certificates: &given, purpose: Purpose::Provisioning, at: now() };
        let pool = Pool { anchors: &anchors, known: &Known::new(known), barred: &[] };
        let resolved = resolve(&question, &pool, &mut Work::default());
        let verified = verify(&self.leaf, &self.above, &anchors, Purpose::Provisioning, now());
        assert_eq!(resolved.is_ok(), verified.is_ok(), "{:?}: {resolved:?} {verified:?}", self.faults);
        resolved
    }

    pub(super) fn theirs(&self, folder: &Path) -> (bool, String) {
        let write = |name: &str, certificates: &[Certificate]| {
            let path = folder.join(name);
            std::fs::write(&path, certificates.iter().map(Certificate::to_pem).collect::<String>()).unwrap();
            path
        };
        let mut command = Command::new("openssl");
        command.args(["verify", "-x509_strict", "-attime", &now().as_second().to_string()]);
        command.args(["-no-CApath", "-no-CAstore", "-CAfile"]).arg(write("roots.pem", &self.roots));
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
        Fault::Double => member.key_id = KeyId::Foreign,
        Fault::Printable => member.issuer_spelling = Spelling::Printable,
        Fault::Upper => member.issuer_spelling = Spelling::Upper,
        Fault::Spaced => member.issuer_spelling = Spelling::Spaced,
        Fault::Reordered => member.issuer_spelling = Spelling::Reordered,
        Fault::LongKeyId => member.issuer_key_id = Some(KeyId::Long),
        Fault::WholeKeyId => member.issuer_key_id = Some(KeyId::WholeKey),
        Fault::ForeignKeyId => member.issuer_key_id = Some(KeyId::Foreign),
        Fault::OwnLongKeyId => member.key_id = KeyId::Long,
        _ => {}
    }
}
