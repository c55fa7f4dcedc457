//! Operations of the trust service.

use opnc_messages::Operation;

use super::{LONGEST, Selection};
use crate::call::Call;
use crate::signed::KeySet;
use crate::{Client, ClientError};

/// In which form a bundle is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BundleFormat {
    /// Certificates in PEM.
    Pem,
    /// An archive of DER files.
    Zip,
    /// A JSON document.
    Json,
    /// The same, signed.
    Jws,
}

impl BundleFormat {
    fn as_str(self) -> &'static str {
        match self {
            Self::Pem => "pem",
            Self::Zip => "zip",
            Self::Json => "json",
            Self::Jws => "jws",
        }
    }
}

impl Client {
    /// The roots that a station, a car or a backend should hold, as bytes of this form.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn get_trust_bundle(&self, selection: &Selection, format: BundleFormat) -> Result<Vec<u8>, ClientError> {
        self.send(&bundle(selection, format)).await
    }

    /// What changed since a version, signed: a [`Changes`](super::Changes).
    ///
    /// # Errors
    /// See [`ClientError`]; 400 when there is no such version.
    pub async fn get_trust_changes(&self, selection: &Selection, since: u64) -> Result<Vec<u8>, ClientError> {
        self.send(&bundle(selection, BundleFormat::Jws).query("since", Some(since))).await
    }

    /// The keys that verify what the ecosystem signs, as it says itself: to be compared with what came by another way before
    /// they are pinned.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn get_trust_keys(&self) -> Result<KeySet, ClientError> {
        let body = self.get("/opnc/v1/trust/keys").await?;
        KeySet::parse(&body).map_err(|error| ClientError::Unreadable(vec![error.to_string()]))
    }
}

fn bundle(selection: &Selection, format: BundleFormat) -> Call {
    Call::new(Operation::GetTrustBundle)
        .query("purpose", selection.purpose.as_ref())
        .query("iso15118Version", selection.iso15118_version.as_ref())
        .query("trustList", selection.trust_list.as_ref())
        .query("subCas", selection.sub_cas.then_some(true))
        .query("format", Some(format.as_str()))
        .most(LONGEST)
}
