//! Request and answer of ResolveTrust.

use super::{Anchor, CERTIFICATES, CheckedCertificate, Purpose};
use crate::fields::{Body, Fields};
use crate::schema::{Described, Kind, Member, Schema};
use crate::{CertificateDer, date, values};
use jiff::Timestamp;
use serde::Serialize;

/// Which root a certificate leads to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ResolveTrustReq {
    /// The leaf, and of the CAs above it some, all or none, in any order.
    pub certificates: Vec<CertificateDer>,
    /// What the leaf is wanted for.
    pub purpose: Purpose,
    /// When; now, when it is missing.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "date::serialize_option")]
    pub at: Option<Timestamp>,
}

/// The root, or why there is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ResolveTrustRes {
    /// Whether the leaf leads to a trusted root, and nothing on the way is wrong.
    pub resolved: bool,
    /// What the leaf is wanted for.
    pub purpose: Purpose,
    /// When.
    #[serde(serialize_with = "date::serialize")]
    pub at: Timestamp,
    /// Why not, in a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The root.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub anchor: Option<Anchor>,
    /// The path, leaf first; as far as there is one, when there is no root.
    pub path: Vec<CheckedCertificate>,
    /// Other roots that the leaf leads to, by cross-certificates.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<Anchor>,
    /// What is accepted and yet odd.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

impl Body for ResolveTrustReq {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let what = fields.named(CERTIFICATES).unwrap_or_default();
        let certificates = fields.required(CERTIFICATES, values::certificates(what));
        let purpose = fields.required(&["purpose"], Purpose::read);
        let at = fields.optional(&["at"], values::date);
        Some(Self { certificates: certificates?, purpose: purpose?, at })
    }
}

impl Body for ResolveTrustRes {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let resolved = fields.required(&["resolved"], values::boolean);
        let purpose = fields.required(&["purpose"], Purpose::read);
        let at = fields.required(&["at"], values::date);
        let reason = fields.optional(&["reason"], values::text);
        let anchor = fields.optional_nested(&["anchor"], Anchor::read);
        let path = fields.nested_list(&["path"], CheckedCertificate::read);
        let alternatives = fields.nested_list(&["alternatives"], Anchor::read);
        let warnings = fields.list(&["warnings"], values::text);
        Some(Self { resolved: resolved?, purpose: purpose?, at: at?, reason, anchor, path, alternatives, warnings })
    }
}

impl Described for ResolveTrustReq {
    const SCHEMA: &'static Schema = &Schema {
        name: "ResolveTrustReq",
        about: "Which root a certificate leads to. An extension.",
        members: &[
            Member::required("certificates", Kind::Values(&Kind::Certificate)).also(&["certificate"]).about(
                "The leaf, and of the CAs above it some, all or none, in any order: a list, or a text with any number of \
                 PEM blocks.",
            ),
            Member::required("purpose", Kind::OneOf(Purpose::WORDS)).about("What the leaf is wanted for."),
            Member::optional("at", Kind::Date).about("When the path must hold. Without it: now."),
        ],
    };
}

impl Described for ResolveTrustRes {
    const SCHEMA: &'static Schema = &Schema {
        name: "ResolveTrustRes",
        about: "The root that a certificate leads to, or why there is none. An extension.",
        members: &[
            Member::required("resolved", Kind::Boolean),
            Member::required("purpose", Kind::OneOf(Purpose::WORDS)),
            Member::required("at", Kind::Date),
            Member::optional("reason", Kind::Text).about("Why not."),
            Member::optional("anchor", Kind::Object(Anchor::SCHEMA)),
            Member::optional("path", Kind::Objects(CheckedCertificate::SCHEMA))
                .about("Leaf first; as far as there is one, when there is no root."),
            Member::optional("alternatives", Kind::Objects(Anchor::SCHEMA))
                .about("Other roots that the leaf leads to, by cross-certificates."),
            Member::optional("warnings", Kind::Values(&Kind::Text)).about("What is accepted and yet odd."),
        ],
    };
}
