//! The versions of what is trusted, and what it was at an earlier one.

use std::collections::HashMap;

use opnc_messages::ids::Fingerprint;
use opnc_messages::{IsoVersion, RootType};
use opnc_pki::Certificate;
use opnc_store::Tx;
use opnc_store::roots::Root;
use opnc_store::trust_versions::{self, TrustChange};
use serde_json::{Value, json};

use super::TrustPolicy;
use crate::{Ecosystem, ServiceError};

/// What decides whether a root is trusted for something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct State {
    pub(super) types: Vec<RootType>,
    pub(super) lists: Vec<String>,
    pub(super) iso: IsoVersion,
}

/// Notes in the transaction that changes a root that what is trusted has a new version, on every replica.
pub(crate) async fn changed(
    tx: &mut Tx<'_>,
    ecosystem: &Ecosystem,
    before: Option<&Root>,
    after: Option<&Root>,
) -> Result<(), ServiceError> {
    let text = |root: Option<&Root>| root.map(|root| State::of(root).map(|state| state.to_text())).transpose();
    let fingerprint = before.or(after).map(|root| root.fingerprint);
    let change = TrustChange { fingerprint, before: text(before)?, after: text(after)? };
    trust_versions::append(tx, &change, ecosystem.now()).await?;
    Ok(())
}

/// What was otherwise before these changes: the roots they touched, each as it was (or was not) in the pool, and the policy
/// where it was another.
pub(super) fn before(changes: &[TrustChange]) -> (HashMap<Fingerprint, Option<State>>, Option<TrustPolicy>) {
    let (mut roots, mut policy) = (HashMap::new(), None);
    for change in changes {
        match change.fingerprint {
            Some(fingerprint) => {
                let state = change.before.as_deref().and_then(State::from_text);
                roots.entry(fingerprint).or_insert(state);
            }
            None => {
                policy.get_or_insert_with(|| TrustPolicy::from_text(change.before.as_deref()));
            }
        }
    }
    (roots, policy)
}

impl State {
    pub(super) fn of(root: &Root) -> Result<Self, ServiceError> {
        let certificate = Certificate::from_der(&root.der).map_err(ServiceError::internal)?;
        let iso = certificate.public_key().algorithm().version();
        Ok(Self { types: root.types.clone(), lists: root.ctl_list.clone(), iso })
    }

    fn to_text(&self) -> String {
        json!({ "types": self.types, "lists": self.lists, "iso": self.iso.as_str() }).to_string()
    }

    fn from_text(text: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(text).ok()?;
        let words =
            |name: &str| -> Option<Vec<&str>> { value.get(name)?.as_array()?.iter().map(Value::as_str).collect() };
        Some(Self {
            types: words("types")?.into_iter().filter_map(RootType::parse).collect(),
            lists: words("lists")?.into_iter().map(str::to_owned).collect(),
            iso: IsoVersion::parse(value.get("iso")?.as_str()?)?,
        })
    }
}
