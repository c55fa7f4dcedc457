//! Path building: depth first, from the leaf up, with a bound on everything.
//!
//! A candidate for an issuer has the right name and, where both sides give one, the right key identifier; then its signature
//! decides, and only then its own validity, so that an error is told about a certificate that really belongs to the chain.

use std::collections::HashMap;

use jiff::Timestamp;
use opnc_messages::IsoVersion;
use opnc_messages::ids::Fingerprint;

use super::error::{ChainError, ChainErrorKind as Kind, Position, Problem};
use super::key_ids::{self, Fit};
use super::{Anchors, Known, checks};
use crate::certificate::Certificate;

/// Leaf, sub CA 2, sub CA 1, cross-certificate, root.
const MAX_LENGTH: usize = 5;
/// How many certificates may come with a leaf. Two are normal, and three with the root.
pub(crate) const MAX_ABOVE: usize = 16;
/// How many signatures may be verified for one leaf: less than two milliseconds of work with the keys of ISO 15118-2.
const MAX_SIGNATURES: usize = 32;
/// How many in all the searches that are made for one leaf, while missing CAs are looked for.
const MAX_SIGNATURES_IN_ALL: usize = 128;
/// How many more, when a path has been found, to see whether there are others.
const MAX_MORE: usize = 4;
/// How many candidates may be looked at for one leaf.
const MAX_STEPS: usize = 4096;
/// How many keys may be hashed to see whether an identifier names them in another way.
const MAX_HASHED: usize = 64;

/// Everything a path can be built of.
#[derive(Clone, Copy)]
pub(crate) struct Parts<'a> {
    /// Where paths begin.
    pub(crate) leaf: &'a Certificate,
    /// What came with it.
    pub(crate) above: &'a [Certificate],
    /// What else is at hand.
    pub(crate) known: &'a Known,
    /// Where paths end.
    pub(crate) anchors: &'a Anchors,
    /// Certificates that no path may go through, by fingerprint.
    pub(crate) barred: &'a [Fingerprint],
    /// When the path must hold.
    pub(crate) at: Timestamp,
}

/// The signatures that were verified for one leaf, over all searches that are made for it.
#[derive(Debug, Clone, Default)]
pub struct Work {
    /// So that no signature is verified twice.
    verified: HashMap<(Fingerprint, Fingerprint), bool>,
}

impl Work {
    /// How many signatures were verified.
    pub fn signatures(&self) -> usize {
        self.verified.len()
    }
}

/// A path: the CAs between leaf and root, the issuer of the leaf first, and the root.
pub(crate) type Found = (Vec<Certificate>, Certificate);

/// Finds up to `wanted` valid paths, each to another anchor.
pub(crate) fn run(parts: Parts<'_>, wanted: usize, work: &mut Work) -> Result<Vec<Found>, ChainError> {
    let mut search = Search::new(parts, work)?;
    let mut path = vec![parts.leaf];
    let mut found = Vec::new();
    search.climb(&mut path, wanted, &mut found);
    if found.is_empty() {
        return Err(search.error());
    }
    for (sub_cas, anchor) in &found {
        parts.anchors.links.remember(sub_cas, anchor);
    }
    Ok(found)
}

pub(crate) struct Search<'a, 'w> {
    pub(super) parts: Parts<'a>,
    /// What came with the leaf, each once.
    pub(super) given: Vec<&'a Certificate>,
    /// Which follows from the key of the leaf.
    version: IsoVersion,
    work: &'w mut Work,
    most_signatures: usize,
    steps: usize,
    hashed: usize,
    furthest: Option<(Rank, ChainError)>,
}

/// Who may have issued a certificate.
#[derive(Clone, Copy)]
pub(super) struct Issuer<'a> {
    pub(super) certificate: &'a Certificate,
    pub(super) is_anchor: bool,
}

/// How far a failed path got: links verified, then how much its error says.
type Rank = (usize, Weight);

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Weight {
    /// Nobody was there to go on with.
    Nobody,
    /// Somebody of that name was there, with another key.
    Signature,
    /// The issuer was there, and something is wrong with it.
    Issuer,
}

