//! The OEM's choice of a contract that lies in the pool of another ecosystem (F3), where it changes an answer of ours.
//!
//! While that pool cannot tell, the car gets no other contract: a payer is never changed silently (A8). When everybody who
//! may have it says that it is gone, the default here follows.

use opnc_messages::IsoVersion;
use opnc_messages::ccp::GetContractDataRes;
use opnc_messages::ids::{Emaid, Pcid};
use opnc_store::{Reader, chosen_elsewhere};

use crate::{Ecosystem, ServiceError, federation};

/// The contract that was chosen for a car, when there are peers to ask for it.
///
/// # Errors
/// When the store fails.
pub(super) async fn chosen(
    ecosystem: &Ecosystem,
    reader: &mut Reader,
    car: &Pcid,
    version: IsoVersion,
) -> Result<Option<Emaid>, ServiceError> {
    if !federation::has_peers(ecosystem).await? {
        return Ok(None);
    }
    let chosen = chosen_elsewhere::of_pcid(reader, car).await?;
    Ok(chosen.into_iter().find(|one| one.iso == version).map(|one| one.emaid))
}

/// Marks the chosen contract as the default of its version, and no other. Where it is not among them, none is, unless
/// `is_all` there is.
///
/// # Errors
/// When the store fails.
pub(super) async fn mark(
    ecosystem: &Ecosystem,
    pcid: &Pcid,
    is_all: bool,
    contracts: &mut GetContractDataRes,
) -> Result<(), ServiceError> {
    if !federation::has_peers(ecosystem).await? {
        return Ok(());
    }
    let collection = &mut contracts.contract_data_collection;
    for chosen in chosen_elsewhere::of_pcid(&mut ecosystem.store().read().await?, pcid).await? {
        let is_chosen = |emaid: &Emaid, iso| *emaid == chosen.emaid && iso == chosen.iso;
        if is_all && !collection.iter().any(|one| is_chosen(&one.emaid, one.iso_version)) {
            continue;
        }
        for one in collection.iter_mut().filter(|one| one.iso_version == chosen.iso) {
            one.default_contract = is_chosen(&one.emaid, one.iso_version);
        }
    }
    Ok(())
}
