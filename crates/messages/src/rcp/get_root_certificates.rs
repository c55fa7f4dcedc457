//! The answer to GetRootCertificates.

use super::{Pagination, RootCertificate};
use crate::fields::{Body, Fields};
use crate::schema::{Described, Kind, Member, Schema};
use serde::Serialize;

/// Root certificates of the pool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GetRootCertificatesRes {
    /// The roots: all that were asked for, or one page of them.
    pub root_certificate_collection: Vec<RootCertificate>,
    /// Which page it is, when the caller asked for one (an open change request).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pagination: Option<Pagination>,
}

impl Body for GetRootCertificatesRes {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let root_certificate_collection = fields.nested_list(&["rootCertificateCollection"], RootCertificate::read);
        let pagination = fields.optional_nested(&["pagination"], Pagination::read);
        Some(Self { root_certificate_collection, pagination })
    }
}

impl Described for GetRootCertificatesRes {
    const SCHEMA: &'static Schema = &Schema {
        name: "GetRootCertificatesRes",
        about: "Root certificates of the pool.",
        members: &[
            Member::optional("rootCertificateCollection", Kind::Objects(RootCertificate::SCHEMA))
                .about("All that were asked for, or one page of them."),
            Member::optional("pagination", Kind::Object(Pagination::SCHEMA))
                .about("Which page, when one was asked for."),
        ],
    };
}
