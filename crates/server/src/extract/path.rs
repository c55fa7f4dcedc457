//! Identifiers in the path: parsed before anything is looked up, all problems named in the official words.

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::StatusCode;
use axum::http::request::Parts;
use opnc_messages::ids::{Emaid, IdError, Pcid, RootId};

use uuid::Uuid;

use crate::error::Refusal;

/// The identifiers of the path: one, or a pair in the order of the path.
pub(crate) struct PathIds<T>(pub(crate) T);

/// An identifier that stands in a path, under one name everywhere.
pub(crate) trait PathId: Sized {
    /// The name of the parameter in the table of operations.
    const NAME: &str;

    fn parse(text: &str) -> Result<Self, IdError>;
}

impl PathId for Emaid {
    const NAME: &str = "emaid";

    fn parse(text: &str) -> Result<Self, IdError> {
        Self::parse(text)
    }
}

impl PathId for Pcid {
    const NAME: &str = "pcid";

    fn parse(text: &str) -> Result<Self, IdError> {
        Self::parse(text)
    }
}

impl PathId for RootId {
    const NAME: &str = "rootCertificateId";

    fn parse(text: &str) -> Result<Self, IdError> {
        Self::parse(text)
    }
}

/// What [`PathIds`] can hold.
pub(crate) trait FromPath: Sized {
    fn read(params: &RawPathParams, problems: &mut Vec<String>) -> Option<Self>;
}

impl<T: PathId> FromPath for T {
    fn read(params: &RawPathParams, problems: &mut Vec<String>) -> Option<Self> {
        let text = params.iter().find(|(name, _)| *name == T::NAME).map(|(_, text)| text).unwrap_or_default();
        T::parse(text).map_err(|error| problems.push(error.to_string())).ok()
    }
}

impl<A: PathId, B: PathId> FromPath for (A, B) {
    fn read(params: &RawPathParams, problems: &mut Vec<String>) -> Option<Self> {
        let (a, b) = (<A as FromPath>::read(params, problems), <B as FromPath>::read(params, problems));
        Some((a?, b?))
    }
}

impl<T: FromPath, S: Send + Sync> FromRequestParts<S> for PathIds<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let params = RawPathParams::from_request_parts(parts, state).await.map_err(|_| {
            Refusal::new(StatusCode::BAD_REQUEST, "The path is not UTF-8 when its escapes are decoded.")
        })?;
        let mut problems = Vec::new();
        T::read(&params, &mut problems).map(Self).ok_or_else(|| Refusal::invalid(problems))
    }
}

/// An id without a meaning of its own, the path's `id`. What is no id of ours is the one that nothing has: 404, like the id
/// of somebody else's (A7).
pub(crate) struct OpaqueId(pub(crate) Uuid);

impl<S: Send + Sync> FromRequestParts<S> for OpaqueId {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let params = RawPathParams::from_request_parts(parts, state).await.ok();
        let id = params.as_ref().and_then(|params| params.iter().find(|(name, _)| *name == "id"));
        Ok(Self(id.and_then(|(_, text)| Uuid::try_parse(text).ok()).unwrap_or(Uuid::nil())))
    }
}
