//! The one way in which JSON becomes a typed body, naming every problem of it at once.
//!
//! A derived deserialiser stops at the first problem and knows no aliases of which the first that is not null wins;
//! integrators would then learn of their mistakes one request at a time.

use serde_json::{Map, Value};

/// What is wrong with a body: sentences, each once, never none.
pub type Problems = Vec<String>;

/// What is wrong with one value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// A rule that the value breaks: the name of the field is written before it.
    About(String),
    /// The whole message, where the official files have one.
    Exact(String),
}

impl Problem {
    /// A rule that the value breaks, for example `must be a string`.
    pub fn about(rule: impl Into<String>) -> Self {
        Self::About(rule.into())
    }

    /// A message that stands for itself.
    pub fn exact(message: impl Into<String>) -> Self {
        Self::Exact(message.into())
    }
}

/// A typed body of a request or an answer.
pub trait Body: Sized {
    /// Takes the members out of `fields`. Reads all of them before it gives up on one, so that all problems are named.
    fn read(fields: &mut Fields<'_>) -> Option<Self>;
}

/// Reads a body from the bytes of a request or an answer. Members that are not known are ignored.
///
/// # Errors
/// Every problem of the body; a single one when it is no JSON object at all.
pub fn parse_body<T: Body>(bytes: &[u8]) -> Result<T, Problems> {
    let value: Value = serde_json::from_slice(bytes).map_err(|error| vec![not_json(bytes, &error)])?;
    let Value::Object(members) = &value else {
        return Err(vec![format!("The body must be a JSON object, not {}.", kind(&value))]);
    };
    let mut fields = Fields { members, path: String::new(), problems: Vec::new() };
    let body = T::read(&mut fields);
    match body {
        Some(body) if fields.problems.is_empty() => Ok(body),
        _ if fields.problems.is_empty() => Err(vec!["The body is incomplete.".to_owned()]),
        _ => Err(fields.problems),
    }
}

fn not_json(bytes: &[u8], error: &serde_json::Error) -> String {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        "The body is empty; it must be a JSON object.".to_owned()
    } else {
        format!("The body is not JSON that can be read: {error}.")
    }
}

/// Whether a text in `value`, or a name of a member, contains U+0000: PostgreSQL cannot store it, and SQLite can. The
/// depth is bounded by that of the JSON reader.
fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(entries) => entries.iter().any(has_nul),
        Value::Object(members) => members.iter().any(|(name, value)| name.contains('\0') || has_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// The members of one JSON object, and the problems found in them so far.
#[derive(Debug)]
pub struct Fields<'a> {
    members: &'a Map<String, Value>,
    /// Names from the body down to this object, each with a dot behind it.
    path: String,
    problems: Problems,
}

impl<'a> Fields<'a> {
    /// Wrong entries of one list that are named one by one; behind them comes their number. A body of a megabyte must not
    /// make an answer of many.
    const NAMED_ENTRIES: usize = 10;

    /// A member that must be there. `names` are its names, of which the first that is there and not null is read.
    pub fn required<T>(&mut self, names: &[&str], parse: impl FnOnce(&Value) -> Result<T, Problem>) -> Option<T> {
        match self.find(names) {
            Some((name, value)) => self.value(name, value, parse),
            None => self.missing(names),
        }
    }

    /// A member that may be missing or null.
    pub fn optional<T>(&mut self, names: &[&str], parse: impl FnOnce(&Value) -> Result<T, Problem>) -> Option<T> {
        let (name, value) = self.find(names)?;
        self.value(name, value, parse)
    }

    /// An object that must be there.
    pub fn nested<T>(&mut self, names: &[&str], read: impl FnOnce(&mut Fields<'_>) -> Option<T>) -> Option<T> {
        match self.find(names) {
            Some((name, value)) => self.object(name, value, read),
            None => self.missing(names),
        }
    }

    /// An object that may be missing or null.
    pub fn optional_nested<T>(&mut self, names: &[&str], read: impl FnOnce(&mut Fields<'_>) -> Option<T>) -> Option<T> {
        let (name, value) = self.find(names)?;
        self.object(name, value, read)
    }

    /// A list of values. Missing and null are the empty list.
    pub fn list<T>(&mut self, names: &[&str], parse: impl Fn(&Value) -> Result<T, Problem>) -> Vec<T> {
        self.entries(names, |fields, name, entry| fields.value(name, entry, &parse))
    }

    /// A list of objects. Missing and null are the empty list.
    pub fn nested_list<T>(&mut self, names: &[&str], read: impl Fn(&mut Fields<'_>) -> Option<T>) -> Vec<T> {
        self.entries(names, |fields, name, entry| fields.object(name, entry, &read))
    }

    /// The first of these names that is there and not null.
    pub fn named<'n>(&self, names: &[&'n str]) -> Option<&'n str> {
        self.find(names).map(|(name, _)| name)
    }

