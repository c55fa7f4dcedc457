//! The lints: each a small rule with a name, over what a reader of the certificate will see.
//!
//! They read the encoded certificate and not the draft, so that an error of the encoder is found as well.

mod authority;
mod form;
mod subject;

use std::fmt;

use super::Draft;
use crate::certificate::Certificate;

/// One rule that a certificate breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The name of the rule.
    pub lint: &'static str,
    /// What is wrong, as a sentence.
    pub problem: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.problem, self.lint)
    }
}

/// What a lint looks at.
struct Case<'a> {
    draft: &'a Draft<'a>,
    certificate: &'a Certificate,
}

type Rule = fn(&Case<'_>) -> Result<(), String>;

const LINTS: &[(&str, Rule)] = &[
    ("common-name-of-profile", subject::common_name_of_profile),
    ("domain-component-of-profile", subject::domain_component_of_profile),
    ("attributes-once", subject::attributes_once),
    ("key-usage-of-profile", form::key_usage_of_profile),
    ("constraints-of-profile", form::constraints_of_profile),
    ("algorithm-of-profile", form::algorithm_of_profile),
    ("short-key-id", form::short_key_id),
    ("serial-positive-and-long", form::serial_positive_and_long),
    ("urls-are-http", form::urls_are_http),
    ("nothing-else", form::nothing_else),
    ("size-within-limit", form::size_within_limit),
    ("validity-in-order", authority::validity_in_order),
    ("validity-inside-issuer", authority::validity_inside_issuer),
    ("issuer-is-named", authority::issuer_is_named),
    ("issuer-may-issue", authority::issuer_may_issue),
    ("path-length-below-issuer", authority::path_length_below_issuer),
    ("key-is-not-the-issuers", authority::key_is_not_the_issuers),
];

/// Runs every lint; an empty list is a pass.
pub(super) fn run(draft: &Draft<'_>, certificate: &Certificate) -> Vec<Finding> {
    let case = Case { draft, certificate };
    let broken = LINTS.iter().filter_map(|(lint, rule)| Some((*lint, rule(&case).err()?)));
    broken.map(|(lint, problem)| Finding { lint, problem }).collect()
}

/// Shorthand of the rules: a problem unless the condition holds.
fn demand(condition: bool, problem: impl FnOnce() -> String) -> Result<(), String> {
    if condition { Ok(()) } else { Err(problem()) }
}
