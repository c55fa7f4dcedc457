//! How an ecosystem describes itself to others, signed with a key that the description itself names.
//!
//! So the signature alone proves that nobody has changed it on the way, and not whose it is: that is for who reads it, who
//! compares the key's thumbprint with what the other operator says by another way.

use jiff::{SignedDuration, Timestamp};
use opnc_messages::Operation;
use opnc_messages::federation::GetPeersRes;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::call::Call;
use crate::signed::{KeySet, unverified, verify};
use crate::trust::TrustError;
use crate::trust::bundle::check_dates;
use crate::{Client, ClientError};

/// The type of a signed description.
pub const DESCRIPTION_TYPE: &str = "opnc-pool-description+jws";
/// The longest description that is read, in bytes.
pub const LONGEST: usize = 64 * 1024;
/// The longest time for which a description may be good.
const LONGEST_LIFE: SignedDuration = SignedDuration::from_hours(400 * 24);
/// The most members of an ecosystem.
const MOST_MEMBERS: usize = 2000;
/// The most services that are named.
const MOST_SERVICES: usize = 20;
const LONGEST_NAME: usize = 100;
const LONGEST_URL: usize = 1000;

/// An ecosystem as it describes itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PoolDescription {
    /// The id that the ecosystem gives itself.
    pub ecosystem: String,
    /// What it calls itself.
    pub name: String,
    /// What stands before `/opnc/v1` there.
    pub base_url: String,
    /// Where it issues tokens, when that is not `/oauth2/token` below its base URL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_url: Option<String>,
    /// The services that it offers, by their names in paths: `rcp`, `pcp`, `cps`, `ccp`.
    pub services: Vec<String>,
    /// For whom it speaks.
    #[serde(default)]
    pub members: Members,
    /// Whether who has this may pass it on to its own peers.
    #[serde(default)]
    pub may_be_told: bool,
    /// Its keys for signed documents (RFC 7517), the one that has signed this among them.
    pub keys: Vec<Value>,
    /// When it was signed.
    pub issued: Timestamp,
    /// Until when it is good.
    pub expires: Timestamp,
}

/// For whom an ecosystem speaks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Members {
    /// World manufacturer identifiers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub oem: Vec<String>,
    /// Country and provider of eMSPs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub emsp: Vec<String>,
    /// Country and operator of CPOs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cpo: Vec<String>,
    /// SHA-256 fingerprints of the roots of CPS.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cps: Vec<String>,
}

/// A description whose signature is good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Described {
    /// What it says.
    pub description: PoolDescription,
    /// The thumbprint of the key that signed (RFC 7638).
    pub key_id: String,
}

impl PoolDescription {
    /// Reads a signed description that one of its own keys has signed, and that is good at this time.
    ///
    /// # Errors
    /// [`TrustError`]: its signature, its dates, or what it says.
    pub fn verify(text: &[u8], at: Timestamp) -> Result<Described, TrustError> {
        let described = Self::kept(text)?;
        check_dates(described.description.issued, described.description.expires, at)?;
        Ok(described)
    }

    /// The same for one that was good when it came, whatever the time is.
    ///
    /// # Errors
    /// As [`PoolDescription::verify`].
    pub fn kept(text: &[u8]) -> Result<Described, TrustError> {
        let keys = read(&unverified(text, LONGEST)?)?.key_set()?;
        let verified = verify(text, DESCRIPTION_TYPE, &keys, LONGEST)?;
        let description = read(&verified.payload)?;
        description.check()?;
        Ok(Described { description, key_id: verified.key_id })
    }

    /// The keys that it names.
    ///
    /// # Errors
    /// [`TrustError::Keys`].
    pub fn key_set(&self) -> Result<KeySet, TrustError> {
        Ok(KeySet::from_jwks(&json!({ "keys": self.keys }))?)
    }

    /// Whether another one says the same, but for its dates and keys, and whether it may be told.
    pub fn says_the_same_as(&self, other: &Self) -> bool {
        let sorted = |members: &Members| {
            let mut lists = [&members.oem, &members.emsp, &members.cpo, &members.cps].map(Clone::clone);
            lists.iter_mut().for_each(|list| list.sort_unstable());
            lists
        };
        (&self.ecosystem, &self.name, &self.base_url, &self.token_url, &self.services)
            == (&other.ecosystem, &other.name, &other.base_url, &other.token_url, &other.services)
            && sorted(&self.members) == sorted(&other.members)
    }