    /// Whether no problem was found so far: what follows from one needs no words of its own.
    pub fn is_sound(&self) -> bool {
        self.problems.is_empty()
    }

    /// Adds a problem that concerns several members.
    pub fn problem(&mut self, name: &str, problem: Problem) {
        let message = match problem {
            Problem::About(rule) => format!("{}{name} : {rule}", self.path),
            Problem::Exact(message) => message,
        };
        if !self.problems.contains(&message) {
            self.problems.push(message);
        }
    }

    fn find<'n>(&self, names: &[&'n str]) -> Option<(&'n str, &'a Value)> {
        names
            .iter()
            .find_map(|name| self.members.get(*name).filter(|value| !value.is_null()).map(|value| (*name, value)))
    }

    fn missing<T>(&mut self, names: &[&str]) -> Option<T> {
        self.problem(names.first().copied().unwrap_or_default(), Problem::about("is required"));
        None
    }

    fn value<T>(&mut self, name: &str, value: &Value, parse: impl FnOnce(&Value) -> Result<T, Problem>) -> Option<T> {
        if has_nul(value) {
            self.problem(name, Problem::about("must not contain the character U+0000"));
            return None;
        }
        parse(value).map_err(|problem| self.problem(name, problem)).ok()
    }

    fn object<T>(&mut self, name: &str, value: &Value, read: impl FnOnce(&mut Fields<'_>) -> Option<T>) -> Option<T> {
        let Value::Object(members) = value else {
            self.problem(name, wrong_kind("an object", value));
            return None;
        };
        let mut inner = Fields { members, path: format!("{}{name}.", self.path), problems: Vec::new() };
        let found = read(&mut inner);
        for message in inner.problems {
            self.problem(name, Problem::Exact(message));
        }
        found
    }

    fn entries<T>(&mut self, names: &[&str], read: impl Fn(&mut Self, &str, &Value) -> Option<T>) -> Vec<T> {
        let Some((name, value)) = self.find(names) else { return Vec::new() };
        let Value::Array(entries) = value else {
            self.problem(name, wrong_kind("a list", value));
            return Vec::new();
        };
        let mut found = Vec::new();
        let mut wrong = 0;
        for (position, entry) in entries.iter().enumerate() {
            let before = self.problems.len();
            match read(self, &format!("{name}[{position}]"), entry) {
                Some(entry) => found.push(entry),
                None => wrong += 1,
            }
            if wrong > Self::NAMED_ENTRIES {
                self.problems.truncate(before);
            }
        }
        if wrong > Self::NAMED_ENTRIES {
            self.problem(name, Problem::about(format!("has {wrong} wrong entries, of which the first are named here")));
        }
        found
    }
}

