//! Operations of the certificate provisioning service.

use crate::call::Call;
use crate::{Client, ClientError};
use opnc_messages::Operation;
use opnc_messages::cps::{
    GenerateAndSignContractDataReq, GetCpsCertificatesRes, SignContractDataReq, SignContractDataRes,
};

impl Client {
    /// The certificates that the CPS signs with.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn get_cps_certificates(&self) -> Result<GetCpsCertificatesRes, ClientError> {
        self.answer(Call::new(Operation::GetCpsCertificates)).await
    }

    /// Has contract data signed, and stored when the request names the car. For an eMSP with its own PKI.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn sign_contract_data(&self, request: &SignContractDataReq) -> Result<SignContractDataRes, ClientError> {
        self.answer(Call::new(Operation::SignContractData).json(request)?).await
    }

    /// Has contract data made, signed and stored. For an eMSP without a PKI.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn generate_and_sign_contract_data(
        &self,
        request: &GenerateAndSignContractDataReq,
    ) -> Result<(), ClientError> {
        self.done(Call::new(Operation::GenerateAndSignContractData).json(request)?).await
    }
}
