//! Path building: depth first, from the leaf up, with a bound on everything.
//!
//! A candidate for an issuer has the right name and, where both sides give one, the right key identifier; then its signature
//! decides, and only then its own validity, so that an error is told about a certificate that really belongs to the chain.

use std::collections::HashMap;

use jiff::Timestamp;
use opnc_messages::IsoVersion;
use opnc_messages::ids::Fingerprint;

use super::error::{ChainError, ChainErrorKind as Kind, Position, Problem};
use super::{Anchors, checks};
use crate::certificate::Certificate;

/// Leaf, sub CA 2, sub CA 1, cross-certificate, root.
const MAX_LENGTH: usize = 5;
/// How many certificates may come with a leaf. Two are normal, and three with the root.
const MAX_ABOVE: usize = 16;
/// How many signatures may be verified for one leaf: about two milliseconds of work.
const MAX_SIGNATURES: usize = 32;
/// How many candidates may be looked at for one leaf.
const MAX_STEPS: usize = 512;

/// Finds a valid path; gives its sub CAs, the issuer of the leaf first, and its anchor.
pub(super) fn run(
    leaf: &Certificate,
    above: &[Certificate],
    anchors: &Anchors,
    at: Timestamp,
) -> Result<(Vec<Certificate>, Certificate), ChainError> {
    if above.len() > MAX_ABOVE {
        let text = format!("came with {} certificates; at most {MAX_ABOVE} are looked at", above.len());
        return Err(Problem::new(Kind::TooManyCandidates, text).of(Position::Leaf, leaf));
    }
    let mut pool: Vec<&Certificate> = Vec::with_capacity(above.len());
    for certificate in above {
        if certificate != leaf && !pool.contains(&certificate) {
            pool.push(certificate);
        }
    }
    let version = leaf.public_key().algorithm().version();
    let mut search =
        Search { pool, anchors, at, version, verified: HashMap::new(), steps: 0, signatures: 0, furthest: None };
    let mut path = vec![leaf];
    if let Some(anchor) = search.climb(&mut path) {
        let sub_cas: Vec<_> = path.into_iter().skip(1).cloned().collect();
        anchors.links.remember(&sub_cas, anchor);
        return Ok((sub_cas, anchor.clone()));
    }
    Err(search.error(leaf))
}

struct Search<'a> {
    pool: Vec<&'a Certificate>,
    anchors: &'a Anchors,
    at: Timestamp,
    /// Which follows from the key of the leaf.
    version: IsoVersion,
    /// Outcomes of this search, so that no signature is verified twice on different paths.
    verified: HashMap<(Fingerprint, Fingerprint), bool>,
    steps: usize,
    signatures: usize,
    furthest: Option<(Rank, ChainError)>,
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

impl<'a> Search<'a> {
    /// Extends `path` until it reaches an anchor. On success `path` holds everything below the anchor.
    fn climb(&mut self, path: &mut Vec<&'a Certificate>) -> Option<&'a Certificate> {
        let top = *path.last()?;
        let below = path.iter().skip(1).filter(|ca| !ca.is_self_issued()).count();
        let anchors = self.anchors;
        for anchor in anchors.named(top.issuer()) {
            if self.may_have_issued(anchor, top) && self.link(path, top, anchor) {
                match self.check_anchor(anchor, below) {
                    Ok(()) => return Some(anchor),
                    Err(problem) => self.fail(path, Weight::Issuer, problem.of(Position::Root, anchor)),
                }
            }
        }
        for index in 0..self.pool.len() {
            let Some(candidate) = self.pool.get(index).copied() else { break };
            if candidate.subject() != top.issuer() || is_used(path, candidate) || !self.may_have_issued(candidate, top)
            {
                continue;
            }
            if path.len() + 2 > MAX_LENGTH {
                let text = format!("is too far down: at most {MAX_LENGTH} certificates may lead to a root");
                self.fail(path, Weight::Issuer, Problem::new(Kind::TooLong, text).of(position(path), top));
                break;
            }
            if !self.link(path, top, candidate) {
                continue;
            }
            if let Err(problem) = checks::ca(candidate, below, self.at) {
                self.fail(path, Weight::Issuer, problem.of(Position::SubCa, candidate));
                continue;
            }
            path.push(candidate);
            if let Some(anchor) = self.climb(path) {
                return Some(anchor);
            }
            path.pop();
        }
        self.fail(path, Weight::Nobody, nobody(path, top));
        None
    }

    /// Whether the key identifiers allow that `issuer` issued `child`. Counts a step; beyond the bound nothing is allowed.
    fn may_have_issued(&mut self, issuer: &Certificate, child: &Certificate) -> bool {
        self.steps += 1;
        let ids = child.authority_key_id().zip(issuer.subject_key_id());
        self.steps <= MAX_STEPS && ids.is_none_or(|(wanted, found)| wanted == found)
    }

    fn check_anchor(&self, anchor: &Certificate, below: usize) -> Result<(), Problem> {
        if self.anchors.roots_only {
            checks::self_issued(anchor)?;
        }
        checks::ca(anchor, below, self.at)
    }

    /// Whether `issuer` signed `child`, from memory or by verifying.
    fn link(&mut self, path: &[&Certificate], child: &Certificate, issuer: &Certificate) -> bool {
        if let Err(problem) = checks::algorithm(child, self.version) {
            self.fail(path, Weight::Signature, problem.of(position(path), child));
            return false;
        }
        // The leaf's own signature is never remembered.
        if path.len() > 1 && self.anchors.links.contains(child, issuer) {
            return true;
        }
        let pair = (child.fingerprint(), issuer.fingerprint());
        let holds = match self.verified.get(&pair) {
            Some(holds) => *holds,
            None if self.signatures >= MAX_SIGNATURES => {
                self.steps = MAX_STEPS + 1;
                return false;
            }
            None => {
                self.signatures += 1;
                let holds = child.verify_signature(issuer.public_key()).is_ok();
                self.verified.insert(pair, holds);
                holds
            }
        };
        if !holds {
            let text = format!("is not signed by the key of {:?}, its issuer by name", issuer.subject().to_string());
            self.fail(path, Weight::Signature, Problem::new(Kind::BadSignature, text).of(position(path), child));
        }
        holds
    }

    /// Keeps the error when no path got further.
    fn fail(&mut self, path: &[&Certificate], weight: Weight, error: ChainError) {
        let rank = (path.len(), weight);
        if self.furthest.as_ref().is_none_or(|(furthest, _)| rank > *furthest) {
            self.furthest = Some((rank, error));
        }
    }

    fn error(self, leaf: &Certificate) -> ChainError {
        match self.furthest {
            Some((_, error)) if self.steps <= MAX_STEPS => error,
            _ => Problem::new(Kind::TooManyCandidates, "can be combined with the other certificates in too many ways")
                .of(Position::Leaf, leaf),
        }
    }
}

fn position(path: &[&Certificate]) -> Position {
    if path.len() == 1 { Position::Leaf } else { Position::SubCa }
}

/// A certificate of the same subject and key is on the path already: going through it again leads nowhere new.
fn is_used(path: &[&Certificate], candidate: &Certificate) -> bool {
    path.iter().any(|used| used.subject() == candidate.subject() && used.public_key() == candidate.public_key())
}

fn nobody(path: &[&Certificate], top: &Certificate) -> ChainError {
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
