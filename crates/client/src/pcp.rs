//! Operations of the provisioning certificate pool.
//!
//! The official file has no parameter for one edition of ISO 15118. A pool that does not know ours answers for all of them.

use crate::call::Call;
use crate::{Client, ClientError};
use opnc_messages::ids::Pcid;
use opnc_messages::pcp::{GetProvisioningCertificateRes, ProvisioningCertificateData};
use opnc_messages::{IsoVersion, Operation, header};

impl Client {
    /// Publishes the provisioning certificate of a car, or replaces it.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn add_provisioning_certificate(&self, data: &ProvisioningCertificateData) -> Result<(), ClientError> {
        self.done(Call::new(Operation::AddProvisioningCertificate).json(data)?).await
    }

    /// Withdraws the provisioning certificates of a car, and with them the car's contracts; only those of one edition of
    /// ISO 15118 when it is named.
    ///
    /// # Errors
    /// See [`ClientError`]; 404 when the pool does not have it.
    pub async fn delete_provisioning_certificate(
        &self,
        pcid: &Pcid,
        version: Option<IsoVersion>,
    ) -> Result<(), ClientError> {
        let call = Call::new(Operation::DeleteProvisioningCertificate).path(pcid);
        self.done(call.version(version)).await
    }

    /// The provisioning certificate of a car, for the named edition of ISO 15118 or the oldest. `broadcast` is the header of that name: true keeps the pool from asking
    /// other ecosystems; none leaves it to the pool.
    ///
    /// # Errors
    /// See [`ClientError`]; 404 when the pool does not have it.
    pub async fn get_provisioning_certificate(
        &self,
        pcid: &Pcid,
        version: Option<IsoVersion>,
        broadcast: Option<bool>,
    ) -> Result<GetProvisioningCertificateRes, ClientError> {
        let call = Call::new(Operation::GetProvisioningCertificate).path(pcid).header(header::BROADCAST, broadcast);
        self.answer(call.version(version)).await
    }

    /// Whether the pool has a provisioning certificate of that car, for one edition of ISO 15118 or for any.
    ///
    /// # Errors
    /// See [`ClientError`]; an OPNC answer of 404 is no error but the answer no.
    pub async fn look_up_vehicle(&self, pcid: &Pcid, version: Option<IsoVersion>) -> Result<bool, ClientError> {
        match self.done(Call::new(Operation::LookUpVehicle).path(pcid).version(version)).await {
            Ok(()) => Ok(true),
            Err(ClientError::Api { status: 404, .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }
}
