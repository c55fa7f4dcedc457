//! The parties of an ecosystem for trying things, as one would tell them to a friend.

use opnc_client::{Access, Client};
use opnc_messages::Role;
use opnc_messages::ids::{Fingerprint, OperatorId, ProviderId, Wmi};
use opnc_pki::Clock;
use opnc_services::caller::Owned;
use opnc_services::parties::{Credentials, NewParty};
use std::sync::Arc;

use crate::failure::Failure;

/// A party that is to be made.
pub(crate) struct PartySpec {
    /// A name for people.
    pub(crate) name: &'static str,
    /// Its role.
    pub(crate) role: Role,
    /// What it owns: WMIs of an OEM, country and provider or operator of an eMSP or CPO.
    pub(crate) ids: &'static [&'static str],
}

impl PartySpec {
    /// The party as the services know it. `cps` adds the root and name of a CPS.
    ///
    /// # Errors
    /// When an identifier of the table is not one, which a test would find.
    pub(crate) fn new_party(&self, cps: Option<(Fingerprint, &str)>) -> Result<NewParty, Failure> {
        self.with_ids(self.ids, cps)
    }

    /// The same with other identifiers in the place of its own.
    ///
    /// # Errors
    /// As [`new_party`](Self::new_party).
    pub(crate) fn with_ids(
        &self,
        ids: &[impl AsRef<str>],
        cps: Option<(Fingerprint, &str)>,
    ) -> Result<NewParty, Failure> {
        let mut owned = Owned::default();
        for id in ids.iter().map(AsRef::as_ref) {
            match self.role {
                Role::Oem => owned.wmis.push(Wmi::parse(id).map_err(Failure::ecosystem)?),
                Role::EmspOwnPki | Role::EmspNoPki => {
                    owned.providers.push(ProviderId::parse(id).map_err(Failure::ecosystem)?)
                }
                Role::Cpo => owned.operators.push(OperatorId::parse(id).map_err(Failure::ecosystem)?),
                Role::Admin | Role::Cps | Role::Peer => {}
            }
        }
        if let Some((root, name)) = cps {
            owned.roots.push(root);
            owned.cps_names.push(name.to_owned());
        }
        Ok(NewParty { name: self.name.to_owned(), role: self.role, owned })
    }
}

/// A way to call the ecosystem as the party behind these credentials.
///
/// # Errors
/// When the base URL is none.
pub(crate) fn client(base_url: &str, credentials: &Credentials, clock: Arc<dyn Clock>) -> Result<Client, Failure> {
    client_of(base_url, &credentials.client_id, &credentials.client_secret, clock)
}

/// The same from client id and secret.
///
/// # Errors
/// When the base URL is none.
pub(crate) fn client_of(base_url: &str, id: &str, secret: &str, clock: Arc<dyn Clock>) -> Result<Client, Failure> {
    Client::new(base_url, Access::credentials(id, secret), clock).map_err(Failure::ecosystem)
}
