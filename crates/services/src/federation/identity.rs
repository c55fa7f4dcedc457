//! For whom a question is passed on: the identity of the caller that it concerns.

use opnc_messages::Role;
use opnc_messages::header::{FROM_PARTY_ID, FROM_PARTY_TYPE};
use opnc_store::party_identifiers::PartyIdentifier;

use super::Question;
use crate::Caller;

/// The caller's identity that the question is about, else its first; `None` for who has none.
pub(super) fn identity(caller: &Caller, question: &Question) -> Option<PartyIdentifier> {
    let owned = &caller.owned;
    match caller.role {
        Role::Oem => {
            let asked = question.pcid().map(|pcid| pcid.wmi());
            let one = owned.wmis.iter().find(|wmi| asked.as_ref() == Some(*wmi)).or(owned.wmis.first());
            one.cloned().map(PartyIdentifier::Wmi)
        }
        Role::EmspOwnPki | Role::EmspNoPki => {
            let asked = question.emaid().map(|emaid| emaid.provider_id());
            let one = owned.providers.iter().find(|id| asked.as_ref() == Some(*id)).or(owned.providers.first());
            one.cloned().map(PartyIdentifier::Provider)
        }
        Role::Cpo => owned.operators.first().cloned().map(PartyIdentifier::Operator),
        Role::Cps => owned.roots.first().copied().map(PartyIdentifier::Root),
        Role::Admin | Role::Peer => None,
    }
}

/// An identity as headers tell it.
pub(super) fn headers(identity: &PartyIdentifier) -> Option<[(&'static str, String); 2]> {
    let (kind, id) = match identity {
        PartyIdentifier::Wmi(wmi) => ("oem", wmi.to_string()),
        PartyIdentifier::Provider(provider) => ("emsp", provider.to_string()),
        PartyIdentifier::Operator(operator) => ("cpo", operator.to_string()),
        PartyIdentifier::Root(root) => ("cps", root.to_string()),
        PartyIdentifier::CpsName(_) => return None,
    };
    Some([(FROM_PARTY_TYPE, kind.to_owned()), (FROM_PARTY_ID, id)])
}
