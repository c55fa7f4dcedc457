//! Who asks: the party behind a request, as it stands in the store at this moment.

use opnc_messages::Role;
use opnc_messages::ids::{Emaid, Fingerprint, OperatorId, Pcid, ProviderId, Wmi};
use opnc_messages::operation::Service;
pub use opnc_store::party_identifiers::PartyIdentifier;
use uuid::Uuid;

/// An authenticated party, and the request it makes.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The party's id in the store.
    pub party: Uuid,
    /// Its role.
    pub role: Role,
    /// What it owns.
    pub owned: Owned,
    /// As which of its identities it acts, where it says so: then that is all of its kind that it owns.
    pub acting: Option<PartyIdentifier>,
    /// The services its credential is good for.
    pub scopes: Vec<Service>,
    /// The trace id of this request, as it stands in the answer and the log.
    pub trace: Uuid,
    /// Who it is at the machine itself, where no party asks: a user of the operating system.
    pub operator: Option<String>,
}

/// The identifiers that belong to a party: prefixes of what it may write, and names it may act under.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Owned {
    /// World manufacturer identifiers of an OEM: the first three characters of its PCIDs.
    pub wmis: Vec<Wmi>,
    /// Country and provider of an eMSP: the first five characters of its EMAIDs.
    pub providers: Vec<ProviderId>,
    /// Country and operator of a CPO: the first five characters of its EVSE IDs.
    pub operators: Vec<OperatorId>,
    /// The roots of a PKI or CPS.
    pub roots: Vec<Fingerprint>,
    /// Names under which a party may act as a CPS: common names of its CPS leaves.
    pub cps_names: Vec<String>,
}

impl Caller {
    /// The operator at the machine itself: a user of the operating system, no party, with every right of an admin.
    /// `trace` is the id of what is done now.
    pub fn operator(name: &str, trace: Uuid) -> Self {
        Self {
            party: Uuid::nil(),
            role: Role::Admin,
            owned: Owned::default(),
            acting: None,
            scopes: Service::ALL.to_vec(),
            trace,
            operator: Some(name.to_owned()),
        }
    }

    /// The program itself, at work that nobody asked for at this moment.
    pub fn program(trace: Uuid) -> Self {
        Self { operator: None, ..Self::operator("", trace) }
    }

    /// The party's id, as an audit row has it; `None` for the operator at the machine.
    pub fn party_id(&self) -> Option<Uuid> {
        (!self.party.is_nil()).then_some(self.party)
    }

    /// Whether this car is one of the caller's own, by its WMI.
    pub fn owns_pcid(&self, pcid: &Pcid) -> bool {
        self.owned.wmis.contains(&pcid.wmi())
    }

    /// Whether this contract is one of the caller's own, by country and provider.
    pub fn owns_emaid(&self, emaid: &Emaid) -> bool {
        self.owned.providers.contains(&emaid.provider_id())
    }
}
