//! Which trust lists count for which purpose: a root that is trusted for contracts need not be for cars.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use opnc_messages::RootType;
use opnc_messages::rcp::Ctl;
use opnc_pki::chain::Purpose;
use opnc_store::settings;
use opnc_store::trust_versions::{self, TrustChange};

use crate::record;
use crate::{Caller, Ecosystem, ServiceError};

/// Where the store keeps the policy that was in force last.
const SETTING: &str = "trust.policy";

/// What an operator decides about trust.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustPolicy {
    lists: BTreeMap<&'static str, Vec<String>>,
    /// How long a signed bundle or list is good.
    pub lifetime: SignedDuration,
}

impl Default for TrustPolicy {
    fn default() -> Self {
        Self::new(SignedDuration::from_hours(14 * 24))
    }
}

impl TrustPolicy {
    /// Every root counts, and what is signed is good for this long.
    pub fn new(lifetime: SignedDuration) -> Self {
        Self { lists: BTreeMap::new(), lifetime }
    }

    /// The same where for this purpose only roots on one of these lists count; all roots, when there are none.
    #[must_use]
    pub fn with(mut self, purpose: Purpose, lists: &[String]) -> Self {
        if lists.is_empty() {
            self.lists.remove(purpose.as_str());
        } else {
            self.lists.insert(purpose.as_str(), lists.iter().map(|name| canonical(name)).collect());
        }
        self
    }

    /// Whether a root of these types, on these lists, is trusted for this.
    pub fn counts(&self, purpose: Purpose, types: &[RootType], lists: &[String]) -> bool {
        purpose.root_types().iter().any(|wanted| types.contains(wanted)) && self.allows(purpose, lists)
    }

    fn allows(&self, purpose: Purpose, lists: &[String]) -> bool {
        self.lists.get(purpose.as_str()).is_none_or(|wanted| wanted.iter().any(|name| lists.contains(name)))
    }

    fn to_text(&self) -> Result<String, ServiceError> {
        serde_json::to_string(&self.lists).map_err(ServiceError::internal)
    }

    /// Reads what [`note_policy`] has kept. What cannot be read lets every root count.
    pub(super) fn from_text(text: Option<&str>) -> Self {
        let kept: BTreeMap<String, Vec<String>> =
            text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        let lists = |purpose: Purpose| kept.get(purpose.as_str()).cloned().unwrap_or_default();
        Purpose::ALL.into_iter().fold(Self::default(), |policy, purpose| policy.with(purpose, &lists(purpose)))
    }
}

/// The name of a trust list as it stands in `rootCtlList`: those of OPNC in their own spelling, others as they are.
pub(super) fn canonical(name: &str) -> String {
    Ctl::parse(name).map_or_else(|| name.to_owned(), |ctl| ctl.as_str().to_owned())
}

/// Gives what is trusted a new version when this process has another policy than the one that was in force. To be called
/// once, at the start.
///
/// # Errors
/// When the store fails.
pub async fn note_policy(ecosystem: &Ecosystem) -> Result<(), ServiceError> {
    let text = &ecosystem.policy().trust.to_text()?;
    let program = &Caller::program(ecosystem.new_id());
    ecosystem
        .store()
        .run_tx("note trust policy", |tx| {
            Box::pin(async move {
                let before = settings::get(tx, SETTING).await?;
                if before.as_deref().unwrap_or("{}") == text {
                    return Ok(());
                }
                settings::put(tx, SETTING, text).await?;
                let change = TrustChange { fingerprint: None, before, after: Some(text.clone()) };
                trust_versions::append(tx, &change, ecosystem.now()).await?;
                record::note(tx, program, ecosystem, "ChangeTrustPolicy", text).await
            })
        })
        .await
}
