//! A party of a test ecosystem, with its credentials.

use opnc_client::{Access, Client};
use opnc_messages::Role;
use opnc_messages::ids::{OperatorId, ProviderId, Wmi};
use opnc_pki::Clock;
use opnc_services::caller::Owned;
use opnc_services::parties::{Credentials, NewParty};
use std::sync::Arc;

use crate::TestClock;

/// A party of a test ecosystem.
#[derive(Debug, Clone)]
pub struct TestParty {
    /// A name for people.
    pub name: String,
    /// Its role.
    pub role: Role,
    /// What it owns.
    pub owned: Owned,
    /// What it authenticates with.
    pub credentials: Credentials,
}

impl TestParty {
    pub(crate) fn new(new: NewParty, credentials: Credentials) -> Self {
        Self { name: new.name, role: new.role, owned: new.owned, credentials }
    }

    /// A client of the party for the ecosystem at `base_url`.
    pub fn client(&self, base_url: &str, clock: &TestClock) -> Client {
        let Credentials { client_id, client_secret, .. } = &self.credentials;
        let access = Access::credentials(client_id.as_str(), client_secret.as_str());
        let clock: Arc<dyn Clock> = Arc::new(clock.clone());
        Client::new(base_url, access, clock).expect("a client")
    }
}

/// The parties that every test ecosystem has: one of each role, and a second OEM and eMSPs to try ownership with.
pub(crate) fn usual() -> Vec<NewParty> {
    let party = |name: &str, role, owned| NewParty { name: name.to_owned(), role, owned };
    let wmi = |wmi: &str| Owned { wmis: vec![Wmi::parse(wmi).expect("a WMI")], ..Owned::default() };
    let provider =
        |id: &str| Owned { providers: vec![ProviderId::parse(id).expect("a provider id")], ..Owned::default() };
    let operator =
        |id: &str| Owned { operators: vec![OperatorId::parse(id).expect("an operator id")], ..Owned::default() };
    vec![
        party("Operator", Role::Admin, Owned::default()),
        party("OEM A", Role::Oem, wmi("WAA")),
        party("OEM B", Role::Oem, wmi("WBB")),
        party("CPO B", Role::Cpo, operator("DECPB")),
        party("eMSP C", Role::EmspOwnPki, provider("DECCC")),
        party("eMSP D", Role::EmspNoPki, provider("DEDDD")),
        party("eMSP E", Role::EmspOwnPki, provider("DEEEE")),
        party("eMSP F", Role::EmspNoPki, provider("DEFFF")),
        party("CPS G", Role::Cps, Owned { cps_names: vec!["CPS G".to_owned()], ..Owned::default() }),
    ]
}
