//! The answer to GetPeers.

use crate::fields::{Body, Fields};
use crate::schema::{Described, Kind, Member, Schema};
use crate::values;
use serde::Serialize;

/// Ecosystems that describe themselves: the one that answers, and those that let it tell of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GetPeersRes {
    /// Each as the ecosystem itself has signed it: a compact JSON Web Signature of type `opnc-pool-description+jws`.
    pub descriptions: Vec<String>,
}

impl Body for GetPeersRes {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        Some(Self { descriptions: fields.list(&["descriptions"], values::text) })
    }
}

impl Described for GetPeersRes {
    const SCHEMA: &'static Schema = &Schema {
        name: "GetPeersRes",
        about: "Ecosystems that describe themselves: the one that answers, and those that let it tell of them.",
        members: &[Member::required("descriptions", Kind::Values(&Kind::Text))
            .about("Each a compact JSON Web Signature of type opnc-pool-description+jws, by the ecosystem itself.")],
    };
}
