//! Questions about trust, an extension of OPNC.

use crate::call::Call;
use crate::{Client, ClientError};
use opnc_messages::Operation;
use opnc_messages::trust::{AuthorizeContractReq, AuthorizeContractRes, ResolveTrustReq, ResolveTrustRes};

impl Client {
    /// Which root a certificate leads to, or why it leads to none.
    ///
    /// # Errors
    /// See [`ClientError`]; that there is no root is an answer and no error.
    pub async fn resolve_trust(&self, request: &ResolveTrustReq) -> Result<ResolveTrustRes, ClientError> {
        self.answer(Call::new(Operation::ResolveTrust).json(request)?).await
    }

    /// Whether the contract that a car presents at a charging station is good.
    ///
    /// # Errors
    /// See [`ClientError`]; that the contract is not good is an answer and no error.
    pub async fn authorize_contract(
        &self,
        request: &AuthorizeContractReq,
    ) -> Result<AuthorizeContractRes, ClientError> {
        self.answer(Call::new(Operation::AuthorizeContract).json(request)?).await
    }
}
