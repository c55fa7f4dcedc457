//! Where the leaves of a CA say that their state is told: learnt from those that were seen, and used for one of which only
//! the serial number is known.

use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use opnc_messages::ids::Fingerprint;
use opnc_pki::certificate::Certificate;
use opnc_pki::key::sha256;

use crate::bounded::Bounded;

/// The most CAs that are remembered.
const MOST: usize = 4096;

/// Places by CA.
pub(super) struct Responders(Mutex<Bounded<Fingerprint, Places>>);

/// What a leaf names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Places {
    pub(super) ocsp_urls: Vec<String>,
    pub(super) crl_urls: Vec<String>,
    /// Since when the leaf is valid that says so.
    said: Timestamp,
}

impl Default for Responders {
    fn default() -> Self {
        Self(Mutex::new(Bounded::new(MOST)))
    }
}

impl Responders {
    /// Learns from a certificate whose signature by this CA was verified: it is the CA's own word. The youngest counts.
    pub(super) fn learn(&self, issuer: &Certificate, certificate: &Certificate) {
        let (ocsp_urls, crl_urls) = (certificate.ocsp_urls(), certificate.crl_urls());
        if certificate.is_ca() || ocsp_urls.is_empty() && crl_urls.is_empty() {
            return;
        }
        let (name, said) = (name_of(issuer), certificate.not_before());
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.get(&name).is_none_or(|places| places.said < said) {
            known.put(name, Places { ocsp_urls: ocsp_urls.to_vec(), crl_urls: crl_urls.to_vec(), said });
        }
    }

    pub(super) fn of(&self, issuer: &Certificate) -> Option<Places> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&name_of(issuer)).cloned()
    }
}

/// A CA is its name and its key, whoever has certified it.
pub(super) fn name_of(issuer: &Certificate) -> Fingerprint {
    let (name, key) = (sha256(issuer.subject().der()), sha256(&issuer.public_key().to_spki()));
    sha256(&[name, key].concat()).into()
}
