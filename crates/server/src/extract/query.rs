//! Query parameters. Those that an operation does not know are ignored.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::error::Refusal;

/// The parameters of the query, decoded.
#[derive(Debug)]
pub(crate) struct Query {
    parameters: Vec<(String, String)>,
    problems: Vec<String>,
}

impl Query {
    fn new(query: &str) -> Self {
        let parameters = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        Self { parameters, problems: Vec::new() }
    }

    /// The text of a parameter; of one that comes several times, the first.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// A parameter that may be missing. A wrong one is noted under its name, and the others are read all the same.
    pub(crate) fn optional<T>(&mut self, name: &str, rule: &str, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let value = self.text(name).map(parse)?;
        if value.is_none() {
            self.problem(format!("{name} : {rule}"));
        }
        value
    }

    /// Notes what is wrong with the query.
    pub(crate) fn problem(&mut self, problem: String) {
        self.problems.push(problem);
    }

    /// Refuses the request when anything was wrong.
    pub(crate) fn finish(self) -> Result<(), Refusal> {
        if self.problems.is_empty() { Ok(()) } else { Err(Refusal::invalid(self.problems)) }
    }
}

impl<S: Sync> FromRequestParts<S> for Query {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self::new(parts.uri.query().unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_is_named_and_the_unknown_ignored() {
        let mut query = Query::new("a=1&b=x&b=2&c=%C3%A4&other");
        assert_eq!(query.optional("a", "must be a number", |text| text.parse().ok()), Some(1));
        assert_eq!(query.optional::<u32>("b", "must be a number", |text| text.parse().ok()), None);
        assert_eq!(query.optional::<u32>("c", "must be a number", |text| text.parse().ok()), None);
        assert_eq!(query.optional::<u32>("missing", "must be a number", |text| text.parse().ok()), None);
        assert_eq!(query.problems, ["b : must be a number", "c : must be a number"]);
        assert!(query.finish().is_err());
    }
}
