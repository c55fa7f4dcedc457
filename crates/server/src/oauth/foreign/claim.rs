//! The texts of a claim.

use serde_json::Value;

/// The texts at the end of the path: one, a list of them, or none.
pub(super) fn texts<'a>(claims: &'a Value, path: &[String]) -> Vec<&'a str> {
    let found = path.iter().try_fold(claims, |value, name| value.get(name.as_str()));
    match found {
        Some(Value::String(text)) => vec![text],
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn namespaced_nested_and_listed() {
        let claims = json!({
            "https://eu.plugncharge.hubject.com/party": "DEABC", "realm": {"ids": ["a", 1, "b"]}, "number": 5
        });
        let at = |path: &[&str]| {
            let path: Vec<_> = path.iter().map(|name| (*name).to_owned()).collect();
            texts(&claims, &path).join(",")
        };
        assert_eq!(at(&["https://eu.plugncharge.hubject.com/party"]), "DEABC");
        assert_eq!(at(&["realm", "ids"]), "a,b");
        assert_eq!((at(&["realm"]), at(&["number"]), at(&["realm", "ids", "x"]), at(&["none"])), Default::default());
    }
}
