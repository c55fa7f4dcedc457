//! The chains in contract data: from certificates to the message and back, and whether they hold.

use jiff::Timestamp;
use opnc_exi::Integer;
use opnc_exi::xmldsig::X509IssuerSerial;
use opnc_messages::IsoVersion;

use super::{Failure, SignError};
use crate::certificate::{Certificate, check_size};
use crate::chain::{self, Anchors, Purpose};

/// The most roots that a request can name.
pub const MAX_ROOTS: usize = 20;
/// The most sub CA certificates in a chain of ISO 15118-2 (V2G2-656; the schema would allow four, and readers refuse them).
pub const MAX_SUB_CERTIFICATES: usize = 2;
/// The same in ISO 15118-20, by its schema: a cross-certificate may stand above two sub CAs.
const MAX_SUB_CERTIFICATES_20: usize = 3;

/// The roots as a request names them, the first [`MAX_ROOTS`].
pub(super) fn root_ids(roots: &[Certificate]) -> Vec<X509IssuerSerial> {
    let id = |root: &Certificate| X509IssuerSerial {
        issuer_name: format!("{:#}", root.issuer()),
        serial_number: Integer::new(false, root.serial()),
    };
    roots.iter().take(MAX_ROOTS).map(id).collect()
}

/// A chain as a message has it: leaf and sub CAs in DER, without the root, within the limits of the schema.
pub(super) fn for_message(
    whose: &'static str,
    chain: &[Certificate],
    version: IsoVersion,
) -> Result<(Vec<u8>, Vec<Vec<u8>>), SignError> {
    let (leaf, above) = chain.split_first().ok_or(SignError::EmptyChain(whose))?;
    let above = match above.split_last() {
        Some((last, below)) if last.is_self_issued() => below,
        _ => above,
    };
    let allowed = match version {
        IsoVersion::Iso2 => MAX_SUB_CERTIFICATES,
        IsoVersion::Iso20 => MAX_SUB_CERTIFICATES_20,
    };
    if above.len() > allowed {
        return Err(SignError::ChainLength { whose, count: above.len(), allowed });
    }
    for one in std::iter::once(leaf).chain(above) {
        check_size(one, version)
            .map_err(|error| SignError::CertificateLength { subject: one.subject().to_string(), error })?;
    }
    let algorithm = leaf.public_key().algorithm();
    if algorithm.version() != version {
        return Err(SignError::Algorithm { what: whose, found: algorithm, version });
    }
    Ok((leaf.der().to_vec(), above.iter().map(|one| one.der().to_vec()).collect()))
}

/// The certificates of a chain in a message, leaf first.
pub(super) fn read(
    whose: &'static str,
    leaf: &[u8],
    sub_certificates: &[Vec<u8>],
) -> Result<Vec<Certificate>, Failure> {
    std::iter::once(leaf)
        .chain(sub_certificates.iter().map(Vec::as_slice))
        .map(|der| Certificate::from_der(der).map_err(|error| Failure::Certificate { whose, error }))
        .collect()
}

/// Whether a chain of a CPS leads to one of `v2g_roots`.
pub(super) fn check_cps(
    chain: &[Certificate],
    v2g_roots: &Anchors,
    version: IsoVersion,
    at: Timestamp,
) -> Result<(), Failure> {
    let (leaf, above) = chain.split_first().ok_or(Failure::OtherMessage)?;
    of_version("CPS", leaf, version)?;
    chain::verify(leaf, above, v2g_roots, Purpose::Cps, at)?;
    Ok(())
}

/// Whether a contract chain holds up to one of `roots`, or as it is where there are none.
pub(super) fn check_contract(
    chain: &[Certificate],
    roots: Option<&Anchors>,
    version: IsoVersion,
    at: Timestamp,
) -> Result<(), Failure> {
    let (leaf, above) = chain.split_first().ok_or(Failure::OtherMessage)?;
    of_version("contract", leaf, version)?;
    match roots {
        Some(roots) => chain::verify(leaf, above, roots, Purpose::Contract, at)?,
        None => chain::verify_unanchored(leaf, above, Purpose::Contract, at)?,
    };
    Ok(())
}

/// The algorithms above a leaf follow from its own.
fn of_version(whose: &'static str, leaf: &Certificate, expected: IsoVersion) -> Result<(), Failure> {
    let found = leaf.public_key().algorithm().version();
    if found == expected { Ok(()) } else { Err(Failure::OtherVersion { whose, found, expected }) }
}
