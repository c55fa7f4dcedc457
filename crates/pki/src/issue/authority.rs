//! A CA: a certificate, the chain above it, and the key that signs below it.

use std::sync::Arc;

use rand::CryptoRng;

use super::{Draft, IssueError, Serial, Validity};
use crate::certificate::{Certificate, Name};
use crate::key::{Algorithm, PublicKey, Signer};
use crate::profile::{Level, Profile};

/// A CA that can issue. Its key may be in memory or in a key store.
#[derive(Debug, Clone)]
pub struct Authority {
    certificate: Certificate,
    /// From the issuer of `certificate` up to the root.
    above: Vec<Certificate>,
    signer: Signer,
    urls: Urls,
    /// Where this authority and those made below it answer.
    status: Option<Arc<str>>,
}

/// Where an authority answers for what it issues; written into every certificate that it signs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Urls {
    /// The OCSP responder.
    pub ocsp: Option<String>,
    /// The authority's own certificate.
    pub ca_issuers: Option<String>,
    /// The revocation list.
    pub crl: Option<String>,
}

impl Urls {
    /// Where the status service at `base` (`http://status.example.org`) answers for what `issuer` issued.
    ///
    /// Authorities are told apart by the start of their fingerprint: certificates have to be short.
    pub fn below(base: &str, issuer: &Certificate) -> Self {
        let base = base.trim_end_matches('/');
        let id = Self::id(issuer);
        Self {
            ocsp: Some(format!("{base}/ocsp")),
            ca_issuers: Some(format!("{base}/ca/{id}.cer")),
            crl: Some(format!("{base}/crl/{id}.crl")),
        }
    }

    /// The name of an authority in these URLs: the first 16 hex digits of its certificate's fingerprint.
    pub fn id(issuer: &Certificate) -> String {
        issuer.fingerprint().to_string().chars().take(16).collect()
    }
}

/// What is asked of an authority.
#[derive(Debug, Clone)]
pub struct Request {
    /// What kind of certificate.
    pub profile: &'static Profile,
    /// Whose: [`Profile::subject`].
    pub subject: Name,
    /// The subject's key.
    pub public_key: PublicKey,
    /// From when to when.
    pub validity: Validity,
}

impl Authority {
    /// Makes a root that signs itself.
    ///
    /// # Errors
    /// [`IssueError`], for example when the profile is not that of a root.
    pub fn root(
        profile: &'static Profile,
        subject: Name,
        validity: Validity,
        signer: Signer,
        rng: &mut dyn CryptoRng,
    ) -> Result<Self, IssueError> {
        let draft = Draft {
            profile,
            issuer: None,
            subject,
            public_key: signer.public_key().clone(),
            validity,
            serial: Serial::random(rng),
            urls: Urls::default(),
        };
        let certificate = draft.lint()?.sign(&signer)?;
        Ok(Self { certificate, above: Vec::new(), signer, urls: Urls::default(), status: None })
    }

    /// Takes up an existing CA: its certificate, those above it up to the root, and its key.
    ///
    /// # Errors
    /// [`IssueError::WrongSigner`] when the key is not that of the certificate.
    pub fn existing(certificate: Certificate, above: Vec<Certificate>, signer: Signer) -> Result<Self, IssueError> {
        if certificate.public_key() != signer.public_key() {
            return Err(IssueError::WrongSigner);
        }
        Ok(Self { certificate, above, signer, urls: Urls::default(), status: None })
    }

    /// The same authority, writing these URLs into what it issues from now on.
    #[must_use]
    pub fn with_urls(mut self, urls: Urls) -> Self {
        self.urls = urls;
        self
    }

    /// The same authority, whose certificates name the status service at `base` ([`Urls::below`]). Authorities that are made
    /// below it do the same.
    #[must_use]
    pub fn with_status(mut self, base: &str) -> Self {
        self.urls = Urls::below(base, &self.certificate);
        self.status = Some(base.into());
        self
    }

    /// Its own certificate.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// The certificates above it, up to the root; none for a root.
    pub fn above(&self) -> &[Certificate] {
        &self.above
    }

    /// Its own certificate first, the root last.
    pub fn chain(&self) -> Vec<Certificate> {
        std::iter::once(&self.certificate).chain(&self.above).cloned().collect()
    }

    /// The algorithm of its key, and so of the signatures it makes.
    pub fn algorithm(&self) -> Algorithm {
        self.certificate.public_key().algorithm()
    }

    /// The key that signs.
    pub fn signer(&self) -> &Signer {
        &self.signer
    }

    /// Issues a certificate.
    ///
    /// # Errors
    /// [`IssueError`]; nothing is signed when a lint finds something.
    pub fn issue(&self, request: Request, rng: &mut dyn CryptoRng) -> Result<Certificate, IssueError> {
        let Request { profile, subject, public_key, validity } = request;
        let (issuer, serial) = (Some(&self.certificate), Serial::random(rng));
        // Nobody asks whether a responder is revoked.
        let urls = if profile.level == Level::OcspResponder { Urls::default() } else { self.urls.clone() };
        let draft = Draft { profile, issuer, subject, public_key, validity, serial, urls };
        draft.lint()?.sign(&self.signer)
    }

    /// Issues the certificate of a CA below this one, which `signer` is the key of.
    ///
    /// # Errors
    /// As [`Authority::issue`].
    pub fn sub_ca(
        &self,
        profile: &'static Profile,
        subject: Name,
        validity: Validity,
        signer: Signer,
        rng: &mut dyn CryptoRng,
    ) -> Result<Self, IssueError> {
        let public_key = signer.public_key().clone();
        let certificate = self.issue(Request { profile, subject, public_key, validity }, rng)?;
        let authority = Self { certificate, above: self.chain(), signer, urls: Urls::default(), status: None };
        Ok(match &self.status {
            Some(base) => authority.with_status(base),
            None => authority,
        })
    }
}
