//! What a party must look like, and what two parties cannot share.

use opnc_messages::Role;
use opnc_store::Reader;
use opnc_store::parties::{self as rows, Party};
use opnc_store::party_identifiers::{self, PartyIdentifier};

use super::{NewParty, Sharing};
use crate::ServiceError;
use crate::caller::Owned;

/// The longest name of a party or CPS, in characters.
const LONGEST_NAME: usize = 200;

/// Checks a party by itself; every problem at once.
pub(super) fn check(new: &NewParty) -> Result<(), ServiceError> {
    let mut problems = of_name(&new.name);
    problems.extend(of_owned(new.role, &new.owned));
    if problems.is_empty() { Ok(()) } else { Err(ServiceError::Invalid(problems)) }
}

fn of_name(name: &str) -> Vec<String> {
    let good = !name.trim().is_empty() && name.chars().count() <= LONGEST_NAME && !name.chars().any(char::is_control);
    if good {
        Vec::new()
    } else {
        vec![format!("the name must have 1 to {LONGEST_NAME} characters, none of them a control character")]
    }
}

/// What a role has no use for would only look like a right.
pub(super) fn of_owned(role: Role, owned: &Owned) -> Vec<String> {
    let emsp = matches!(role, Role::EmspOwnPki | Role::EmspNoPki);
    let peer = role == Role::Peer;
    let kinds = [
        ("WMIs", !owned.wmis.is_empty(), role == Role::Oem || peer, "an OEM"),
        ("provider ids", !owned.providers.is_empty(), emsp || peer, "an eMSP"),
        ("operator ids", !owned.operators.is_empty(), role == Role::Cpo || peer, "a CPO"),
        ("CPS names", !owned.cps_names.is_empty(), emsp || role == Role::Cps, "a CPS or eMSP"),
        ("root fingerprints", !owned.roots.is_empty(), role != Role::Admin, "a party with a PKI"),
    ];
    let wrong = kinds.into_iter().filter(|(_, some, fits, _)| *some && !fits);
    let mut problems: Vec<String> =
        wrong.map(|(what, _, _, who)| format!("the role {role} has no {what}: those belong to {who}")).collect();
    problems.extend(owned.cps_names.iter().flat_map(|name| of_name(name)));
    problems
}

/// Refuses a name or identifier that another party has. Roots may be shared: several parties can be below one. A party may
/// be a member of several ecosystems, so what peers ask for is no obstacle; that a peer speaks for a party of this ecosystem,
/// and so reads what that may read, has to be meant.
pub(crate) async fn free(
    reader: &mut Reader,
    party: &Party,
    identifiers: &[PartyIdentifier],
    sharing: Sharing,
) -> Result<(), ServiceError> {
    let others: Vec<_> = rows::list(reader).await?.into_iter().filter(|other| other.id != party.id).collect();
    let mut problems = Vec::new();
    if let Some(other) = others.iter().find(|other| other.name == party.name) {
        let what = if other.role == Role::Peer { "peer" } else { "party" };
        problems.push(format!("there is a {what} {:?} already", party.name));
    }
    let is_peer = party.role == Role::Peer;
    let is_one = |identifier: &&PartyIdentifier| match identifier {
        PartyIdentifier::Root(_) => is_peer && sharing == Sharing::Refused,
        _ => !is_peer || sharing == Sharing::Refused,
    };
    for identifier in identifiers.iter().filter(is_one) {
        let holders = party_identifiers::holders(reader, identifier).await?;
        let holder = others.iter().find(|other| other.role != Role::Peer && holders.contains(&other.id));
        if let Some(holder) = holder {
            let (whose, name) = (words(identifier), &holder.name);
            problems.push(if is_peer {
                format!(
                    "{whose} belongs to the party {name:?} here: the peer would read what {name} may read, and hear what \
                     it hears; say --shared-with-party if that is meant, or leave this member out"
                )
            } else {
                format!("{whose} belongs to the party {name:?}")
            });
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(ServiceError::Invalid(problems)) }
}

pub(crate) fn words(identifier: &PartyIdentifier) -> String {
    match identifier {
        PartyIdentifier::Wmi(wmi) => format!("the WMI {wmi}"),
        PartyIdentifier::Provider(provider) => format!("the provider id {provider}"),
        PartyIdentifier::Operator(operator) => format!("the operator id {operator}"),
        PartyIdentifier::Root(root) => format!("the root {root}"),
        PartyIdentifier::CpsName(name) => format!("the CPS name {name:?}"),
    }
}

#[cfg(test)]
mod tests {
    use opnc_messages::ids::{OperatorId, Wmi};

    use super::*;

    #[test]
    fn every_problem_at_once() {
        let owned = Owned {
            wmis: vec![Wmi::parse("WAU").unwrap()],
            operators: vec![OperatorId::parse("DEABC").unwrap()],
            cps_names: vec!["\u{7}".to_owned()],
            ..Owned::default()
        };
        let problems = |role| match check(&NewParty { name: " ".to_owned(), role, owned: owned.clone() }) {
            Err(ServiceError::Invalid(problems)) => problems.len(),
            _ => 0,
        };
        assert_eq!(Role::ALL.map(problems), [5, 4, 4, 4, 4, 4]);
    }

    #[test]
    fn a_role_has_what_it_needs() {
        let new = |role, owned| NewParty { name: "OEM A".to_owned(), role, owned };
        let owned = Owned { wmis: vec![Wmi::parse("WAU").unwrap()], ..Owned::default() };
        assert!(check(&new(Role::Oem, owned.clone())).is_ok());
        assert!(check(&new(Role::Cpo, owned)).is_err());
        assert!(Role::ALL.into_iter().all(|role| check(&new(role, Owned::default())).is_ok()));
    }
}
