//! What was found, a line for each check.

use serde::Serialize;

use crate::Verdict;
use crate::failure::Failure;
use crate::output::{self, Format};

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Outcome {
    Ok,
    Warn,
    Fail,
}

#[derive(Debug, Serialize)]
struct Line {
    result: Outcome,
    check: String,
    found: String,
    #[serde(skip_serializing_if = "Option::is_none", rename = "toDo")]
    to_do: Option<String>,
}

/// Everything that was found.
#[derive(Debug, Default)]
pub(super) struct Report {
    lines: Vec<Line>,
}

impl Report {
    /// All is well.
    pub(super) fn ok(&mut self, check: &str, found: impl ToString) {
        self.line(Outcome::Ok, check, found.to_string(), None);
    }

    /// It works, and should be looked at.
    pub(super) fn warn(&mut self, check: &str, found: impl ToString, to_do: &str) {
        self.line(Outcome::Warn, check, found.to_string(), Some(to_do));
    }

    /// It does not work.
    pub(super) fn fail(&mut self, check: &str, found: impl ToString, to_do: &str) {
        self.line(Outcome::Fail, check, found.to_string(), Some(to_do));
    }

    /// The same where nothing else has failed so far: the cause may have been named by its own check.
    pub(super) fn fail_once(&mut self, check: &str, found: impl ToString, to_do: &str) {
        if self.lines.iter().all(|line| line.result != Outcome::Fail) {
            self.fail(check, found, to_do);
        }
    }

    fn line(&mut self, result: Outcome, check: &str, found: String, to_do: Option<&str>) {
        self.lines.push(Line { result, check: check.to_owned(), found, to_do: to_do.map(str::to_owned) });
    }

    /// Prints it; the verdict is the worst of its lines.
    pub(super) fn print(self, format: Format) -> Result<Verdict, Failure> {
        match format {
            Format::Json => output::print_json(&self.lines)?,
            Format::Table => output::print(self.text())?,
        }
        let failed = self.lines.iter().any(|line| line.result == Outcome::Fail);
        Ok(if failed { Verdict::Failed } else { Verdict::Passed })
    }

    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        for line in &self.lines {
            let word = match line.result {
                Outcome::Ok => "ok  ",
                Outcome::Warn => "warn",
                Outcome::Fail => "FAIL",
            };
            text.push_str(&format!("{word}  {:<22} {}\n", line.check, line.found));
            if let Some(to_do) = &line.to_do {
                text.push_str(&format!("      {:<22} -> {to_do}\n", ""));
            }
        }
        let count = |result| self.lines.iter().filter(|line| line.result == result).count();
        text.push_str(&format!(
            "\n{} ok, {} to look at, {} failed\n",
            count(Outcome::Ok),
            count(Outcome::Warn),
            count(Outcome::Fail)
        ));
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_what_to_do() {
        let mut report = Report::default();
        report.ok("clock", "is right");
        report.fail("keys", "are open", "chmod 600");
        let text = report.text();
        assert!(text.contains("ok    clock"), "{text}");
        assert!(text.contains("FAIL  keys") && text.contains("-> chmod 600"), "{text}");
        assert!(text.ends_with("\n1 ok, 0 to look at, 1 failed\n"), "{text}");
    }
}
