//! Who asks: the party behind a request, as it stands in the store at this moment.

use opnc_messages::Role;
use opnc_messages::ids::{Emaid, Fingerprint, OperatorId, Pcid, ProviderId, Wmi};
use opnc_messages::operation::{Operation, Service};
pub use opnc_store::party_identifiers::PartyIdentifier;
use uuid::Uuid;

use crate::access;
use crate::federation::Reach;

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
    /// Whether a peer pool asks; `role` and `owned` are then those of the member that it asks for, once it is known for whom.
    pub peer: Option<SpeaksAs>,
    /// How far the question may go.
    pub reach: Reach,
}

/// The roles of a peer when it names no member that it asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SpeaksAs(pub Vec<Role>);

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

impl Owned {
    /// Whether this identifier is among them.
    pub(crate) fn holds(&self, identifier: &PartyIdentifier) -> bool {
        match identifier {
            PartyIdentifier::Wmi(wmi) => self.wmis.contains(wmi),
            PartyIdentifier::Provider(provider) => self.providers.contains(provider),
            PartyIdentifier::Operator(operator) => self.operators.contains(operator),
            PartyIdentifier::Root(root) => self.roots.contains(root),
            PartyIdentifier::CpsName(name) => self.cps_names.contains(name),
        }
    }
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
            peer: None,
            reach: Reach::default(),
        }
    }

    /// The program itself, at work that nobody asked for at this moment.
    pub fn program(trace: Uuid) -> Self {
        Self { operator: None, ..Self::operator("", trace) }
    }

    /// Lets the caller act as this identity and own nothing else of that kind, as its holder alone can; whether it is one.
    /// A peer gets the role of its member as well.
    pub fn act_as(&mut self, identity: &PartyIdentifier) -> bool {
        let owned = &mut self.owned;
        let (held, role) = match identity {
            PartyIdentifier::Wmi(wmi) => (only(&mut owned.wmis, wmi), Role::Oem),
            // Of the two kinds, which read the same.
            PartyIdentifier::Provider(provider) => (only(&mut owned.providers, provider), Role::EmspOwnPki),
            PartyIdentifier::Operator(operator) => (only(&mut owned.operators, operator), Role::Cpo),
            PartyIdentifier::Root(root) => (only(&mut owned.roots, root), Role::Cps),
            PartyIdentifier::CpsName(name) => (only(&mut owned.cps_names, name), Role::Cps),
        };
        if held {
            self.acting = Some(identity.clone());
            self.role = if self.peer.is_some() { role } else { self.role };
        }
        held
    }

    /// A peer that names no member, in the first of the roles that it has then and that may call this.
    pub fn unnamed(&mut self, operation: Operation) {
        let Some(SpeaksAs(roles)) = self.peer.as_ref().filter(|_| self.role == Role::Peer) else { return };
        let may = |role: &&Role| access::row_of(operation).is_some_and(|row| row.roles.contains(role));
        if let Some(role) = roles.iter().find(may) {
            self.role = *role;
        }
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

/// Keeps this one of what is owned; whether it was among them.
fn only<T: PartialEq>(owned: &mut Vec<T>, one: &T) -> bool {
    owned.retain(|other| other == one);
    !owned.is_empty()
}
