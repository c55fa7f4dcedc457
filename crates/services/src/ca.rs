//! What the operator sees of our own CAs: which there are, and what they have issued.

use jiff::Timestamp;
use opnc_messages::Role;
use opnc_messages::ids::{Emaid, EvseId, Fingerprint, Pcid};
use opnc_store::authorities::{self, Authority};
use opnc_store::issued_certificates::{self, Filter, IssuedCertificate};

use crate::{Caller, Ecosystem, ServiceError};

/// Every CA and signer of ours, the oldest first.
///
/// # Errors
/// [`ServiceError::Forbidden`] for anybody but an admin.
pub async fn all(caller: &Caller, ecosystem: &Ecosystem) -> Result<Vec<Authority>, ServiceError> {
    permit(caller)?;
    Ok(authorities::list(&mut ecosystem.store().read().await?).await?)
}

/// Up to `limit` certificates that our CAs issued, in the order of issuing, from the one behind `after`.
///
/// # Errors
/// As [`all`].
pub async fn issued(
    caller: &Caller,
    ecosystem: &Ecosystem,
    filter: &Filter,
    after: Option<(Timestamp, Fingerprint)>,
    limit: u32,
) -> Result<Vec<IssuedCertificate>, ServiceError> {
    permit(caller)?;
    Ok(issued_certificates::list(&mut ecosystem.store().read().await?, filter, after, limit).await?)
}

/// One certificate that our CAs issued.
///
/// # Errors
/// [`ServiceError::NotFound`] when they did not; as [`all`].
pub async fn find(
    caller: &Caller,
    ecosystem: &Ecosystem,
    fingerprint: &Fingerprint,
) -> Result<IssuedCertificate, ServiceError> {
    permit(caller)?;
    let found = issued_certificates::by_fingerprint(&mut ecosystem.store().read().await?, fingerprint).await?;
    found.ok_or_else(|| {
        ServiceError::NotFound(format!("No CA here has issued a certificate with the fingerprint {fingerprint}."))
    })
}

/// The normal form of an identifier, by which [`Filter::subject_key`] finds it: of an EVSE ID, an EMAID or a PCID, in any
/// spelling; anything else is taken as it is.
pub fn subject_key(text: &str) -> String {
    let evse = || EvseId::parse(text).map(|id| id.key().to_owned()).ok();
    let emaid = || Emaid::parse(text).map(|id| id.contract_key().to_owned()).ok();
    let pcid = || Pcid::parse(text).map(|id| id.key().to_owned()).ok();
    let found = if text.contains('*') { evse() } else { pcid().or_else(emaid).or_else(evse) };
    found.unwrap_or_else(|| text.to_owned())
}

fn permit(caller: &Caller) -> Result<(), ServiceError> {
    match caller.role {
        Role::Admin => Ok(()),
        role => Err(ServiceError::Forbidden(format!("The role {} may not look into the CAs.", role.as_str()))),
    }
}
