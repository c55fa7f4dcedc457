//! The answer to GetProvisioningCertificate.

use super::ProvisioningCertificateData;
use crate::fields::{Body, Fields};
use serde::Serialize;

/// The provisioning certificate of the car that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GetProvisioningCertificateRes {
    /// The certificate, its chain and what the OEM said of the car.
    pub provisioning_certificate: ProvisioningCertificateData,
}

impl Body for GetProvisioningCertificateRes {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let provisioning_certificate =
            fields.nested(&["provisioningCertificate"], ProvisioningCertificateData::read)?;
        Some(Self { provisioning_certificate })
    }
}
