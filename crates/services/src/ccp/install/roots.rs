//! Which V2G roots a car means by its `ListOfRootCertificateIDs`.

use opnc_exi::iso2::X509IssuerSerial;
use opnc_messages::ids::{Fingerprint, SerialNumber};
use opnc_pki::certificate::Certificate;

use crate::anchors::TrustAnchors;

/// Whether the CPS that signed contract data hangs from a root of the RCP that the car lists.
pub(super) fn trusted(cps_root: &Fingerprint, listed: &[X509IssuerSerial], anchors: &TrustAnchors) -> bool {
    let root = anchors.by_fingerprint.get(cps_root);
    root.is_some_and(|root| listed.iter().any(|id| names(id, root)))
}

/// Whether a car's list entry means this root. Cars write the name of one root in many ways, so a serial number that is
/// long enough to be unique decides alone.
fn names(listed: &X509IssuerSerial, root: &Certificate) -> bool {
    const UNIQUE: usize = 8;
    let serial = SerialNumber::from_bytes(root.serial());
    !listed.serial_number.is_negative()
        && SerialNumber::from_bytes(listed.serial_number.magnitude()) == serial
        && (serial.as_bytes().len() >= UNIQUE || root.issuer().is_written(&listed.issuer_name))
}