/// The problem of a value that is of another kind of JSON than `wanted`.
pub(crate) fn wrong_kind(wanted: &str, value: &Value) -> Problem {
    Problem::about(format!("must be {wanted}, not {}", kind(value)))
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values;
    use proptest::prelude::*;

    #[derive(Debug, PartialEq)]
    struct Outer {
        name: String,
        note: Option<String>,
        inner: Inner,
        list: Vec<Inner>,
    }

    #[derive(Debug, PartialEq)]
    struct Inner {
        flag: bool,
    }

    impl Body for Outer {
        fn read(fields: &mut Fields<'_>) -> Option<Self> {
            let name = fields.required(&["name", "label"], values::text);
            let note = fields.optional(&["note"], values::text);
            let inner = fields.nested(&["inner"], Inner::read);
            let list = fields.nested_list(&["list"], Inner::read);
            Some(Self { name: name?, note, inner: inner?, list })
        }
    }

    impl Body for Inner {
        fn read(fields: &mut Fields<'_>) -> Option<Self> {
            Some(Self { flag: fields.required(&["flag"], values::boolean)? })
        }
    }

    fn problems(text: &str) -> Problems {
        parse_body::<Outer>(text.as_bytes()).unwrap_err()
    }

    #[test]
    fn a_good_body_with_members_of_others() {
        let outer: Outer = parse_body(
            br#"{"name": "a", "note": null, "unknown": [1], "inner": {"flag": true, "x": {}}, "list": [{"flag": false}]}"#,
        )
        .unwrap();
        assert_eq!(
            outer,
            Outer { name: "a".into(), note: None, inner: Inner { flag: true }, list: vec![Inner { flag: false }] }
        );
    }

    #[test]
    fn text_with_nul_is_refused_wherever_it_is_read() {
        let rule = "must not contain the character U+0000";
        let found = problems(r#"{"name": "a\u0000", "note": "\u0000b", "inner": {"flag": true}}"#);
        assert_eq!(found, [format!("name : {rule}"), format!("note : {rule}")]);
        for nested in [r#"["\u0000"]"#, r#"{"\u0000": 1}"#, r#"{"x": [{"y": "\u0000"}]}"#] {
            assert!(has_nul(&serde_json::from_str(nested).unwrap()), "{nested}");
        }
        for good in [r#""\u0001""#, r#""\\u0000""#, r#"{"x": ["0"]}"#, "0"] {
            assert!(!has_nul(&serde_json::from_str(good).unwrap()), "{good}");
        }
        let unread = br#"{"name": "a", "inner": {"flag": true}, "unknown": "\u0000"}"#;
        assert_eq!(parse_body::<Outer>(unread).unwrap().name, "a");
    }

    #[test]
    fn of_several_names_the_first_that_is_not_null_wins() {
        for (text, expected) in [
            (r#"{"name": "a", "label": "b", "inner": {"flag": true}}"#, "a"),
            (r#"{"label": "b", "name": null, "inner": {"flag": true}}"#, "b"),
            (r#"{"label": "b", "inner": {"flag": true}}"#, "b"),
        ] {
            assert_eq!(parse_body::<Outer>(text.as_bytes()).unwrap().name, expected);
        }
    }

    #[test]
    fn every_problem_is_named_once() {
        assert_eq!(
            problems(r#"{"label": 1, "note": [], "inner": {"flag": "yes"}, "list": [{}, 7, {"flag": true}]}"#),
            [
                "label : must be a string, not a number",
                "note : must be a string, not a list",
                "inner.flag : must be a boolean, not a string",
                "list[0].flag : is required",
                "list[1] : must be an object, not a number",
            ]
        );
        assert_eq!(problems(r#"{"inner": true, "list": {}}"#).len(), 3);
        assert_eq!(problems("{}"), ["name : is required", "inner : is required"]);
    }

    #[test]
    fn what_is_no_object_is_one_clear_problem() {
        assert_eq!(problems("[]"), ["The body must be a JSON object, not a list."]);
        assert_eq!(problems("null"), ["The body must be a JSON object, not null."]);
        assert_eq!(problems(" "), ["The body is empty; it must be a JSON object."]);
        for text in ["{", "{\"name\": \"a\"} x", "\u{feff}{}", "<xml/>", "{\"name\": \"\\ud800\"}"] {
            let found = problems(text);
            assert_eq!(found.len(), 1);
            assert!(found[0].starts_with("The body is not JSON that can be read: "), "{found:?}");
        }
        assert_eq!(parse_body::<Outer>(b"{\"name\": \"\xff\"}").unwrap_err().len(), 1);
    }

    #[test]
    fn too_deep_is_one_clear_problem() {
        let found = problems(&format!("{{\"name\": {}{}}}", "[".repeat(100_000), "]".repeat(100_000)));
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("recursion limit"), "{found:?}");
    }

    #[test]
    fn a_hostile_list_makes_no_huge_answer() {
        let found =
            problems(&format!(r#"{{"name": "a", "inner": {{"flag": true}}, "list": [{}1]}}"#, "1,".repeat(9_999)));
        assert_eq!(found.len(), 11);
        assert_eq!(found[10], "list : has 10000 wrong entries, of which the first are named here");
    }

    proptest! {
        #[test]
        fn no_bytes_panic_and_problems_are_never_none(bytes in any::<Vec<u8>>()) {
            if let Err(problems) = parse_body::<Outer>(&bytes) {
                prop_assert!(!problems.is_empty());
            }
        }
    }
}
