//! What an endpoint's owner chooses among few words.

use serde::Serialize;

/// How `X-Operator-Signature` is written (E3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SignatureStyle {
    /// `sha256=` and hex digits.
    #[default]
    Prefixed,
    /// Hex digits alone.
    Bare,
}

impl SignatureStyle {
    /// The word in bodies and in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Prefixed => "prefixed",
            Self::Bare => "bare",
        }
    }

    /// Reads what [`as_str`](Self::as_str) writes, in any case.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Prefixed, Self::Bare].into_iter().find(|style| style.as_str().eq_ignore_ascii_case(text))
    }
}

/// Whether an endpoint hears of anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum EndpointStatus {
    /// It does.
    #[default]
    Enabled,
    /// What happens while it is disabled it never hears of.
    Disabled,
}

impl EndpointStatus {
    /// The word in bodies.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Enabled => "enabled",
            Self::Disabled => "disabled",
        }
    }

    /// Reads what [`as_str`](Self::as_str) writes, in any case.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Enabled, Self::Disabled].into_iter().find(|status| status.as_str().eq_ignore_ascii_case(text))
    }
}
