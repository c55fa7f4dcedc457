//! A trust list: the roots that somebody recognises, for others to agree with or not.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::bundle::check_dates;
use super::{LONGEST, TrustError, TrustedRoot};
use crate::signed::{KeySet, verify};

/// The type of a signed trust list.
pub const LIST_TYPE: &str = "opnc-trust-list+jws";
/// The longest name of a list.
const LONGEST_NAME: usize = 100;

/// The roots that somebody recognises, under a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TrustList {
    /// Its name, as it stands in `rootCtlList`: `European CTL`, for example.
    pub name: String,
    /// Who made it.
    pub issuer: String,
    /// Grows with each change.
    pub version: u64,
    /// Since when it is good.
    pub issued: Timestamp,
    /// Until when it is good.
    pub expires: Timestamp,
    /// The keys that may sign its successors (RFC 7517); none: those that signed this one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<Value>,
    /// The roots.
    pub roots: Vec<TrustedRoot>,
}

impl TrustList {
    /// Reads a signed list that one of these keys has signed, and that is good at this time.
    ///
    /// # Errors
    /// [`TrustError`]: its signature, its form, its dates, or a root in it.
    pub fn verify(text: &[u8], keys: &KeySet, at: Timestamp) -> Result<Self, TrustError> {
        let verified = verify(text, LIST_TYPE, keys, LONGEST)?;
        let list: Self = serde_json::from_slice(&verified.payload)
            .map_err(|error| TrustError::Unreadable(format!("in the trust list, {error}")))?;
        if list.name.trim().is_empty() || list.name.len() > LONGEST_NAME || list.name.chars().any(char::is_control) {
            let text = format!("a trust list has a name of 1 to {LONGEST_NAME} bytes without control characters");
            return Err(TrustError::Unreadable(text));
        }
        check_dates(list.issued, list.expires, at)?;
        for (index, root) in list.roots.iter().enumerate() {
            root.read()?;
            if list.roots.iter().take(index).any(|other| other.fingerprint == root.fingerprint) {
                let problem = "it is on the list twice".to_owned();
                return Err(TrustError::Root { fingerprint: root.fingerprint, problem });
            }
        }
        list.successors()?;
        Ok(list)
    }

    /// The keys that may sign its successors, when it says which.
    ///
    /// # Errors
    /// [`TrustError::Keys`].
    pub fn successors(&self) -> Result<Option<KeySet>, TrustError> {
        if self.keys.is_empty() {
            return Ok(None);
        }
        Ok(Some(KeySet::from_jwks(&serde_json::json!({ "keys": self.keys }))?))
    }
}
