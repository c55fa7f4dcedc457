//! Operations of the event service: webhook endpoints of one's own.

use crate::call::Call;
use crate::{Client, ClientError};
use opnc_messages::event::{Endpoint, PostEndpointReq, PutEndpointReq};
use opnc_messages::{Operation, parse_body};
use serde_json::Value;
use uuid::Uuid;

impl Client {
    /// One's own endpoints, without their secrets.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn get_endpoints(&self) -> Result<Vec<Endpoint>, ClientError> {
        let answer = self.send(&Call::new(Operation::GetEndpoints)).await?;
        let entries: Vec<Value> = serde_json::from_slice(&answer)
            .map_err(|error| ClientError::Unreadable(vec![format!("the answer is no list: {error}")]))?;
        let read = |entry: &Value| parse_body(entry.to_string().as_bytes()).map_err(ClientError::Unreadable);
        entries.iter().map(read).collect()
    }

    /// An endpoint of one's own, with its secret.
    ///
    /// # Errors
    /// See [`ClientError`]; 404 when there is none of one's own with this id.
    pub async fn get_endpoint_by_id(&self, id: Uuid) -> Result<Endpoint, ClientError> {
        self.answer(Call::new(Operation::GetEndpointById).path(id)).await
    }

    /// Registers an endpoint. The answer has the secret that deliveries are signed with.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn post_endpoint(&self, request: &PostEndpointReq) -> Result<Endpoint, ClientError> {
        self.answer(Call::new(Operation::PostEndpoint).json(request)?).await
    }

    /// Changes an endpoint; what is not said stays as it is.
    ///
    /// # Errors
    /// See [`ClientError`]; 404 when there is none of one's own with this id.
    pub async fn update_endpoint_by_id(&self, id: Uuid, request: &PutEndpointReq) -> Result<Endpoint, ClientError> {
        self.answer(Call::new(Operation::UpdateEndpointById).path(id).json(request)?).await
    }

    /// Removes an endpoint.
    ///
    /// # Errors
    /// See [`ClientError`]; 404 when there is none of one's own with this id.
    pub async fn delete_endpoint_by_id(&self, id: Uuid) -> Result<(), ClientError> {
        self.done(Call::new(Operation::DeleteEndpointById).path(id)).await
    }
}
