//! A story told while it happens: each step a line for people, all of them a record for machines.

use serde::Serialize;

use crate::failure::Failure;
use crate::output;

/// One step, and what was seen to be true when it was done.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Step {
    /// Who acts.
    pub(crate) actor: &'static str,
    /// What they do.
    pub(crate) does: &'static str,
    /// What was checked, in words; what went wrong, when `ok` is false.
    pub(crate) proved: String,
    /// Whether every check held.
    pub(crate) ok: bool,
}

/// All steps, and whether every check of them held.
#[derive(Debug, Serialize)]
pub(crate) struct Record<'a> {
    /// Whether every check held.
    pub(crate) ok: bool,
    /// The steps in their order.
    pub(crate) steps: &'a [Step],
}

/// What a step made and what was proved by it, or what went wrong.
pub(crate) type Outcome<T> = Result<(T, String), String>;

/// The steps so far.
pub(crate) struct Story {
    steps: Vec<Step>,
    aloud: bool,
}

impl Story {
    /// A story that prints each step as it happens when told `aloud`.
    pub(crate) fn new(aloud: bool) -> Self {
        Self { steps: Vec::new(), aloud }
    }

    /// A headline between steps.
    pub(crate) fn chapter(&self, title: &str) -> Result<(), Failure> {
        if self.aloud { output::print(format!("\n{title}\n")) } else { Ok(()) }
    }

    /// Tells how a step ended and gives back what it made; a step that failed ends the story.
    ///
    /// # Errors
    /// [`Failure`] with what went wrong.
    pub(crate) fn step<T>(
        &mut self,
        actor: &'static str,
        does: &'static str,
        outcome: Outcome<T>,
    ) -> Result<T, Failure> {
        let (value, proved, ok) = match outcome {
            Ok((value, proved)) => (Ok(value), proved, true),
            Err(problem) => (Err(Failure::Ecosystem(format!("{actor} {does}: {problem}"))), problem, false),
        };
        if self.aloud {
            let mark = if ok { "ok" } else { "FAILED" };
            output::print(format!("  [{mark}] {actor} {does}\n       {proved}\n"))?;
        }
        self.steps.push(Step { actor, does, proved, ok });
        value
    }

    /// The steps, for machines.
    pub(crate) fn record(&self) -> Record<'_> {
        Record { ok: self.steps.iter().all(|step| step.ok), steps: &self.steps }
    }
}
