//! A certificate that the CPS signs contract data with.

use crate::fields::{Body, Fields};
use crate::ids::Fingerprint;
use crate::schema::{Described, Kind, Member, Schema};
use crate::{CertificateChain, IsoVersion, date, values};
use jiff::Timestamp;
use serde::Serialize;

/// A CPS certificate with its chain (`cpsCertificateChainData.v1`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CpsCertificateData {
    /// The leaf's subject. Informative.
    pub cps_distinguished_name: String,
    /// The leaf and its sub CAs.
    pub cps_certificate_chain: CertificateChain,
    /// Start of the leaf's validity. Informative.
    #[serde(serialize_with = "date::serialize")]
    pub valid_from: Timestamp,
    /// End of the leaf's validity. Informative.
    #[serde(serialize_with = "date::serialize")]
    pub valid_to: Timestamp,
    /// The leaf's organisation. Informative.
    pub organization_name: String,
    /// The V2G root that the chain ends at.
    #[serde(rename = "cpsV2GRootCertificateFingerprint")]
    pub cps_v2g_root_fingerprint: Fingerprint,
    /// That root's subject. Informative.
    #[serde(rename = "cpsV2GRootDistinguishedName")]
    pub cps_v2g_root_distinguished_name: String,
    /// The edition that it signs for.
    #[serde(rename = "xsdMsgDefNamespace")]
    pub iso_version: IsoVersion,
}

impl Body for CpsCertificateData {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let cps_distinguished_name = fields.required(&["cpsDistinguishedName"], values::text);
        let chain = fields.nested(&["cpsCertificateChain"], |chain| CertificateChain::read(chain, "cpsCertificate"));
        let valid_from = fields.required(&["validFrom"], values::date);
        let valid_to = fields.required(&["validTo"], values::date);
        let organization_name = fields.required(&["organizationName"], values::text);
        let fingerprint = fields.required(&["cpsV2GRootCertificateFingerprint"], values::fingerprint);
        let root_name = fields.required(&["cpsV2GRootDistinguishedName"], values::text);
        let iso_version = fields.required(&["xsdMsgDefNamespace"], values::iso_version);
        Some(Self {
            cps_distinguished_name: cps_distinguished_name?,
            cps_certificate_chain: chain?,
            valid_from: valid_from?,
            valid_to: valid_to?,
            organization_name: organization_name?,
            cps_v2g_root_fingerprint: fingerprint?,
            cps_v2g_root_distinguished_name: root_name?,
            iso_version: iso_version?,
        })
    }
}

impl Described for CpsCertificateData {
    const SCHEMA: &'static Schema = &Schema {
        name: "CpsCertificateData",
        about: "A certificate that the CPS signs with.",
        members: &[
            Member::required("cpsDistinguishedName", Kind::Text),
            Member::required("cpsCertificateChain", Kind::Object(CertificateChain::SCHEMA)),
            Member::required("validFrom", Kind::Date),
            Member::required("validTo", Kind::Date),
            Member::required("organizationName", Kind::Text),
            Member::required("cpsV2GRootCertificateFingerprint", Kind::Fingerprint),
            Member::required("cpsV2GRootDistinguishedName", Kind::Text),
            Member::required("xsdMsgDefNamespace", Kind::IsoVersion),
        ],
    };
}
