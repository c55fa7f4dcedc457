//! Changing a party: what it owns, and whether it may act at all.
//!
//! A server reads parties again after three seconds at most; that a change works within five on every replica is what is
//! promised.

use opnc_store::parties::{self as rows, Party, PartyStatus};
use opnc_store::{Tx, party_identifiers};

use super::view::{admin_only, lookup};
use super::{Sharing, identifiers, rules};
use crate::caller::Owned;
use crate::{Caller, Ecosystem, ServiceError, peers, record};

/// Gives the party what is in `add` and takes what is in `remove`.
///
/// # Errors
/// [`ServiceError::Forbidden`] to anybody but an admin, [`ServiceError::NotFound`] without such a party,
/// [`ServiceError::Invalid`] when the role has no use for it, another party has it, or it is not there to be removed.
pub async fn change(
    caller: &Caller,
    ecosystem: &Ecosystem,
    wanted: &str,
    add: Owned,
    remove: Owned,
) -> Result<(), ServiceError> {
    admin_only(caller)?;
    let (add, remove) = (&add, &remove);
    ecosystem
        .store()
        .run_tx("change party", |tx| {
            Box::pin(async move {
                let party = lookup(tx, wanted).await?;
                change_in(tx, caller, ecosystem, &party, add, remove, Sharing::Refused).await
            })
        })
        .await
}

/// The same in a transaction that knows the party.
pub(crate) async fn change_in(
    tx: &mut Tx<'_>,
    caller: &Caller,
    ecosystem: &Ecosystem,
    party: &Party,
    add: &Owned,
    remove: &Owned,
    sharing: Sharing,
) -> Result<(), ServiceError> {
    let problems = rules::of_owned(party.role, add);
    if !problems.is_empty() {
        return Err(ServiceError::Invalid(problems));
    }
    let adds = &identifiers(add.clone());
    rules::free(tx, party, adds, sharing).await?;
    let mut missing = Vec::new();
    for identifier in &identifiers(remove.clone()) {
        if !party_identifiers::remove(tx, party.id, identifier).await? {
            missing.push(format!("{} does not have {}", party.name, rules::words(identifier)));
        }
    }
    if !missing.is_empty() {
        return Err(ServiceError::Invalid(missing));
    }
    for identifier in adds {
        party_identifiers::add(tx, party.id, identifier).await?;
    }
    record::note(tx, caller, ecosystem, "ChangeParty", &party.id.to_string()).await
}

/// Lets a party act, or no longer: its tokens are refused and it gets no new ones, while its data stay. Whether that
/// changed anything.
///
/// # Errors
/// [`ServiceError::Forbidden`] to anybody but an admin, [`ServiceError::NotFound`] without such a party.
pub async fn set_status(
    caller: &Caller,
    ecosystem: &Ecosystem,
    wanted: &str,
    status: PartyStatus,
) -> Result<bool, ServiceError> {
    admin_only(caller)?;
    let name = match status {
        PartyStatus::Active => "EnableParty",
        PartyStatus::Disabled => "DisableParty",
    };
    ecosystem
        .store()
        .run_tx("set party status", |tx| {
            Box::pin(async move {
                let party = lookup(tx, wanted).await?;
                if party.status == status {
                    return Ok(false);
                }
                rows::set_status(tx, party.id, status).await?;
                if status == PartyStatus::Disabled {
                    // What a peer's roots vouch for, it does no longer.
                    peers::withdraw(tx, caller, ecosystem, party.id).await?;
                }
                record::note(tx, caller, ecosystem, name, &party.id.to_string()).await?;
                Ok(true)
            })
        })
        .await
}
