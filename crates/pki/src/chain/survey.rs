//! What is wrong with a chain that does not hold, certificate by certificate.
//!
//! The search gives up on a path at the first fault. Here names, key identifiers and signatures alone decide what belongs
//! to the chain; of all that can be put together the likeliest is taken, and everything that is wrong with it is told.

use super::checks;
use super::error::{ChainError, ChainErrorKind as Kind, Position, Problem};
use super::search::{Issuer, Parts, Search, Work, nobody, not_signed, position};
use super::{Purpose, key_ids};
use crate::certificate::{Certificate, Name, attribute};

/// How many chains are compared.
const MAX_CHAINS: usize = 64;
/// How many certificates above the leaf, as many as the search takes.
const MAX_LENGTH: usize = 5;

/// A certificate of a chain that does not hold.
#[derive(Debug, Clone)]
pub(crate) struct Surveyed {
    pub(crate) certificate: Certificate,
    pub(crate) position: Position,
    pub(crate) problems: Vec<ChainError>,
}

/// The likeliest chain, leaf first: one that ends in an anchor if there is any, with the fewest faults.
pub(crate) fn survey(parts: Parts<'_>, purpose: Purpose, work: &mut Work) -> Vec<Surveyed> {
    let Ok(search) = Search::new(parts, work) else { return Vec::new() };
    let mut survey = Survey { search, purpose, best: None, chains: 0 };
    survey.climb(&mut vec![parts.leaf]);
    survey.best.map(|(_, chain)| chain).unwrap_or_default()
}

/// Whether it ends in an anchor; how long it is when it does not; how few faults it has.
type Score = (bool, usize, std::cmp::Reverse<usize>);

struct Survey<'a, 'w> {
    search: Search<'a, 'w>,
    purpose: Purpose,
    best: Option<(Score, Vec<Surveyed>)>,
    chains: usize,
}

impl<'a> Survey<'a, '_> {
    fn climb(&mut self, path: &mut Vec<&'a Certificate>) {
        let Some(top) = path.last().copied() else { return };
        let issuers = self.search.issuers(path, top);
        let mut goes_on = false;
        for Issuer { certificate, is_anchor } in issuers.iter().copied() {
            if self.chains >= MAX_CHAINS || self.search.is_spent() {
                break;
            }
            if path.len() >= MAX_LENGTH || !self.search.link(path, top, certificate) {
                continue;
            }
            goes_on = true;
            path.push(certificate);
            if is_anchor {
                self.keep(path, None);
            } else {
                self.climb(path);
            }
            path.pop();
        }
        if !goes_on {
            let end = self.dead_end(path, top, &issuers);
            self.keep(path, Some(end));
        }
    }

    /// Keeps the chain when there was none better. `end`: why it ends below an anchor.
    fn keep(&mut self, path: &[&'a Certificate], end: Option<ChainError>) {
        self.chains += 1;
        let is_anchored = end.is_none();
        let mut chain = self.describe(path, is_anchored);
        if let (Some(last), Some(end)) = (chain.last_mut(), end) {
            last.problems.push(end);
        }
        let faults = chain.iter().map(|one| one.problems.len()).sum();
        let score = (is_anchored, if is_anchored { 0 } else { path.len() }, std::cmp::Reverse(faults));
        if self.best.as_ref().is_none_or(|(best, _)| score > *best) {
            self.best = Some((score, chain));
        }
    }

    fn describe(&self, path: &[&'a Certificate], is_anchored: bool) -> Vec<Surveyed> {
        let mut below = 0;
        let mut chain = Vec::with_capacity(path.len());
        for (index, certificate) in path.iter().copied().enumerate() {
            // A root that is not trusted ends a path too.
            let is_root = index > 0 && index + 1 == path.len() && (is_anchored || certificate.is_self_issued());
            let (position, problems) = if index == 0 {
                (Position::Leaf, checks::leaf(certificate, self.purpose, self.search.parts.at, &mut Vec::new()))
            } else if is_root {
                (Position::Root, self.of_ca(certificate, below, checks::self_issued(certificate)))
            } else {
                (Position::SubCa, self.of_ca(certificate, below, checks::domain_of_ca(certificate, self.purpose)))
            };
            below += usize::from(index > 0 && !certificate.is_self_issued());
            let problems = problems.into_iter().map(|problem| problem.of(position, certificate)).collect();
            chain.push(Surveyed { certificate: certificate.clone(), position, problems });
        }
        chain
    }

    fn of_ca(&self, certificate: &Certificate, below: usize, more: Result<(), Problem>) -> Vec<Problem> {
        let checked = checks::every_check_of_a_ca(certificate, below, self.search.parts.at);
        checked.into_iter().chain([more]).filter_map(Result::err).collect()
    }

    /// Why nobody is above the last certificate of a path.
    fn dead_end(&mut self, path: &[&'a Certificate], top: &'a Certificate, issuers: &[Issuer<'a>]) -> ChainError {
        let here = position(path);
        if self.search.is_spent() {
            let text = "can be combined with the other certificates in too many ways";
            return Problem::new(Kind::TooManyCandidates, text).of(here, top);
        }
        if path.len() >= MAX_LENGTH {
            let text = format!("is too far up: at most {MAX_LENGTH} certificates may lead to a root");
            return Problem::new(Kind::TooLong, text).of(here, top);
        }
        if let Err(problem) = self.search.algorithm(top) {
            return problem.of(here, top);
        }
        if top.is_self_issued() {
            return nobody(path, top);
        }
        match issuers {
            [Issuer { certificate, .. }, ..] => not_signed(certificate).of(here, top),
            [] => self.namesake(here, top).unwrap_or_else(|| nobody(path, top)),
        }
    }

    /// What is said when there is somebody of the right name with another key, or of a name with the same parts.
    fn namesake(&self, here: Position, top: &Certificate) -> Option<ChainError> {
        let wanted = top.issuer();
        let everybody = || self.search.given.iter().copied().chain(self.search.parts.anchors.iter());
        let of_name = |name: &Name| everybody().find(|one| one.subject().matches(name));
        let known = || self.search.parts.known.named(wanted).first();
        if let Some(other) = of_name(wanted).or_else(known)
            && key_ids::fit(top, other) == key_ids::Fit::Different
        {
            let hex = |id: Option<&[u8]>| id.map(hex::encode).unwrap_or_default();
            let text = format!(
                "was issued by {:?} with key {}; a CA of that name is at hand, and its key is {}",
                wanted.to_string(),
                hex(top.authority_key_id()),
                hex(other.subject_key_id())
            );
            return Some(Problem::new(Kind::NoAnchor, text).of(here, top));
        }
        let is_reordered = |one: &&Certificate| {
            let name = one.subject();
            name.first(attribute::COMMON_NAME) == wanted.first(attribute::COMMON_NAME) && name.same_set(wanted)
        };
        let other = everybody().find(is_reordered)?;
        let text = format!(
            "names its issuer {:?}, and the CA at hand is called {:?}: the same parts in another order are another name",
            wanted.to_string(),
            other.subject().to_string()
        );
        Some(Problem::new(Kind::NoAnchor, text).of(here, top))
    }
}
