//! What is in a bundle, in each of its forms.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use opnc_client::trust::{self, TrustedRoot};
use opnc_pki::Certificate;
use opnc_pki::chain::Purpose;
use opnc_store::roots::Root;
use serde_json::Value;

use super::{Stamp, Wanted};
use crate::trust::TrustPolicy;
use crate::trust::pool::{self, PoolRoot};
use crate::trust::versions::State;
use crate::trust::zip;
use crate::{Ecosystem, ServiceError};

/// A root of a bundle.
pub(super) struct Held {
    row: Root,
    state: State,
    purposes: Vec<String>,
}

/// The roots of the pool that are wanted and have not ended, the oldest first.
pub(super) async fn roots(ecosystem: &Ecosystem, wanted: &Wanted, at: Timestamp) -> Result<Vec<Held>, ServiceError> {
    let mut reader = ecosystem.store().read().await?;
    let policy = &ecosystem.policy().trust;
    let pool = pool::read(&mut reader, policy).await?;
    drop(reader);
    let is_held = |root: &PoolRoot| root.row.not_after >= at && is_wanted(wanted, policy, &root.state);
    let held = pool.into_iter().filter(is_held);
    Ok(held.map(|root| Held { purposes: purposes(policy, &root.state), state: root.state, row: root.row }).collect())
}

/// Whether a root in this state belongs to a bundle.
pub(super) fn is_wanted(wanted: &Wanted, policy: &TrustPolicy, state: &State) -> bool {
    let is_for = |purpose| policy.counts(purpose, state);
    wanted.purpose.map_or_else(|| Purpose::ALL.into_iter().any(is_for), is_for)
        && wanted.iso_version.is_none_or(|version| version == state.iso)
        && wanted.trust_list.as_ref().is_none_or(|list| state.lists.contains(list))
}

pub(super) fn purposes(policy: &TrustPolicy, state: &State) -> Vec<String> {
    let counts = |purpose: &Purpose| policy.counts(*purpose, state);
    Purpose::ALL.into_iter().filter(counts).map(|purpose| purpose.as_str().to_owned()).collect()
}

/// Certificates in PEM, and nothing between them that a simple reader could stumble over.
pub(super) fn pem(roots: &[Held]) -> Vec<u8> {
    let mut text = String::new();
    for held in roots {
        text.push_str("-----BEGIN CERTIFICATE-----\n");
        for line in BASE64_STANDARD.encode(&held.row.der).as_bytes().chunks(64) {
            text.push_str(&String::from_utf8_lossy(line));
            text.push('\n');
        }
        text.push_str("-----END CERTIFICATE-----\n");
    }
    text.into_bytes()
}

/// A file for each root, called by its common name and the start of its fingerprint.
pub(super) fn archive(roots: &[Held]) -> Result<Vec<u8>, ServiceError> {
    let files = roots.iter().map(|held| {
        let certificate = Certificate::from_der(&held.row.der).map_err(ServiceError::internal)?;
        Ok((file_name(&certificate), held.row.der.clone()))
    });
    let files = files.collect::<Result<Vec<_>, ServiceError>>()?;
    zip::archive(&files).ok_or_else(|| ServiceError::internal("there are more roots than an archive can hold"))
}

/// Letters, digits and hyphens: a name that is harmless wherever somebody unpacks it.
fn file_name(certificate: &Certificate) -> String {
    let name = certificate.common_name().unwrap_or("root").chars().take(60);
    let name: String = name.map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let print = certificate.fingerprint().to_string();
    format!("{name}-{}.der", print.get(..16).unwrap_or_default())
}

/// The document.
pub(super) fn json(
    stamp: &Stamp,
    wanted: &Wanted,
    roots: Vec<Held>,
    known_sub_cas: Vec<String>,
) -> Result<Vec<u8>, ServiceError> {
    let document = trust::Bundle {
        issuer: stamp.issuer.clone(),
        version: stamp.version,
        selection: wanted.selection(),
        issued: stamp.issued,
        expires: stamp.expires,
        keys: keys(stamp),
        roots: roots.into_iter().map(Held::entry).collect(),
        known_sub_cas,
    };
    serde_json::to_vec(&document).map_err(ServiceError::internal)
}

/// The keys that may sign what comes next.
pub(super) fn keys(stamp: &Stamp) -> Vec<Value> {
    stamp.keys.iter().map(opnc_client::signed::VerifyingKey::to_jwk).collect()
}

impl Held {
    /// Which root it is.
    pub(super) fn fingerprint(&self) -> opnc_messages::ids::Fingerprint {
        self.row.fingerprint
    }

    /// What decides whether it is held.
    pub(super) fn state(&self) -> &State {
        &self.state
    }

    /// Whether it is trusted for this.
    pub(super) fn is_for(&self, purpose: Purpose) -> bool {
        self.purposes.iter().any(|name| name == purpose.as_str())
    }

    /// What it is trusted for.
    pub(super) fn purposes(&self) -> &[String] {
        &self.purposes
    }

    /// As a document has it.
    pub(super) fn entry(self) -> TrustedRoot {
        let Self { row, purposes, .. } = self;
        TrustedRoot { trust_lists: row.ctl_list, purposes, ..TrustedRoot::new(&row.der, row.fingerprint, row.types) }
    }
}
