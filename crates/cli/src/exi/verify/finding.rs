//! What the checks of a message found, for people and for machines.

use std::fmt;

use jiff::Timestamp;
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

/// All checks of one message.
pub(super) struct Findings {
    /// The name of the message in the schema.
    pub(super) message: &'static str,
    /// The time at which certificates had to be valid.
    pub(super) at: Timestamp,
    /// In the order in which they were made.
    pub(super) checks: Vec<Finding>,
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    /// What was checked.
    pub(super) check: String,
    #[serde(flatten)]
    pub(super) outcome: Outcome,
}

/// How a check ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "result", content = "reason", rename_all = "camelCase")]
pub(super) enum Outcome {
    Ok,
    Failed(String),
    NotChecked(String),
}

impl Finding {
    pub(super) fn new(check: impl ToString, outcome: Outcome) -> Finding {
        Finding { check: check.to_string(), outcome }
    }

    fn failed(&self) -> bool {
        matches!(self.outcome, Outcome::Failed(_))
    }
}

impl Findings {
    /// Whether no check failed.
    pub(super) fn accepted(&self) -> bool {
        !self.checks.iter().any(Finding::failed)
    }
}

/// A line per check, between a heading and the conclusion.
impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}, checked as of {}", self.message, self.at)?;
        for Finding { check, outcome } in &self.checks {
            match outcome {
                Outcome::Ok => writeln!(f, "  ok           {check}")?,
                Outcome::Failed(reason) => writeln!(f, "  FAILED       {check}: {reason}")?,
                Outcome::NotChecked(reason) => writeln!(f, "  not checked  {check}: {reason}")?,
            }
        }
        match self.checks.iter().filter(|finding| finding.failed()).count() {
            0 => match self.checks.iter().filter(|finding| matches!(finding.outcome, Outcome::NotChecked(_))).count() {
                0 => writeln!(f, "accepted"),
                1 => writeln!(f, "accepted, with 1 check not made"),
                open => writeln!(f, "accepted, with {open} checks not made"),
            },
            failed => writeln!(f, "REFUSED: {failed} of {} checks failed", self.checks.len()),
        }
    }
}

impl Serialize for Findings {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Findings", 4)?;
        object.serialize_field("message", self.message)?;
        object.serialize_field("at", &self.at)?;
        object.serialize_field("accepted", &self.accepted())?;
        object.serialize_field("checks", &self.checks)?;
        object.end()
    }
}
