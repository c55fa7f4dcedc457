//! `OPNC-from-party-type` and `OPNC-from-party-id`: a party with several identities says as which of them it acts.
//!
//! It must hold the identity, and for this request it owns nothing else of that kind: what it does for one sub-operator can
//! touch no other.

use axum::http::{HeaderMap, StatusCode};
use opnc_messages::header::{FROM_PARTY_ID, FROM_PARTY_TYPE};
use opnc_messages::ids::{Fingerprint, OperatorId, ProviderId, Wmi};
use opnc_services::Caller;
use opnc_store::party_identifiers::PartyIdentifier;

use crate::error::Refusal;

/// The types of the official files, in any case.
const TYPES: &str = "emsp, cpo, oem, pki, cps, pcp, ccp";

/// The caller as the identity it acts as; the caller itself where it names none. A peer acts as the member that it asks for.
pub(super) fn acting(headers: &HeaderMap, mut caller: Caller) -> Result<Caller, Refusal> {
    let Some(named) = party(headers, FROM_PARTY_TYPE, FROM_PARTY_ID)? else { return Ok(caller) };
    if let Named::Party(identity) = &named
        && caller.act_as(identity)
    {
        return Ok(caller);
    }
    let (kind, id) =
        (text(headers, FROM_PARTY_TYPE)?.unwrap_or_default(), text(headers, FROM_PARTY_ID)?.unwrap_or_default());
    let kind = kind.to_ascii_lowercase();
    let message = if caller.peer.is_some() {
        format!("The calling peer does not speak for {kind} {id}; it can ask for its own members alone.")
    } else {
        format!("The calling party does not hold the identity {kind} {id}; it can act as its own alone.")
    };
    Err(Refusal::new(StatusCode::FORBIDDEN, message))
}

/// A party that a pair of headers names.
pub(super) enum Named {
    Party(PartyIdentifier),
    /// A pool, of which nobody has identifiers.
    Pool,
}

/// The party that two headers name together; `None` where neither was sent.
pub(super) fn party(headers: &HeaderMap, kind: &str, id: &str) -> Result<Option<Named>, Refusal> {
    let (kind, id) = match ((text(headers, kind)?, kind), (text(headers, id)?, id)) {
        ((None, _), (None, _)) => return Ok(None),
        ((Some(kind), _), (Some(id), name)) => (kind, (id, name)),
        ((Some(_), kind), (None, id)) => return Err(invalid(format!("{kind} was sent without {id}."))),
        ((None, kind), (Some(_), id)) => return Err(invalid(format!("{id} was sent without {kind}."))),
    };
    let (id, name) = id;
    let problem = |error: &dyn std::fmt::Display| invalid(format!("{name}: {error}"));
    Ok(Some(Named::Party(match kind.to_ascii_lowercase().as_str() {
        "oem" => PartyIdentifier::Wmi(Wmi::parse(id).map_err(|error| problem(&error))?),
        "emsp" => PartyIdentifier::Provider(ProviderId::parse(id).map_err(|error| problem(&error))?),
        "cpo" => PartyIdentifier::Operator(OperatorId::parse(id).map_err(|error| problem(&error))?),
        "pki" | "cps" => PartyIdentifier::Root(Fingerprint::parse(id).map_err(|error| problem(&error))?),
        "pcp" | "ccp" => return Ok(Some(Named::Pool)),
        _ => {
            let sent: String = kind.chars().take(40).collect();
            let header = name.replace("-id", "-type");
            return Err(invalid(format!("{header} is one of {TYPES}, not {sent:?}.")));
        }
    })))
}

/// The identity that an accepted request acts as, left on its response for the log: `oem WAU`.
#[derive(Debug, Clone)]
pub(crate) struct ActingAs(pub(crate) String);

impl ActingAs {
    /// What the headers name, once [`acting`] has accepted them.
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        let (kind, id) = (text(headers, FROM_PARTY_TYPE).ok()??, text(headers, FROM_PARTY_ID).ok()??);
        Some(Self(format!("{} {id}", kind.to_ascii_lowercase())))
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, Refusal> {
    let mut values = headers.get_all(name).into_iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) if value.len() <= 128 => match value.to_str().map(str::trim) {
            Ok("") => Ok(None),
            Ok(text) => Ok(Some(text)),
            Err(_) => Err(invalid(format!("The header {name} is no text."))),
        },
        _ => Err(invalid(format!("The header {name} is too long, or there more than once."))),
    }
}

fn invalid(message: String) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderName, HeaderValue};
    use opnc_messages::Role;
    use opnc_services::caller::Owned;
    use uuid::Uuid;

    fn acted(kind: Option<&str>, id: Option<&str>) -> Result<Caller, u16> {
        let provider = |id: &str| ProviderId::parse(id).unwrap();
        let owned = Owned { providers: vec![provider("DEAAA"), provider("DEBBB")], ..Owned::default() };
        let caller = Caller {
            party: Uuid::nil(),
            role: Role::EmspOwnPki,
            owned,
            acting: None,
            scopes: Vec::new(),
            trace: Uuid::nil(),
            operator: None,
            peer: None,
            reach: opnc_services::federation::Reach::default(),
        };
        let sent = [("opnc-from-party-type", kind), ("opnc-from-party-id", id)]
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)));
        let headers = sent.map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap()));
        acting(&headers.collect(), caller).map_err(|refusal| refusal.status.as_u16())
    }

    #[test]
    fn a_party_acts_as_one_of_its_identities() {
        assert_eq!(acted(None, None).unwrap().owned.providers.len(), 2);
        let caller = acted(Some("EMSP"), Some("de-bbb")).or_else(|_| acted(Some("EMSP"), Some("debbb"))).unwrap();
        assert_eq!(caller.owned.providers, [ProviderId::parse("DEBBB").unwrap()]);
    }

    #[test]
    fn others_are_refused() {
        for (kind, id, status) in [
            (Some("emsp"), Some("DECCC"), 403),
            (Some("cpo"), Some("DEAAA"), 403),
            (Some("oem"), Some("WAA"), 403),
            (Some("ccp"), Some("anything"), 403),
            (Some("emsp"), Some("!"), 400),
            (Some("bank"), Some("DEAAA"), 400),
            (Some("emsp"), None, 400),
            (None, Some("DEAAA"), 400),
        ] {
            assert_eq!(acted(kind, id).unwrap_err(), status, "{kind:?} {id:?}");
        }
    }
}
