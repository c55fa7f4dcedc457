//! A whole PKI in memory: root, two sub CAs, and leaves below them.
//!
//! What a demonstration, a sandbox and a test need, made with the same code that issues in earnest.

mod domain;
mod leaf;

use jiff::Timestamp;
use rand::CryptoRng;

use crate::issue::{Authority, IssueError, Request, Urls, Validity};
use crate::key::{Algorithm, Signer, SoftwareKey};
use crate::profile::Profile;

pub use domain::Domain;
pub use leaf::Leaf;

/// A root, a CA below it, and the CA that issues leaves.
#[derive(Debug, Clone)]
pub struct Hierarchy {
    /// Whose PKI it is.
    pub domain: Domain,
    /// The organisation that all names carry.
    pub organization: String,
    /// The anchor.
    pub root: Authority,
    /// The CA below the root.
    pub sub_ca_1: Authority,
    /// The CA that issues leaves.
    pub sub_ca_2: Authority,
}

impl Hierarchy {
    /// Makes a PKI of ISO 15118-2 with its own root and new keys in memory, valid from `at` on as the profiles say.
    ///
    /// # Errors
    /// [`IssueError`] when the organisation cannot be part of a name.
    pub fn new(domain: Domain, organization: &str, at: Timestamp, rng: &mut dyn CryptoRng) -> Result<Self, IssueError> {
        Self::new_in(domain, organization, Algorithm::Secp256r1, at, rng)
    }

    /// The same with keys of any algorithm, whose version of ISO 15118 is that of the PKI.
    ///
    /// # Errors
    /// As [`Hierarchy::new`].
    pub fn new_in(
        domain: Domain,
        organization: &str,
        algorithm: Algorithm,
        at: Timestamp,
        rng: &mut dyn CryptoRng,
    ) -> Result<Self, IssueError> {
        Self::below(new_root(domain, organization, algorithm, at, rng)?, domain, organization, at, rng)
    }

    /// Makes two sub CAs below an existing root, for example those of a CPS below a V2G root, with new keys in memory of
    /// the root's algorithm.
    ///
    /// # Errors
    /// As [`Hierarchy::new`].
    pub fn below(
        root: Authority,
        domain: Domain,
        organization: &str,
        at: Timestamp,
        rng: &mut dyn CryptoRng,
    ) -> Result<Self, IssueError> {
        let algorithm = root.algorithm();
        let signers = [new_key(algorithm)?.into(), new_key(algorithm)?.into()];
        Self::below_with(root, domain, organization, signers, at, rng)
    }

    /// The same with the keys of sub CA 1 and 2 given, for example from a key store, or of different algorithms of one
    /// version.
    ///
    /// # Errors
    /// As [`Hierarchy::new`].
    pub fn below_with(
        root: Authority,
        domain: Domain,
        organization: &str,
        signers: [Signer; 2],
        at: Timestamp,
        rng: &mut dyn CryptoRng,
    ) -> Result<Self, IssueError> {
        let [first, second] = domain.sub_ca_profiles();
        let [first_signer, second_signer] = signers;
        let sub_ca_1 = below(&root, first, organization, first_signer, at, rng)?;
        let sub_ca_2 = below(&sub_ca_1, second, organization, second_signer, at, rng)?;
        Ok(Self { domain, organization: organization.to_owned(), root, sub_ca_1, sub_ca_2 })
    }

    /// The same hierarchy, whose leaves name these URLs.
    #[must_use]
    pub fn with_urls(mut self, urls: Urls) -> Self {
        self.sub_ca_2 = self.sub_ca_2.with_urls(urls);
        self
    }

    /// Issues a leaf for a new key in memory, valid from `at` on as its profile says. The key is of the algorithm of the
    /// CA, and the profile is taken in the version of that algorithm.
    ///
    /// # Errors
    /// [`IssueError`], for example when `common_name` is not what the profile asks for.
    pub fn leaf(
        &self,
        profile: &'static Profile,
        common_name: &str,
        at: Timestamp,
        rng: &mut dyn CryptoRng,
    ) -> Result<Leaf, IssueError> {
        self.leaf_valid(profile, common_name, profile.validity_from(at), rng)
    }

    /// The same with a validity of your own.
    ///
    /// # Errors
    /// As [`Hierarchy::leaf`].
    pub fn leaf_valid(
        &self,
        profile: &'static Profile,
        common_name: &str,
        validity: Validity,
        rng: &mut dyn CryptoRng,
    ) -> Result<Leaf, IssueError> {
        self.leaf_of(profile, common_name, self.sub_ca_2.algorithm(), validity, rng)
    }

    /// The same with a key of another algorithm than the CA's.
    ///
    /// # Errors
    /// As [`Hierarchy::leaf`]; a lint refuses algorithms of different versions.
    pub fn leaf_of(
        &self,
        profile: &'static Profile,
        common_name: &str,
        algorithm: Algorithm,
        validity: Validity,
        rng: &mut dyn CryptoRng,
    ) -> Result<Leaf, IssueError> {
        let key = new_key(algorithm)?;
        let profile = profile.in_version(algorithm.version());
        let subject = profile.subject(common_name, &self.organization, None)?;
        let request = Request { profile, subject, public_key: key.public_key().clone(), validity };
        let certificate = self.sub_ca_2.issue(request, rng)?;
        Ok(Leaf { certificate, sub_cas: self.sub_cas(), key })
    }

    /// The certificates between a leaf and the root: sub CA 2, sub CA 1.
    pub fn sub_cas(&self) -> Vec<crate::Certificate> {
        vec![self.sub_ca_2.certificate().clone(), self.sub_ca_1.certificate().clone()]
    }
}

fn new_root(
    domain: Domain,
    organization: &str,
    algorithm: Algorithm,
    at: Timestamp,
    rng: &mut dyn CryptoRng,
) -> Result<Authority, IssueError> {
    let profile = domain.root_profile().in_version(algorithm.version());
    let subject = profile.subject(&format!("{organization} {}", profile.name), organization, None)?;
    Authority::root(profile, subject, profile.validity_from(at), new_key(algorithm)?.into(), rng)
}

fn below(
    issuer: &Authority,
    profile: &'static Profile,
    organization: &str,
    signer: Signer,
    at: Timestamp,
    rng: &mut dyn CryptoRng,
) -> Result<Authority, IssueError> {
    let profile = profile.in_version(signer.public_key().algorithm().version());
    let subject = profile.subject(&format!("{organization} {}", profile.name), organization, None)?;
    let validity = profile.validity_from(at).within(issuer.certificate());
    issuer.sub_ca(profile, subject, validity, signer, rng)
}

fn new_key(algorithm: Algorithm) -> Result<SoftwareKey, IssueError> {
    Ok(SoftwareKey::generate(algorithm).map_err(crate::key::KeyStoreError::from)?)
}

#[cfg(test)]
mod tests;
