//! Making certificates: draft, lint, sign.
//!
//! Only a [`Linted`] certificate can be signed, and only [`Draft::lint`] makes one, so that no certificate leaves without
//! having been compared with its profile and its issuer.

mod authority;
mod encode;
mod lint;
mod serial;
mod validity;

use thiserror::Error;

use crate::certificate::{Certificate, CertificateError, Name, NameError, is_near_limit};
use crate::key::{KeyStoreError, PublicKey, Signer};
use crate::profile::Profile;

pub use authority::{Authority, Request, Urls};
pub use lint::Finding;
pub use serial::Serial;
pub use validity::Validity;

/// Everything a certificate will say.
#[derive(Debug, Clone)]
pub struct Draft<'a> {
    /// What kind of certificate it is.
    pub profile: &'static Profile,
    /// Who issues it; `None` for a root, which signs itself.
    pub issuer: Option<&'a Certificate>,
    /// Whose certificate it is: [`Profile::subject`].
    pub subject: Name,
    /// The subject's key.
    pub public_key: PublicKey,
    /// From when to when.
    pub validity: Validity,
    /// Its number.
    pub serial: Serial,
    /// Where revocation is answered.
    pub urls: Urls,
}

/// A certificate that passed every lint and lacks nothing but its signature.
#[derive(Debug)]
pub struct Linted {
    signed_part: Vec<u8>,
    profile: &'static Profile,
    /// The certificate with a signature of zeros.
    preview: Certificate,
    /// The only key that may sign it.
    issuer_key: PublicKey,
}

/// A certificate cannot be issued.
#[derive(Debug, Error)]
pub enum IssueError {
    /// A name cannot be made of the values given.
    #[error(transparent)]
    Name(#[from] NameError),
    /// Lints found something; nothing was signed.
    #[error("the certificate was not signed: {}", sentences(.0))]
    Lint(Vec<Finding>),
    /// The draft holds a value that cannot be encoded, such as a date before 1970.
    #[error("the certificate cannot be encoded: {0}")]
    Encoding(#[from] der::Error),
    /// What was encoded cannot be read back.
    #[error(transparent)]
    Unreadable(#[from] CertificateError),
    /// The signer's key is not that of the issuer's certificate.
    #[error("the signing key is not the one of the issuer's certificate")]
    WrongSigner,
    /// The signer failed.
    #[error(transparent)]
    Signer(#[from] KeyStoreError),
}

fn sentences(findings: &[Finding]) -> String {
    findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

impl Draft<'_> {
    /// Encodes the certificate and runs every lint over what a reader will see.
    ///
    /// # Errors
    /// [`IssueError::Lint`] with everything that was found, [`IssueError::Encoding`] and [`IssueError::Unreadable`].
    pub fn lint(self) -> Result<Linted, IssueError> {
        let signed_part = encode::signed_part(&self)?;
        // The longest signature there is stands in for the one to come, so that the length can only shrink.
        let issuer_key = self.issuer.map_or(&self.public_key, Certificate::public_key).clone();
        let algorithm = issuer_key.algorithm();
        let longest = vec![0; algorithm.longest_certificate_signature()];
        let preview = encode::with_signature(&signed_part, algorithm, &longest)?;
        let preview = Certificate::from_own_der(&preview, &self.public_key)?;
        let findings = lint::run(&self, &preview);
        if !findings.is_empty() {
            return Err(IssueError::Lint(findings));
        }
        Ok(Linted { signed_part, preview, profile: self.profile, issuer_key })
    }
}

impl Linted {
    /// Signs with the issuer's key.
    ///
    /// # Errors
    /// [`IssueError::WrongSigner`], [`IssueError::Signer`].
    pub fn sign(self, signer: &Signer) -> Result<Certificate, IssueError> {
        if *signer.public_key() != self.issuer_key {
            return Err(IssueError::WrongSigner);
        }
        let signature = signer.sign_der(&self.signed_part)?;
        let der = encode::with_signature(&self.signed_part, self.issuer_key.algorithm(), &signature)?;
        Ok(self.preview.with_signature(der, signature)?)
    }

    /// What is allowed and yet worth a look before it goes wrong, as sentences.
    pub fn warnings(&self) -> Vec<String> {
        let limit = self.profile.version.max_certificate_size();
        let length = self.preview.der().len();
        let near = is_near_limit(length, self.profile.version);
        near.then(|| format!("the {} has up to {length} of at most {limit} bytes", self.profile.name))
            .into_iter()
            .collect()
    }
}

#[cfg(test)]
mod tests;
