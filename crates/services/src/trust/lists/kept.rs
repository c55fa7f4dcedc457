//! A root before and after, as it is kept so that an application can be taken back.

use jiff::Timestamp;
use opnc_messages::RootType;
use opnc_messages::ids::Fingerprint;
use opnc_store::roots::Root;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ServiceError;

/// What an application did to a root.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Touched {
    pub(super) fingerprint: Fingerprint,
    pub(super) before: Option<Kept>,
    pub(super) after: Option<Kept>,
}

/// A row of the pool.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Kept {
    id: Uuid,
    fingerprint: Fingerprint,
    types: Vec<RootType>,
    ctl_list: Vec<String>,
    /// In hexadecimal digits.
    der: String,
    certificate_revocation_list: Option<String>,
    cross_certificate_pair: Option<String>,
    labeled_uri: Option<String>,
    not_after: Timestamp,
    created_at: Timestamp,
}

impl From<&Root> for Kept {
    fn from(root: &Root) -> Self {
        let root = root.clone();
        Self {
            id: root.id,
            fingerprint: root.fingerprint,
            types: root.types,
            ctl_list: root.ctl_list,
            der: hex::encode(root.der),
            certificate_revocation_list: root.certificate_revocation_list,
            cross_certificate_pair: root.cross_certificate_pair,
            labeled_uri: root.labeled_uri,
            not_after: root.not_after,
            created_at: root.created_at,
        }
    }
}

impl Kept {
    pub(super) fn root(self) -> Result<Root, ServiceError> {
        Ok(Root {
            id: self.id,
            fingerprint: self.fingerprint,
            types: self.types,
            ctl_list: self.ctl_list,
            der: hex::decode(self.der).map_err(ServiceError::internal)?,
            certificate_revocation_list: self.certificate_revocation_list,
            cross_certificate_pair: self.cross_certificate_pair,
            labeled_uri: self.labeled_uri,
            not_after: self.not_after,
            created_at: self.created_at,
        })
    }

    /// Whether the pool has it so. A change that waited for a second admin has another id and age.
    pub(super) fn is(&self, root: &Root) -> bool {
        let mut same = self.clone();
        (same.id, same.created_at) = (root.id, root.created_at);
        same.root().is_ok_and(|same| same == *root)
    }
}
