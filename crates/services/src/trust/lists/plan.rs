//! What applying a list would change.

use opnc_messages::RootType;
use opnc_messages::ids::Fingerprint;
use opnc_pki::{Certificate, chain};
use opnc_store::Reader;
use opnc_store::roots::{self, Root};

use super::{Consent, Imported};
use crate::{Ecosystem, ServiceError};

/// Everything that applying a list would do.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The list.
    pub name: String,
    /// Its version.
    pub version: u64,
    /// What would be done with each root that is on the list, or was.
    pub steps: Vec<Step>,
}

/// What would be done with a root.
#[derive(Debug, Clone)]
pub struct Step {
    /// The root.
    pub fingerprint: Fingerprint,
    /// Its common name.
    pub common_name: String,
    /// What would be done.
    pub action: Action,
    /// What is to be known about it.
    pub note: Option<String>,
    pub(super) before: Option<Root>,
    pub(super) after: Option<Root>,
}

/// What would be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// It stays as it is.
    Keep,
    /// The list's name is written to it.
    Mark,
    /// The list's name is taken from it.
    Unmark,
    /// It enters the pool.
    Add,
    /// It leaves the pool.
    Remove,
    /// It is not in the pool, and stays out.
    Absent,
}

impl Action {
    /// In a word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Mark => "mark",
            Self::Unmark => "unmark",
            Self::Add => "add",
            Self::Remove => "remove",
            Self::Absent => "absent",
        }
    }

    /// Whether anything changes.
    pub fn changes(self) -> bool {
        !matches!(self, Self::Keep | Self::Absent)
    }
}

/// The plan as of what the pool holds for this reader.
pub(super) async fn make(
    reader: &mut Reader,
    ecosystem: &Ecosystem,
    imported: &Imported,
    consent: Consent,
) -> Result<Plan, ServiceError> {
    let list = &imported.list;
    if ecosystem.now() >= list.expires {
        let text = format!("The trust list {:?} ended at {}: import its successor first.", list.name, list.expires);
        return Err(ServiceError::invalid(text));
    }
    let pool = roots::list(reader, None, None).await?;
    let mut steps = Vec::new();
    for entry in &list.roots {
        let certificate = entry.read().map_err(ServiceError::internal)?;
        let there = pool.iter().find(|root| root.fingerprint == entry.fingerprint);
        steps.push(match there {
            Some(root) => known(&list.name, root, &certificate, &entry.types),
            None => new(ecosystem, &list.name, &certificate, &entry.types, consent),
        });
    }
    let is_listed = |root: &Root| list.roots.iter().any(|entry| entry.fingerprint == root.fingerprint);
    for root in pool.iter().filter(|root| root.ctl_list.contains(&list.name) && !is_listed(root)) {
        let certificate = Certificate::from_der(&root.der).map_err(ServiceError::internal)?;
        let alone = root.ctl_list.len() == 1;
        let (action, after) = if consent.remove && alone {
            (Action::Remove, None)
        } else {
            (Action::Unmark, Some(unmarked(root, &list.name)))
        };
        steps.push(Step::new(&certificate, action, None, Some(root.clone()), after));
    }
    Ok(Plan { name: list.name.clone(), version: list.version, steps })
}

/// A root of the list that is in the pool. What it is the anchor of, the pool's operator has said.
fn known(list: &str, root: &Root, certificate: &Certificate, types: &[RootType]) -> Step {
    let differs =
        types.iter().any(|one| !root.types.contains(one)) || root.types.iter().any(|one| !types.contains(one));
    let note = differs.then(|| format!("the list has it for {}, the pool for {}", words(types), words(&root.types)));
    let (action, after) = if root.ctl_list.iter().any(|name| name == list) {
        (Action::Keep, root.clone())
    } else {
        let mut after = root.clone();
        after.ctl_list.push(list.to_owned());
        (Action::Mark, after)
    };
    Step::new(certificate, action, note, Some(root.clone()), Some(after))
}

/// A root of the list that is not in the pool.
fn new(ecosystem: &Ecosystem, list: &str, certificate: &Certificate, types: &[RootType], consent: Consent) -> Step {
    let unfit = chain::check_root(certificate, ecosystem.now()).err();
    let unfit = unfit.map(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "));
    match unfit {
        Some(why) => Step::new(certificate, Action::Absent, Some(why), None, None),
        None if !consent.add => {
            let note = format!("it is on the list for {}; roots enter the pool only by your word", words(types));
            Step::new(certificate, Action::Absent, Some(note), None, None)
        }
        None => {
            let root = Root {
                id: ecosystem.new_id(),
                fingerprint: certificate.fingerprint(),
                types: types.to_vec(),
                ctl_list: vec![list.to_owned()],
                der: certificate.der().to_vec(),
                certificate_revocation_list: None,
                cross_certificate_pair: None,
                labeled_uri: None,
                not_after: certificate.not_after(),
                created_at: ecosystem.now(),
            };
            Step::new(certificate, Action::Add, Some(format!("for {}", words(types))), None, Some(root))
        }
    }
}

fn unmarked(root: &Root, list: &str) -> Root {
    let mut root = root.clone();
    root.ctl_list.retain(|name| name != list);
    root
}

fn words(types: &[RootType]) -> String {
    types.iter().map(|one| one.as_str()).collect::<Vec<_>>().join(", ")
}

impl Step {
    fn new(
        certificate: &Certificate,
        action: Action,
        note: Option<String>,
        before: Option<Root>,
        after: Option<Root>,
    ) -> Self {
        let common_name = certificate.common_name().unwrap_or_default().to_owned();
        Self { fingerprint: certificate.fingerprint(), common_name, action, note, before, after }
    }
}
