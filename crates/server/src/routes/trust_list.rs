//! The name of a trust list in a query.

/// The longest that is looked for, in bytes.
const LONGEST: usize = 100;

/// What it must be, for who has sent another.
pub(crate) const RULE: &str = "must be a name of 1 to 100 bytes";

/// Reads it; whether there is such a list, the service says.
pub(crate) fn parse(text: &str) -> Option<String> {
    (!text.is_empty() && text.len() <= LONGEST).then(|| text.to_owned())
}
