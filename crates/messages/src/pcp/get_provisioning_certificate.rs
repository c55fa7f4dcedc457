//! The answer to GetProvisioningCertificate.

use super::ProvisioningCertificateData;
use crate::fields::{Body, Fields};
use crate::schema::{Described, Kind, Member, Schema};
use serde::Serialize;

/// The provisioning certificate of the car that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GetProvisioningCertificateRes {
    /// The certificate, its chain and what the OEM said of the car.
    pub provisioning_certificate: ProvisioningCertificateData,
    /// All of them, one per edition of ISO 15118, of a car that has several and when the caller did not name one. Not in
    /// the official schema, which has room for one: that is the oldest edition's, as who knows of no other expects it.
    #[serde(rename = "provisioningCertificateCollection", skip_serializing_if = "Vec::is_empty")]
    pub all: Vec<ProvisioningCertificateData>,
}

impl Body for GetProvisioningCertificateRes {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let provisioning_certificate =
            fields.nested(&["provisioningCertificate"], ProvisioningCertificateData::read)?;
        let all = fields.nested_list(&["provisioningCertificateCollection"], ProvisioningCertificateData::read);
        Some(Self { provisioning_certificate, all })
    }
}

impl Described for GetProvisioningCertificateRes {
    const SCHEMA: &'static Schema = &Schema {
        name: "GetProvisioningCertificateRes",
        about: "What the pool has of a car.",
        members: &[
            Member::required("provisioningCertificate", Kind::Object(ProvisioningCertificateData::SCHEMA)),
            Member::optional("provisioningCertificateCollection", Kind::Objects(ProvisioningCertificateData::SCHEMA))
                .about("All of the car's certificates, when it has one for each edition. An extension."),
        ],
    };
}
