//! How long a certificate may be.
//!
//! Cars reserve buffers of the size that the standard gives; a longer certificate makes the whole message unreadable to them.

use opnc_messages::IsoVersion;
use thiserror::Error;

use super::Certificate;

/// A certificate is longer than cars can take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the certificate has {length} bytes of DER; at most {limit} are allowed")]
pub struct TooLong {
    /// How long it is.
    pub length: usize,
    /// How long it may be.
    pub limit: usize,
}

/// Refuses a certificate that is longer than `version` allows.
///
/// # Errors
/// [`TooLong`] with both lengths.
pub fn check_size(certificate: &Certificate, version: IsoVersion) -> Result<(), TooLong> {
    let (length, limit) = (certificate.der().len(), version.max_certificate_size());
    if length > limit { Err(TooLong { length, limit }) } else { Ok(()) }
}

/// Whether a length is above 90 % of what `version` allows: the next renewal may not fit.
pub fn is_near_limit(length: usize, version: IsoVersion) -> bool {
    length * 10 > version.max_certificate_size() * 9
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ninety_percent() {
        assert!(!is_near_limit(720, IsoVersion::Iso2));
        assert!(is_near_limit(721, IsoVersion::Iso2));
        assert!(!is_near_limit(1440, IsoVersion::Iso20));
    }
}
