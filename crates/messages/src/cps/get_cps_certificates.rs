//! The answer to GetCpsCertificates.

use super::CpsCertificateData;
use crate::fields::{Body, Fields};
use crate::schema::{Described, Kind, Member, Schema};
use serde::Serialize;

/// The certificates that the CPS signs with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GetCpsCertificatesRes {
    /// One entry for each V2G root and edition.
    pub cps_certificate_data_collection: Vec<CpsCertificateData>,
}

impl Body for GetCpsCertificatesRes {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let entries = fields.nested_list(&["cpsCertificateDataCollection"], CpsCertificateData::read);
        Some(Self { cps_certificate_data_collection: entries })
    }
}

impl Described for GetCpsCertificatesRes {
    const SCHEMA: &'static Schema = &Schema {
        name: "GetCpsCertificatesRes",
        about: "The certificates that the CPS signs with.",
        members: &[Member::optional("cpsCertificateDataCollection", Kind::Objects(CpsCertificateData::SCHEMA))],
    };
}
