//! `OPNC-from-party-type` and `OPNC-from-party-id`: a party with several identities says as which of them it acts.
//!
//! It must hold the identity, and for this request it owns nothing else of that kind: what it does for one sub-operator can
//! touch no other.

use axum::http::{HeaderMap, StatusCode};
use opnc_messages::ids::{Fingerprint, OperatorId, ProviderId, Wmi};
use opnc_services::Caller;
use opnc_services::caller::PartyIdentifier;

use crate::error::Refusal;

/// What kind of party has sent the request.
const TYPE: &str = "opnc-from-party-type";
/// Its identifier: WMI, provider id, operator id, or fingerprint of a root.
const ID: &str = "opnc-from-party-id";
/// The types of the official files, in any case.
const TYPES: &str = "emsp, cpo, oem, pki, cps, pcp, ccp";

/// The caller as the identity it acts as; the caller itself where it names none.
pub(super) fn acting(headers: &HeaderMap, mut caller: Caller) -> Result<Caller, Refusal> {
    let (kind, id) = match (text(headers, TYPE)?, text(headers, ID)?) {
        (None, None) => return Ok(caller),
        (Some(kind), Some(id)) => (kind.to_ascii_lowercase(), id),
        (Some(_), None) => return Err(invalid("OPNC-from-party-type was sent without OPNC-from-party-id.".into())),
        (None, Some(_)) => return Err(invalid("OPNC-from-party-id was sent without OPNC-from-party-type.".into())),
    };
    let problem = |error: &dyn std::fmt::Display| invalid(format!("OPNC-from-party-id: {error}"));
    let owned = &mut caller.owned;
    let acting = match kind.as_str() {
        "oem" => only(&mut owned.wmis, Wmi::parse(id).map_err(|error| problem(&error))?).map(PartyIdentifier::Wmi),
        "emsp" => {
            let provider = ProviderId::parse(id).map_err(|error| problem(&error))?;
            only(&mut owned.providers, provider).map(PartyIdentifier::Provider)
        }
        "cpo" => {
            let operator = OperatorId::parse(id).map_err(|error| problem(&error))?;
            only(&mut owned.operators, operator).map(PartyIdentifier::Operator)
        }
        "pki" | "cps" => {
            let root = Fingerprint::parse(id).map_err(|error| problem(&error))?;
            only(&mut owned.roots, root).map(PartyIdentifier::Root)
        }
        "pcp" | "ccp" => None,
        other => {
            let other: String = other.chars().take(40).collect();
            return Err(invalid(format!("OPNC-from-party-type is one of {TYPES}, not {other:?}.")));
        }
    };
    if acting.is_some() {
        caller.acting = acting;
        return Ok(caller);
    }
    let message = format!("The calling party does not hold the identity {kind} {id}; it can act as its own alone.");
    Err(Refusal::new(StatusCode::FORBIDDEN, message))
}

/// The identity that an accepted request acts as, left on its response for the log: `oem WAU`.
#[derive(Debug, Clone)]
pub(crate) struct ActingAs(pub(crate) String);

impl ActingAs {
    /// What the headers name, once [`acting`] has accepted them.
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        let (kind, id) = (text(headers, TYPE).ok()??, text(headers, ID).ok()??);
        Some(Self(format!("{} {id}", kind.to_ascii_lowercase())))
    }
}

/// Keeps this one of what is owned; the one, if it was among them.
fn only<T: PartialEq>(owned: &mut Vec<T>, one: T) -> Option<T> {
    owned.retain(|other| *other == one);
    (!owned.is_empty()).then_some(one)
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
        };
        let sent = [(TYPE, kind), (ID, id)].into_iter().filter_map(|(name, value)| Some((name, value?)));
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
