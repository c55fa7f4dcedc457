//! A bundle in a file, and answers from it.
//!
//! The file holds the signed text and the key that has verified it, so that opening it verifies again. Which keys may sign the
//! next bundle, the present one says: a key that is to be replaced announces its successor first.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use opnc_pki::Certificate;
use opnc_pki::chain::{Anchors, Known, Purpose, Work};
use opnc_pki::resolve::{self, Pool, Question, ResolveError, Resolved};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Bundle, LONGEST, TrustError};
use crate::signed::KeySet;

/// A bundle that was verified, kept in a file, with its roots ready for use.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    bundle: Bundle,
    anchors: HashMap<Purpose, Anchors>,
    known: Known,
}

/// Why there is no answer from a store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The bundle is not good at this time: no answer is better than one from old knowledge.
    #[error(transparent)]
    Bundle(#[from] TrustError),
    /// The certificates lead to none of its roots.
    #[error(transparent)]
    Unresolved(#[from] ResolveError),
}

/// What is in the file.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Kept {
    /// The keys that were trusted when the bundle came.
    verified_with: Value,
    /// The signed text.
    bundle: String,
}

impl Store {
    /// Makes a store of the first bundle, with a key that was brought here by a way of its own. What the file held before is
    /// gone: whoever pins a key anew starts anew.
    ///
    /// # Errors
    /// [`TrustError`]: the signature, the dates, or the file.
    pub fn create(path: &Path, text: &[u8], pinned: &KeySet, at: Timestamp) -> Result<Self, TrustError> {
        let bundle = Bundle::verify(text, pinned)?;
        bundle.check_dates(at)?;
        let store = Self::of(path, bundle)?;
        write(path, text, pinned)?;
        Ok(store)
    }

    /// Opens a store. Its bundle may be too old by now: [`resolve`](Self::resolve) says so.
    ///
    /// # Errors
    /// [`TrustError::File`], [`TrustError::Unreadable`] when it is no store, [`TrustError::Signature`] when it was changed.
    pub fn open(path: &Path) -> Result<Self, TrustError> {
        let file = |source| TrustError::File { path: path.display().to_string(), source };
        let length = fs::metadata(path).map_err(file)?.len();
        if length > 2 * LONGEST as u64 {
            return Err(TrustError::Unreadable(format!("the store is longer than {} bytes", 2 * LONGEST)));
        }
        let text = fs::read(path).map_err(file)?;
        let kept: Kept = serde_json::from_slice(&text).map_err(|error| {
            // The start of every compact signature: {" in base64url.
            TrustError::Unreadable(if text.starts_with(b"eyJ") {
                "it is a signed document and no store; a store is made of it with a key that verifies it".to_owned()
            } else {
                format!("in the store, {error}")
            })
        })?;
        let bundle = Bundle::verify(kept.bundle.as_bytes(), &KeySet::from_jwks(&kept.verified_with)?)?;
        Self::of(path, bundle)
    }

    /// Takes a newer bundle in the place of the one that is there: signed by a key that the present one names, of the same
    /// ecosystem and selection, of the same version or a later one, and good at this time. Otherwise nothing changes, nor when
    /// it says the same as the present one and was made earlier.
    ///
    /// # Errors
    /// [`TrustError`], above all [`TrustError::Rollback`].
    pub fn update(&mut self, text: &[u8], at: Timestamp) -> Result<(), TrustError> {
        let keys = self.bundle.successors()?;
        let bundle = Bundle::verify(text, &keys)?;
        bundle.check_dates(at)?;
        let about = |bundle: &Bundle| (bundle.issuer.clone(), bundle.selection.clone());
        if about(&bundle) != about(&self.bundle) {
            return Err(TrustError::Other { found: named(&bundle), kept: named(&self.bundle) });
        }
        if (bundle.version, bundle.issued) < (self.bundle.version, self.bundle.issued) {
            let same = bundle.version == self.bundle.version
                && (&bundle.roots, &bundle.keys) == (&self.bundle.roots, &self.bundle.keys);
            // From a replica whose clock is behind: it says nothing else, and for a shorter time.
            return if same {
                Ok(())
            } else {
                Err(TrustError::Rollback { found: bundle.version, kept: self.bundle.version })
            };
        }
        let store = Self::of(&self.path, bundle)?;
        write(&self.path, text, &keys)?;
        *self = store;
        Ok(())
    }

    /// The bundle.
    pub fn bundle(&self) -> &Bundle {
        &self.bundle
    }

    /// The root that certificates lead to: a leaf, and of the CAs above it some, all or none; missing ones are taken
    /// from the bundle, when it was asked for with sub CAs.
    /// Whether anything was revoked since the bundle was made, nobody can say without a network.
    ///
    /// # Errors
    /// [`StoreError::Bundle`] when the bundle is too old or the clock wrong, [`StoreError::Unresolved`] with every reason.
    pub fn resolve(
        &self,
        certificates: &[Certificate],
        purpose: Purpose,
        at: Timestamp,
    ) -> Result<Resolved, StoreError> {
        self.bundle.check_dates(at)?;
        let nothing = Anchors::new(Vec::new());
        let anchors = self.anchors.get(&purpose).unwrap_or(&nothing);
        let pool = Pool { anchors, known: &self.known, barred: &[] };
        Ok(resolve::resolve(&Question { certificates, purpose, at }, &pool, &mut Work::default())?)
    }

    fn of(path: &Path, bundle: Bundle) -> Result<Self, TrustError> {
        let anchors = Purpose::ALL.into_iter().map(|purpose| Ok((purpose, bundle.anchors(purpose)?)));
        let anchors = anchors.collect::<Result<_, TrustError>>()?;
        Ok(Self { path: path.to_owned(), known: bundle.known()?, bundle, anchors })
    }
}

/// What a bundle is about, in words.
fn named(bundle: &Bundle) -> String {
    let selection = &bundle.selection;
    let or_all = |member: &Option<String>, all: &str| member.clone().unwrap_or_else(|| all.to_owned());
    format!(
        "the ecosystem {} for {}, {}, {}{}",
        bundle.issuer,
        or_all(&selection.purpose, "every purpose"),
        or_all(&selection.iso15118_version, "every edition"),
        or_all(&selection.trust_list, "any trust list"),
        if selection.sub_cas { ", with sub CAs" } else { "" }
    )
}

/// Writes the file whole or not at all.
fn write(path: &Path, text: &[u8], keys: &KeySet) -> Result<(), TrustError> {
    let bundle = String::from_utf8_lossy(text).trim().to_owned();
    let kept = Kept { verified_with: keys.to_jwks(), bundle };
    let json = serde_json::to_vec(&kept).map_err(|error| TrustError::Unreadable(error.to_string()))?;
    let mut draft = path.as_os_str().to_owned();
    draft.push(".draft");
    let written = File::create(&draft).and_then(|mut file| {
        file.write_all(&json)?;
        file.sync_all()?;
        fs::rename(&draft, path)
    });
    written.map_err(|source| TrustError::File { path: path.display().to_string(), source })
}
