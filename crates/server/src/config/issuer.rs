//! `[[issuer]]`: other issuers whose access tokens are taken.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Section;

/// Another issuer whose access tokens are taken here, for parties that are here. Never for an admin.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssuerConfig {
    /// The `iss` of its tokens, as it stands there.
    pub issuer: String,
    /// Where its keys are (RFC 7517). Without it, they are found by its metadata (OpenID Connect Discovery, RFC 8414).
    #[serde(default)]
    pub jwks_uri: Option<String>,
    /// The values of `aud` that mean this server; a token needs one of them.
    pub audience: Vec<String>,
    /// The algorithms that its tokens may be signed with.
    pub algorithms: Vec<TokenAlgorithm>,
    /// The claim that tells the party, as a path: `["https://eu.plugncharge.hubject.com/party"]`, `["realm", "id"]`. Its
    /// value is a text or a list of texts.
    pub claim: Vec<String>,
    /// The party of each value: its id, or the client id of one of its clients.
    pub parties: BTreeMap<String, String>,
    /// The claim that limits the services, as a path to a text with spaces or a list, with names such as `rcp`. Without it,
    /// all that the party may call.
    #[serde(default)]
    pub scope_claim: Option<Vec<String>>,
}

/// How a token is signed (RFC 7518, 3.1; RFC 8037).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TokenAlgorithm {
    /// RSA with PKCS#1 v1.5 and SHA-256.
    RS256,
    /// ECDSA with P-256 and SHA-256.
    ES256,
    /// Ed25519.
    EdDSA,
}

impl Section for Vec<IssuerConfig> {
    fn problems(&self) -> Vec<(&'static str, String)> {
        let mut problems = Vec::new();
        for one in self {
            let issuer = &one.issuer;
            let mut url = |key, text: &str| {
                if !text.starts_with("https://") && !text.starts_with("http://") {
                    problems.push((key, format!("{text:?} is no URL")));
                }
            };
            url("issuer", issuer);
            one.jwks_uri.iter().for_each(|uri| url("jwks_uri", uri));
            let mut some = |key, empty: bool, what: &str| {
                if empty {
                    problems.push((key, format!("{issuer}: {what}")));
                }
            };
            some("audience", one.audience.is_empty(), "name the audiences that mean this server");
            some("algorithms", one.algorithms.is_empty(), "name the algorithms that tokens may be signed with");
            some("claim", one.claim.is_empty(), "name the claim that tells the party");
            some("parties", one.parties.is_empty(), "say which party each value of the claim means");
            if self.iter().filter(|other| other.issuer == *issuer).count() > 1 {
                problems.push(("issuer", format!("{issuer} is there more than once")));
            }
        }
        problems
    }
}
