//! Our own list: what this pool recognises, for other ecosystems.

use opnc_client::signed::VerifyingKey;
use opnc_client::trust::{LIST_TYPE, TrustList, TrustedRoot};
use opnc_store::{roots, trust_versions};

use super::canonical;
use crate::audit::admins_only;
use crate::trust::issuer;
use crate::{Caller, Ecosystem, ServiceError, signed_document};

/// A list of ours.
#[derive(Debug, Clone)]
pub struct Exported {
    /// The signed document.
    pub text: String,
    /// How many roots it has.
    pub roots: usize,
    /// How many of them are not on the list that has this name in the pool, where there is one.
    pub not_on_it: usize,
}

/// A signed list under this name, of the roots that are on the list `of`; without it, of all in the pool. Roots that have
/// ended are left out.
///
/// # Errors
/// [`ServiceError::Invalid`] for a name that a list cannot have, or when no root is left.
pub async fn export(
    caller: &Caller,
    ecosystem: &Ecosystem,
    name: &str,
    of: Option<&str>,
) -> Result<Exported, ServiceError> {
    admins_only(caller)?;
    let of = of.map(canonical);
    let now = ecosystem.now();
    let keys = signed_document::keys(ecosystem).await?;
    let issuer = issuer::id(ecosystem).await?;
    let mut reader = ecosystem.store().read().await?;
    let version = trust_versions::current(&mut reader).await?.version;
    let pool = roots::list(&mut reader, None, None).await?;
    drop(reader);
    let is_wanted =
        |root: &roots::Root| root.not_after >= now && of.as_ref().is_none_or(|of| root.ctl_list.contains(of));
    let name = canonical(name);
    let wanted: Vec<_> = pool.iter().filter(|root| is_wanted(root)).collect();
    let entry = |root: &&roots::Root| TrustedRoot::new(&root.der, root.fingerprint, root.types.clone());
    let entries: Vec<_> = wanted.iter().map(entry).collect();
    if entries.is_empty() {
        let which = of.map_or_else(String::new, |of| format!(" is on the list {of:?} and"));
        return Err(ServiceError::invalid(format!(
            "No root of the pool{which} has not ended: there is nothing to export."
        )));
    }
    let expires = now.saturating_add(ecosystem.policy().trust.lifetime).map_err(ServiceError::internal)?;
    let list = TrustList {
        name: name.clone(),
        issuer,
        version,
        issued: now,
        expires,
        keys: keys.iter().map(VerifyingKey::to_jwk).collect(),
        roots: entries,
    };
    let payload = serde_json::to_vec(&list).map_err(ServiceError::internal)?;
    let text = signed_document::sign(ecosystem, LIST_TYPE, &payload).await?;
    // What nobody could import is not given away.
    TrustList::verify(text.as_bytes(), &keys, now).map_err(|error| ServiceError::invalid(error.to_string()))?;
    let has_name = pool.iter().any(|root| root.ctl_list.contains(&name));
    let not_on_it = wanted.iter().filter(|root| has_name && !root.ctl_list.contains(&name)).count();
    Ok(Exported { text, roots: wanted.len(), not_on_it })
}