impl<'a, 'w> Search<'a, 'w> {
    pub(super) fn new(parts: Parts<'a>, work: &'w mut Work) -> Result<Self, ChainError> {
        if parts.above.len() > MAX_ABOVE {
            let text = format!("came with {} certificates; at most {MAX_ABOVE} are looked at", parts.above.len());
            return Err(Problem::new(Kind::TooManyCandidates, text).of(Position::Leaf, parts.leaf));
        }
        let mut given: Vec<&Certificate> = Vec::with_capacity(parts.above.len());
        for certificate in parts.above {
            if certificate != parts.leaf && !given.contains(&certificate) {
                given.push(certificate);
            }
        }
        let version = parts.leaf.public_key().algorithm().version();
        let most_signatures = work.signatures().saturating_add(MAX_SIGNATURES).min(MAX_SIGNATURES_IN_ALL);
        Ok(Self { parts, given, version, work, most_signatures, steps: 0, hashed: 0, furthest: None })
    }

    /// Extends `path` until it reaches an anchor, and goes on until there are `wanted` paths.
    fn climb(&mut self, path: &mut Vec<&'a Certificate>, wanted: usize, found: &mut Vec<Found>) {
        let Some(top) = path.last().copied() else { return };
        let below = path.iter().skip(1).filter(|ca| !ca.is_self_issued()).count();
        for issuer in self.issuers(path, top) {
            let candidate = issuer.certificate;
            if !issuer.is_anchor && path.len() + 2 > MAX_LENGTH {
                let text = format!("is too far down: at most {MAX_LENGTH} certificates may lead to a root");
                self.fail(path, Weight::Issuer, Problem::new(Kind::TooLong, text).of(position(path), top));
                continue;
            }
            if !self.link(path, top, candidate) {
                continue;
            }
            let fault = if issuer.is_anchor {
                self.check_anchor(candidate, below).err().map(|problem| problem.of(Position::Root, candidate))
            } else {
                let checked = checks::ca(candidate, below, self.parts.at);
                checked.err().map(|problem| problem.of(Position::SubCa, candidate))
            };
            if let Some(error) = fault {
                self.fail(path, Weight::Issuer, error);
            } else if issuer.is_anchor {
                if found.iter().all(|(_, anchor)| anchor != candidate) {
                    found.push((path.iter().skip(1).map(|ca| (*ca).clone()).collect(), candidate.clone()));
                    self.most_signatures = self.most_signatures.min(self.work.signatures().saturating_add(MAX_MORE));
                }
            } else {
                path.push(candidate);
                self.climb(path, wanted, found);
                path.pop();
            }
            if found.len() >= wanted || self.is_spent() {
                return;
            }
        }
        self.fail(path, Weight::Nobody, nobody(path, top));
    }