    fn check(&self) -> Result<(), TrustError> {
        let mut problems = Vec::new();
        let plain = |text: &str, most| {
            !text.trim().is_empty() && text.chars().count() <= most && !text.contains(char::is_control)
        };
        if !plain(&self.name, LONGEST_NAME) {
            problems.push(format!("name : has 1 to {LONGEST_NAME} characters, none of them a control character"));
        }
        if !plain(&self.ecosystem, LONGEST_NAME) || !self.ecosystem.chars().all(|c| c.is_ascii_graphic()) {
            problems.push(format!("ecosystem : has 1 to {LONGEST_NAME} ASCII characters without blanks"));
        }
        for (name, url) in [("baseUrl", Some(&self.base_url)), ("tokenUrl", self.token_url.as_ref())] {
            if url.is_some_and(|url| !plain(url, LONGEST_URL)) {
                problems.push(format!("{name} : has 1 to {LONGEST_URL} characters"));
            }
        }
        let Members { oem, emsp, cpo, cps } = &self.members;
        if oem.len() + emsp.len() + cpo.len() + cps.len() > MOST_MEMBERS {
            problems.push(format!("members : there are more than {MOST_MEMBERS}"));
        }
        if self.services.len() > MOST_SERVICES {
            problems.push(format!("services : there are more than {MOST_SERVICES}"));
        }
        if self.expires.duration_since(self.issued) > LONGEST_LIFE {
            problems.push("expires : is more than 400 days after issued".to_owned());
        }
        if problems.is_empty() { Ok(()) } else { Err(TrustError::Unreadable(problems.join("; "))) }
    }
}

fn read(payload: &[u8]) -> Result<PoolDescription, TrustError> {
    serde_json::from_slice(payload).map_err(|error| TrustError::Unreadable(format!("in the description, {error}")))
}

impl Client {
    /// The ecosystems that the one that is asked may tell of, itself first: each as it describes itself.
    ///
    /// # Errors
    /// See [`ClientError`]; 404 from who does not tell.
    pub async fn get_peers(&self) -> Result<GetPeersRes, ClientError> {
        self.answer(Call::new(Operation::GetPeers)).await
    }
}

#[cfg(test)]
mod tests {
    use opnc_pki::key::{Algorithm, SoftwareKey};

    use super::*;
    use crate::signed::{VerifyingKey, compact};

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn signed(key: &SoftwareKey, change: impl FnOnce(&mut Value)) -> String {
        let public = VerifyingKey::new(key.public_key().clone()).unwrap();
        let mut payload = json!({
            "ecosystem": "e-1", "name": "Europe", "baseUrl": "https://pools.example", "services": ["rcp"],
            "members": {"oem": ["WAU"]}, "keys": [public.to_jwk()],
            "issued": "2026-06-01T00:00:00Z", "expires": "2026-06-15T00:00:00Z",
        });
        change(&mut payload);
        let payload = payload.to_string();
        compact(DESCRIPTION_TYPE, public.id(), payload.as_bytes(), |message| key.sign_raw(message)).unwrap()
    }

    #[test]
    fn one_that_its_own_key_has_signed() {
        let key = SoftwareKey::generate(Algorithm::Secp256r1).unwrap();
        let text = signed(&key, |_| {});
        let described = PoolDescription::verify(text.as_bytes(), at("2026-06-02T00:00:00Z")).unwrap();
        assert_eq!((described.description.name.as_str(), described.description.may_be_told), ("Europe", false));
        assert_eq!(described.description.members.oem, ["WAU"]);
        for time in ["2026-05-30T00:00:00Z", "2026-06-15T00:00:00Z"] {
            assert!(PoolDescription::verify(text.as_bytes(), at(time)).is_err(), "{time}");
        }
        for index in (0..text.len()).step_by(7) {
            let mut changed = text.clone().into_bytes();
            changed[index] = if changed[index] == b'A' { b'B' } else { b'A' };
            assert!(PoolDescription::kept(&changed).is_err(), "character {index}");
        }
    }

    #[test]
    fn what_a_description_may_not_say() {
        let key = SoftwareKey::generate(Algorithm::Secp256r1).unwrap();
        let other = SoftwareKey::generate(Algorithm::Secp256r1).unwrap();
        let refused = |change: &dyn Fn(&mut Value)| PoolDescription::kept(signed(&key, change).as_bytes()).unwrap_err();
        let of_other = VerifyingKey::new(other.public_key().clone()).unwrap().to_jwk();
        refused(&|payload| payload["keys"] = json!([of_other]));
        refused(&|payload| payload["keys"] = json!([]));
        for (name, value) in [
            ("name", json!("")),
            ("name", json!("a\nb")),
            ("name", json!("x".repeat(101))),
            ("ecosystem", json!("a b")),
            ("baseUrl", json!(" ")),
            ("services", json!(vec!["rcp"; 21])),
            ("members", json!({"oem": vec!["WAU"; 2001]})),
            ("expires", json!("2028-06-15T00:00:00Z")),
        ] {
            let error = refused(&|payload| payload[name] = value.clone()).to_string();
            assert!(error.contains(name), "{name}: {error}");
        }
        let long = signed(&key, |payload| payload["more"] = json!("x".repeat(LONGEST)));
        assert!(matches!(PoolDescription::kept(long.as_bytes()), Err(TrustError::Signature(_))));
    }

    #[test]
    fn the_order_of_members_says_nothing() {
        let key = SoftwareKey::generate(Algorithm::Secp256r1).unwrap();
        let with = |oem: Value| {
            let text = signed(&key, |payload| payload["members"] = json!({ "oem": oem }));
            PoolDescription::kept(text.as_bytes()).unwrap().description
        };
        assert!(with(json!(["WAU", "TRU"])).says_the_same_as(&with(json!(["TRU", "WAU"]))));
        assert!(!with(json!(["WAU"])).says_the_same_as(&with(json!(["TRU"]))));
    }
}
