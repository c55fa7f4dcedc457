//! caCerts: the chain above the certificates that are issued.

use opnc_pki::certificate::Certificate;

use super::{Selection, issuer, permit};
use crate::{Caller, Ecosystem, ServiceError};

/// CaCerts: the CA that issues, the CAs above it, and the root.
///
/// # Errors
/// [`ServiceError::Forbidden`] for a role without certificates of this domain, [`ServiceError::Invalid`] for a root that has
/// no such CA below it.
pub async fn ca_certificates(
    caller: &Caller,
    ecosystem: &Ecosystem,
    selection: &Selection,
) -> Result<Vec<Certificate>, ServiceError> {
    let name = selection.name_for(caller)?;
    permit(caller, name.domain)?;
    Ok(issuer::choose(caller, ecosystem, &name, selection).await?.authority.chain())
}