    /// Who may have issued `top`, by name and key identifier: anchors first, then what came with the leaf, then what is known
    /// beside it; those behind all others whose identifier has only another form. Counts steps; beyond the bound there is
    /// nobody.
    pub(super) fn issuers(&mut self, path: &[&Certificate], top: &Certificate) -> Vec<Issuer<'a>> {
        let Parts { anchors, known, barred, .. } = self.parts;
        let name = top.issuer();
        let anchors = anchors.named(name).iter().map(|certificate| Issuer { certificate, is_anchor: true });
        let given = self.given.iter().copied().filter(|one| one.subject().matches(name));
        let others = given.chain(known.named(name)).map(|certificate| Issuer { certificate, is_anchor: false });
        let (mut first, mut last) = (Vec::new(), Vec::new());
        for issuer in anchors.chain(others) {
            self.steps += 1;
            if self.steps > MAX_STEPS {
                break;
            }
            let candidate = issuer.certificate;
            // Through an anchor there is no way on that does not end in it.
            let is_useless = !issuer.is_anchor && (is_used(path, candidate) || self.parts.anchors.contains(candidate));
            if is_useless || barred.contains(&candidate.fingerprint()) {
                continue;
            }
            match key_ids::fit(top, candidate) {
                Fit::Same | Fit::Untold => first.push(issuer),
                Fit::Different if self.hashed < MAX_HASHED => {
                    self.hashed += 1;
                    last.extend(key_ids::names_otherwise(top, candidate).then_some(issuer));
                }
                Fit::Different => {}
            }
        }
        first.extend(last);
        first
    }

    fn check_anchor(&self, anchor: &Certificate, below: usize) -> Result<(), Problem> {
        if self.parts.anchors.roots_only {
            checks::self_issued(anchor)?;
        }
        checks::ca(anchor, below, self.parts.at)
    }

    /// Whether `issuer` signed `child`, from memory or by verifying.
    pub(super) fn link(&mut self, path: &[&Certificate], child: &Certificate, issuer: &Certificate) -> bool {
        if let Err(problem) = self.algorithm(child) {
            self.fail(path, Weight::Signature, problem.of(position(path), child));
            return false;
        }
        // The leaf's own signature is never remembered.
        if path.len() > 1 && self.parts.anchors.links.contains(child, issuer) {
            return true;
        }
        let pair = (child.fingerprint(), issuer.fingerprint());
        let holds = match self.work.verified.get(&pair) {
            Some(holds) => *holds,
            None if self.work.signatures() >= self.most_signatures => {
                self.steps = MAX_STEPS + 1;
                return false;
            }
            None => {
                let holds = child.verify_signature(issuer.public_key()).is_ok();
                self.work.verified.insert(pair, holds);
                holds
            }
        };
        if !holds {
            self.fail(path, Weight::Signature, not_signed(issuer).of(position(path), child));
        }
        holds
    }

    /// Whether the algorithm of a signature is one of the version of the leaf.
    pub(super) fn algorithm(&self, certificate: &Certificate) -> Result<(), Problem> {
        checks::algorithm(certificate, self.version)
    }

    /// Whether a bound has been reached, so that nobody else is tried.
    pub(super) fn is_spent(&self) -> bool {
        self.steps > MAX_STEPS
    }

    /// Keeps the error when no path got further.
    fn fail(&mut self, path: &[&Certificate], weight: Weight, error: ChainError) {
        let rank = (path.len(), weight);
        if self.furthest.as_ref().is_none_or(|(furthest, _)| rank > *furthest) {
            self.furthest = Some((rank, error));
        }
    }

    fn error(self) -> ChainError {
        match self.furthest {
            Some((_, error)) if self.steps <= MAX_STEPS => error,
            _ => Problem::new(Kind::TooManyCandidates, "can be combined with the other certificates in too many ways")
                .of(Position::Leaf, self.parts.leaf),
        }
    }
}

pub(super) fn position(path: &[&Certificate]) -> Position {
    if path.len() == 1 { Position::Leaf } else { Position::SubCa }
}

/// A certificate of the same subject and key is on the path already: going through it again leads nowhere new.
fn is_used(path: &[&Certificate], candidate: &Certificate) -> bool {
    path.iter().any(|used| used.public_key() == candidate.public_key() && used.subject().matches(candidate.subject()))
}

pub(super) fn not_signed(issuer: &Certificate) -> Problem {
    let text = format!("is not signed by the key of {:?}, its issuer by name", issuer.subject().to_string());
    Problem::new(Kind::BadSignature, text)
}

pub(super) fn nobody(path: &[&Certificate], top: &Certificate) -> ChainError {
    let (position, text) = if top.is_self_issued() {
        (Position::Root, "is not among the trusted roots".to_owned())
    } else {
        let issuer = top.issuer().to_string();
        let key = top.authority_key_id().map(|id| format!(" with key {}", hex::encode(id))).unwrap_or_default();
        let text = format!("was issued by {issuer:?}{key}, neither among the given certificates nor the trusted roots");
        (position(path), text)
    };
    Problem::new(Kind::NoAnchor, text).of(position, top)
}
