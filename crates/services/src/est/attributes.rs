//! csrattrs: what a request should hold (RFC 7030, 4.5, and RFC 8951).

use opnc_pki::csr;
use opnc_pki::key::Algorithm;

use super::Selection;
use crate::{Caller, ServiceError};

/// What a client should put into its request, in DER: the kind of key and of signature.
///
/// # Errors
/// When the caller's role has no certificates of this domain.
pub fn csr_attributes(caller: &Caller, selection: &Selection) -> Result<Vec<u8>, ServiceError> {
    super::permit(caller, selection.name_for(caller)?.domain)?;
    let algorithm: Algorithm = selection.algorithm();
    csr::attributes(algorithm).map_err(ServiceError::internal)
}
