//! Query parameters that several operations share.

use opnc_messages::IsoVersion;
use opnc_messages::ids::Fingerprint;

use crate::extract::Query;

/// `xsdMsgDefNamespace`: one edition of ISO 15118; without it all of them (B16), whatever default the file shows.
pub(super) fn version(query: &mut Query) -> Option<IsoVersion> {
    let rule = "must be the namespace of an ISO 15118 edition, for example urn:iso:15118:2:2013:MsgDef";
    query.optional("xsdMsgDefNamespace", rule, IsoVersion::from_namespace)
}

/// `cpsV2GRootCertificateFingerprint`: the V2G root that the CPS's certificate hangs from.
pub(super) fn cps_root(query: &mut Query) -> Option<Fingerprint> {
    let rule = "must be a SHA-256 fingerprint of 64 hexadecimal digits";
    query.optional("cpsV2GRootCertificateFingerprint", rule, |text| Fingerprint::parse(text).ok())
}
