//! A certificate as an answer about trust shows it.

use super::{Place, RevocationState, Source};
use crate::fields::{Body, Fields};
use crate::ids::Fingerprint;
use crate::schema::{Described, Kind, Member, Schema};
use crate::{CertificateDer, date, values};
use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

/// A certificate of a path, and what was found about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckedCertificate {
    /// Where it stands.
    pub place: Place,
    /// Where it came from.
    pub source: Source,
    /// Its subject.
    pub subject: String,
    /// SHA-256 of its DER.
    pub fingerprint: Fingerprint,
    /// First second of its validity.
    #[serde(serialize_with = "date::serialize")]
    pub valid_from: Timestamp,
    /// Last second of its validity.
    #[serde(serialize_with = "date::serialize")]
    pub valid_to: Timestamp,
    /// Whether it is revoked; roots are not asked about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revocation: Option<Revocation>,
    /// What is wrong with it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<FoundProblem>,
    /// The certificate.
    pub certificate: CertificateDer,
}

/// Whether a certificate is revoked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Revocation {
    /// What is known.
    pub state: RevocationState,
    /// Since when it is revoked.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "date::serialize_option")]
    pub revoked_at: Option<Timestamp>,
    /// Why it is revoked, or why nobody tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// What is wrong with a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FoundProblem {
    /// What is wrong.
    pub problem: String,
    /// Whom to call: `eMSP`, `OEM`, `CPO`, `CPS`, `subCaOperator`, `rootOperator`, `presenter` or `poolOperator`.
    pub responsible: String,
    /// What to ask for.
    pub advice: String,
}

/// A root that a leaf leads to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Anchor {
    /// The id that the pool gave it; a station that answers from a bundle has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub root_certificate_id: Option<Uuid>,
    /// SHA-256 of its DER.
    pub fingerprint: Fingerprint,
    /// Its subject.
    pub subject: String,
    /// What it is the anchor of, as the root pool has it.
    pub root_type_list: Vec<String>,
    /// The certificate trust lists that recognise it.
    pub root_ctl_list: Vec<String>,
    /// Last second of its validity.
    #[serde(serialize_with = "date::serialize")]
    pub valid_to: Timestamp,
}

impl Body for CheckedCertificate {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let place = fields.required(&["place"], Place::read);
        let source = fields.required(&["source"], Source::read);
        let subject = fields.required(&["subject"], values::text);
        let fingerprint = fields.required(&["fingerprint"], values::fingerprint);
        let valid_from = fields.required(&["validFrom"], values::date);
        let valid_to = fields.required(&["validTo"], values::date);
        let revocation = fields.optional_nested(&["revocation"], Revocation::read);
        let problems = fields.nested_list(&["problems"], FoundProblem::read);
        let certificate = fields.required(&["certificate"], values::certificate("certificate"));
        Some(Self {
            place: place?,
            source: source?,
            subject: subject?,
            fingerprint: fingerprint?,
            valid_from: valid_from?,
            valid_to: valid_to?,
            revocation,
            problems,
            certificate: certificate?,
        })
    }
}

impl Body for Revocation {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let state = fields.required(&["state"], RevocationState::read);
        let revoked_at = fields.optional(&["revokedAt"], values::date);
        let why = fields.optional(&["why"], values::text);
        Some(Self { state: state?, revoked_at, why })
    }
}

impl Body for FoundProblem {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let problem = fields.required(&["problem"], values::text);
        let responsible = fields.required(&["responsible"], values::text);
        let advice = fields.required(&["advice"], values::text);
        Some(Self { problem: problem?, responsible: responsible?, advice: advice? })
    }
}

impl Body for Anchor {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let root_certificate_id = fields.optional(&["rootCertificateId"], values::uuid);
        let fingerprint = fields.required(&["fingerprint"], values::fingerprint);
        let subject = fields.required(&["subject"], values::text);
        let root_type_list = fields.list(&["rootTypeList"], values::text);
        let root_ctl_list = fields.list(&["rootCtlList"], values::text);
        let valid_to = fields.required(&["validTo"], values::date);
        Some(Self {
            root_certificate_id,
            fingerprint: fingerprint?,
            subject: subject?,
            root_type_list,
            root_ctl_list,
            valid_to: valid_to?,
        })
    }
}

impl Described for CheckedCertificate {
    const SCHEMA: &'static Schema = &Schema {
        name: "CheckedCertificate",
        about: "A certificate of a path, and what was found about it.",
        members: &[
            Member::required("place", Kind::OneOf(Place::WORDS)),
            Member::required("source", Kind::OneOf(Source::WORDS)).about("Where it came from."),
            Member::required("subject", Kind::Text),
            Member::required("fingerprint", Kind::Fingerprint),
            Member::required("validFrom", Kind::Date),
            Member::required("validTo", Kind::Date),
            Member::optional("revocation", Kind::Object(Revocation::SCHEMA)).about("Roots are not asked about."),
            Member::optional("problems", Kind::Objects(FoundProblem::SCHEMA))
                .about("Everything that is wrong with it."),
            Member::required("certificate", Kind::Certificate),
        ],
    };
}

impl Described for Revocation {
    const SCHEMA: &'static Schema = &Schema {
        name: "Revocation",
        about: "Whether a certificate is revoked.",
        members: &[
            Member::required("state", Kind::OneOf(RevocationState::WORDS)),
            Member::optional("revokedAt", Kind::Date),
            Member::optional("why", Kind::Text).about("Why it is revoked, or why nobody tells."),
        ],
    };
}

impl Described for FoundProblem {
    const SCHEMA: &'static Schema = &Schema {
        name: "FoundProblem",
        about: "What is wrong with a certificate, and who can mend it.",
        members: &[
            Member::required("problem", Kind::Text),
            Member::required("responsible", Kind::Text)
                .about("Whom to call: eMSP, OEM, CPO, CPS, subCaOperator, rootOperator, presenter or poolOperator."),
            Member::required("advice", Kind::Text).about("What to ask for, in a sentence."),
        ],
    };
}

impl Described for Anchor {
    const SCHEMA: &'static Schema = &Schema {
        name: "Anchor",
        about: "A root that a leaf leads to.",
        members: &[
            Member::optional("rootCertificateId", Kind::Uuid),
            Member::required("fingerprint", Kind::Fingerprint),
            Member::required("subject", Kind::Text),
            Member::optional("rootTypeList", Kind::Values(&Kind::Text)).about("What it is the anchor of."),
            Member::optional("rootCtlList", Kind::Values(&Kind::Text)).about("The trust lists that recognise it."),
            Member::required("validTo", Kind::Date),
        ],
    };
}
