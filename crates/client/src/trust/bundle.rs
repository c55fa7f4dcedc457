//! A bundle: the roots that somebody should hold, as one document.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jiff::{SignedDuration, Timestamp};
use opnc_messages::ids::Fingerprint;
use opnc_pki::Certificate;
use opnc_pki::chain::{Anchors, Known, Purpose};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{LONGEST, TrustError, TrustedRoot};
use crate::signed::{KeySet, verify};

/// The type of a signed bundle.
pub const BUNDLE_TYPE: &str = "opnc-trust-bundle+jws";
/// The type of what changed since a version, signed.
pub const CHANGES_TYPE: &str = "opnc-trust-changes+jws";
/// How much a reader's clock may be behind that of the ecosystem.
const SLOW_CLOCK: SignedDuration = SignedDuration::from_mins(10);

/// Which roots are asked for; all by default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Selection {
    /// Those for one purpose: `contract`, `provisioning`, `cps`, `secc` or `vehicle`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// Those of one edition: `ISO15118-2` or `ISO15118-20`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iso15118_version: Option<String>,
    /// Those on one trust list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trust_list: Option<String>,
    /// With the CAs below the roots that the ecosystem knows.
    #[serde(default, skip_serializing_if = "is_false")]
    pub sub_cas: bool,
}

/// The roots that somebody should hold, as an ecosystem says it at one time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Bundle {
    /// The id of the ecosystem.
    pub issuer: String,
    /// Grows with each change of what is trusted.
    pub version: u64,
    /// What was asked for.
    #[serde(flatten)]
    pub selection: Selection,
    /// Since when it is good.
    pub issued: Timestamp,
    /// Until when it is good.
    pub expires: Timestamp,
    /// The keys that may sign its successors (RFC 7517).
    pub keys: Vec<Value>,
    /// The roots.
    pub roots: Vec<TrustedRoot>,
    /// CAs below them, DER in base64, where they were asked for: they complete the path of a leaf that comes alone, and are
    /// never trusted by themselves.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub known_sub_cas: Vec<String>,
}

/// What changed since a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Changes {
    /// The id of the ecosystem.
    pub issuer: String,
    /// The version it was.
    pub since: u64,
    /// The version it is.
    pub version: u64,
    /// What was asked for.
    #[serde(flatten)]
    pub selection: Selection,
    /// Since when this is good.
    pub issued: Timestamp,
    /// Until when this is good.
    pub expires: Timestamp,
    /// The keys that may sign the next bundles.
    pub keys: Vec<Value>,
    /// Roots that are to be held now and were not.
    pub added: Vec<TrustedRoot>,
    /// Roots that are still to be held, with other types, lists or purposes.
    pub changed: Vec<TrustedRoot>,
    /// Roots that are to be held no more.
    pub removed: Vec<Fingerprint>,
}

impl Bundle {
    /// Reads a signed bundle that one of these keys has signed. Whether it is good now is another question:
    /// [`check_dates`](Self::check_dates).
    ///
    /// # Errors
    /// [`TrustError::Signature`], [`TrustError::Unreadable`], or a root that cannot be used.
    pub fn verify(text: &[u8], keys: &KeySet) -> Result<Self, TrustError> {
        let verified = verify(text, BUNDLE_TYPE, keys, LONGEST)?;
        let bundle: Self = serde_json::from_slice(&verified.payload)
            .map_err(|error| TrustError::Unreadable(format!("in the bundle, {error}")))?;
        if bundle.expires <= bundle.issued {
            return Err(TrustError::Unreadable("the bundle ends before it begins".to_owned()));
        }
        for root in &bundle.roots {
            root.read()?;
        }
        bundle.successors()?;
        bundle.known()?;
        Ok(bundle)
    }

    /// Refuses one that is not good at this time.
    ///
    /// # Errors
    /// [`TrustError::TooOld`] and [`TrustError::TooNew`].
    pub fn check_dates(&self, at: Timestamp) -> Result<(), TrustError> {
        check_dates(self.issued, self.expires, at)
    }

    /// The keys that may sign its successors.
    ///
    /// # Errors
    /// [`TrustError::Keys`].
    pub fn successors(&self) -> Result<KeySet, TrustError> {
        Ok(KeySet::from_jwks(&serde_json::json!({ "keys": self.keys }))?)
    }

    /// The roots for one purpose, to validate chains with.
    ///
    /// # Errors
    /// [`TrustError::Root`].
    pub fn anchors(&self, purpose: Purpose) -> Result<Anchors, TrustError> {
        let roots = self.roots.iter().filter(|root| root.is_for(purpose)).map(TrustedRoot::read);
        Ok(Anchors::new(roots.collect::<Result<_, _>>()?))
    }

    /// The CAs that may be missing between a leaf and a root.
    ///
    /// # Errors
    /// [`TrustError::Unreadable`].
    pub fn known(&self) -> Result<Known, TrustError> {
        let read = |text: &String| {
            let der = BASE64_STANDARD.decode(text).map_err(|error| error.to_string())?;
            Certificate::from_der(&der).map_err(|error| error.to_string())
        };
        let read = |text| read(text).map_err(|why| TrustError::Unreadable(format!("in a CA of the bundle, {why}")));
        Ok(Known::new(self.known_sub_cas.iter().map(read).collect::<Result<Vec<_>, _>>()?))
    }
}

fn is_false(flag: &bool) -> bool {
    !flag
}

/// Whether a document of these dates is good now.
pub(crate) fn check_dates(issued: Timestamp, expires: Timestamp, at: Timestamp) -> Result<(), TrustError> {
    if at >= expires {
        return Err(TrustError::TooOld { expires, at });
    }
    if at.saturating_add(SLOW_CLOCK).unwrap_or(Timestamp::MAX) < issued {
        return Err(TrustError::TooNew { issued, at });
    }
    Ok(())
}
