//! Keys that verify, as JSON Web Keys (RFC 7517), named by their thumbprints (RFC 7638).

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use opnc_pki::key::{Algorithm, PublicKey, sha256};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The most keys of a set that are read: a current one, its successor, and some that are about to go.
const MOST_KEYS: usize = 16;
/// The longest set that is read.
const LONGEST: usize = 16 * 1024;

/// A key on secp256r1 that verifies signatures of ES256.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifyingKey {
    key: PublicKey,
    id: String,
}

/// Some keys, each found by its id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeySet {
    keys: Vec<VerifyingKey>,
}

/// Keys that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// No set of keys at all.
    #[error("this is no JSON Web Key Set, and no public key in PEM: {0}")]
    Unreadable(String),
    /// A set without a key that is of use.
    #[error("there is no key of type EC on P-256 among these")]
    None,
    /// More keys than anybody needs.
    #[error("there are more than {MOST_KEYS} keys")]
    TooMany,
    /// A point that is none of the curve.
    #[error("a key is no point of P-256")]
    Point,
    /// A key of another kind where one on P-256 belongs.
    #[error("the key is one of {0}; documents are signed with keys on secp256r1")]
    Algorithm(&'static str),
    /// A name that is not the thumbprint of its key.
    #[error("the key that calls itself {named:?} has the thumbprint {found}")]
    Name {
        /// What the set calls it.
        named: String,
        /// What it is (RFC 7638).
        found: String,
    },
}

impl VerifyingKey {
    /// A key of this curve.
    ///
    /// # Errors
    /// [`KeyError::Algorithm`] for a key of another one.
    pub fn new(key: PublicKey) -> Result<Self, KeyError> {
        if key.algorithm() != Algorithm::Secp256r1 {
            return Err(KeyError::Algorithm(key.algorithm().as_str()));
        }
        let id = thumbprint(&key);
        Ok(Self { key, id })
    }

    /// Its thumbprint (RFC 7638): base64url of a SHA-256, so that another key has another id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The key itself.
    pub fn public_key(&self) -> &PublicKey {
        &self.key
    }

    /// X and Y of the point, in base64url (RFC 7518, 6.2.1).
    pub fn coordinates(&self) -> (String, String) {
        coordinates(&self.key)
    }

    /// The members of RFC 7517 and RFC 7518, 6.2.1.
    pub fn to_jwk(&self) -> Value {
        let (x, y) = self.coordinates();
        json!({ "kty": "EC", "crv": "P-256", "x": x, "y": y, "use": "sig", "alg": "ES256", "kid": self.id })
    }
}

impl KeySet {
    /// A set of these keys.
    pub fn new(keys: impl IntoIterator<Item = VerifyingKey>) -> Self {
        let mut set = Self::default();
        for key in keys {
            if set.find(key.id()).is_none() {
                set.keys.push(key);
            }
        }
        set
    }

    /// Reads a key set of JSON, or one public key in PEM. Keys for something else are passed over.
    ///
    /// # Errors
    /// [`KeyError`]; above all when no key is left.
    pub fn parse(text: &[u8]) -> Result<Self, KeyError> {
        if text.len() > LONGEST {
            return Err(KeyError::Unreadable(format!("it is longer than {LONGEST} bytes")));
        }
        if text.trim_ascii_start().starts_with(b"-----BEGIN") {
            return pem(text).and_then(VerifyingKey::new).map(|key| Self { keys: vec![key] });
        }
        let value: Value = serde_json::from_slice(text).map_err(|error| KeyError::Unreadable(error.to_string()))?;
        Self::from_jwks(&value)
    }

    /// The keys of a `{"keys": […]}`.
    ///
    /// # Errors
    /// As [`KeySet::parse`].
    pub fn from_jwks(value: &Value) -> Result<Self, KeyError> {
        let Some(Value::Array(found)) = value.get("keys") else {
            return Err(KeyError::Unreadable("it has no member \"keys\"".to_owned()));
        };
        if found.len() > MOST_KEYS {
            return Err(KeyError::TooMany);
        }
        let keys = found.iter().filter_map(|one| Jwk::deserialize(one).ok()).filter(Jwk::is_for_documents);
        let keys = keys.map(Jwk::read).collect::<Result<Vec<_>, _>>()?;
        if keys.is_empty() { Err(KeyError::None) } else { Ok(Self::new(keys)) }
    }

    /// The set as RFC 7517, 5 has it.
    pub fn to_jwks(&self) -> Value {
        json!({ "keys": self.keys.iter().map(VerifyingKey::to_jwk).collect::<Vec<_>>() })
    }

    /// The key with this id.
    pub fn find(&self, id: &str) -> Option<&VerifyingKey> {
        self.keys.iter().find(|key| key.id == id)
    }

    /// Every key, in the order of the set.
    pub fn iter(&self) -> impl Iterator<Item = &VerifyingKey> {
        self.keys.iter()
    }
}

/// What is read of a JSON Web Key. There may be more in one.
#[derive(Deserialize, Serialize)]
struct Jwk {
    kty: String,
    crv: String,
    x: String,
    y: String,
    #[serde(rename = "use", default)]
    purpose: Option<String>,
    #[serde(default)]
    alg: Option<String>,
    #[serde(default)]
    kid: Option<String>,
}

impl Jwk {
    fn is_for_documents(&self) -> bool {
        let may = |member: &Option<String>, value| member.as_deref().is_none_or(|found| found == value);
        self.kty == "EC" && self.crv == "P-256" && may(&self.purpose, "sig") && may(&self.alg, "ES256")
    }

    fn read(self) -> Result<VerifyingKey, KeyError> {
        let decode = |text: &str| BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| KeyError::Point);
        let point = [vec![4], decode(&self.x)?, decode(&self.y)?].concat();
        let key = PublicKey::from_point(Algorithm::Secp256r1, &point).map_err(|_| KeyError::Point)?;
        let key = VerifyingKey::new(key)?;
        match self.kid {
            Some(named) if named != key.id => Err(KeyError::Name { named, found: key.id }),
            _ => Ok(key),
        }
    }
}

/// A public key in PEM (RFC 7468, 13), as `openssl pkey -pubout` writes it.
fn pem(text: &[u8]) -> Result<PublicKey, KeyError> {
    let unreadable = |why: &str| KeyError::Unreadable(why.to_owned());
    let text = std::str::from_utf8(text).map_err(|_| unreadable("it is no text"))?;
    let inner = text.trim().strip_prefix("-----BEGIN PUBLIC KEY-----");
    let inner = inner.and_then(|rest| rest.strip_suffix("-----END PUBLIC KEY-----"));
    let inner = inner.ok_or_else(|| unreadable("only one PUBLIC KEY is read from PEM"))?;
    let inner: String = inner.split_ascii_whitespace().collect();
    let der = base64::prelude::BASE64_STANDARD.decode(inner).map_err(|_| unreadable("it is no base64"))?;
    PublicKey::from_spki(&der).map_err(|error| KeyError::Unreadable(error.to_string()))
}

/// RFC 7638, 3: these members, in this order and without spaces, are what is hashed.
fn thumbprint(key: &PublicKey) -> String {
    let (x, y) = coordinates(key);
    let members = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
    BASE64_URL_SAFE_NO_PAD.encode(sha256(members.as_bytes()))
}

/// X and Y of the point (RFC 7518, 6.2.1), which follow the byte 04.
fn coordinates(key: &PublicKey) -> (String, String) {
    let both = key.point().get(1..).unwrap_or_default();
    let (x, y) = both.split_at(both.len() / 2);
    (BASE64_URL_SAFE_NO_PAD.encode(x), BASE64_URL_SAFE_NO_PAD.encode(y))
}

#[cfg(test)]
mod tests {
    use super::*;
    use opnc_pki::key::SoftwareKey;

    /// The key of RFC 7515, A.3.1.
    const X: &str = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
    const Y: &str = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";
    /// The same key has this thumbprint in other implementations of RFC 7638.
    const THUMBPRINT: &str = "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U";

    fn set(keys: Value) -> Result<KeySet, KeyError> {
        KeySet::parse(json!({ "keys": keys }).to_string().as_bytes())
    }

    #[test]
    fn a_published_key_has_its_thumbprint() {
        let read = set(json!([{"kty": "EC", "crv": "P-256", "x": X, "y": Y, "d": "anything"}])).unwrap();
        let key = read.find(THUMBPRINT).unwrap();
        assert_eq!((key.to_jwk()["x"].as_str(), key.to_jwk()["y"].as_str()), (Some(X), Some(Y)));
        assert_eq!(KeySet::from_jwks(&read.to_jwks()).unwrap(), read);
    }

    #[test]
    fn a_public_key_of_openssl() {
        let key = SoftwareKey::generate(Algorithm::Secp256r1).unwrap();
        let pem = |key: &SoftwareKey| {
            let body = base64::prelude::BASE64_STANDARD.encode(key.public_key().to_spki());
            format!("-----BEGIN PUBLIC KEY-----\n{}\n{}\n-----END PUBLIC KEY-----\n", &body[..64], &body[64..])
        };
        let read = KeySet::parse(pem(&key).as_bytes()).unwrap();
        assert_eq!(read.iter().next().unwrap().public_key(), key.public_key());
        let other = SoftwareKey::generate(Algorithm::Secp521r1).unwrap();
        assert!(matches!(KeySet::parse(pem(&other).as_bytes()), Err(KeyError::Algorithm(_))));
    }

    #[test]
    fn what_is_no_key_for_documents() {
        let good = json!({"kty": "EC", "crv": "P-256", "x": X, "y": Y});
        let with = |name: &str, value: Value| {
            let mut key = good.clone();
            key[name] = value;
            key
        };
        for passed_over in [
            with("kty", json!("OKP")),
            with("crv", json!("P-384")),
            with("use", json!("enc")),
            with("alg", json!("ES384")),
            json!({"kty": "oct", "k": "AA"}),
            json!(7),
        ] {
            assert_eq!(set(json!([passed_over])), Err(KeyError::None), "{passed_over}");
            assert_eq!(set(json!([passed_over, good])).unwrap().iter().count(), 1);
        }
        assert_eq!(set(json!([with("y", json!(X))])), Err(KeyError::Point));
        assert_eq!(set(json!([with("y", json!(format!("{Y}=")))])), Err(KeyError::Point));
        assert!(matches!(set(json!([with("kid", json!("mine"))])), Err(KeyError::Name { .. })));
        assert_eq!(set(json!(vec![good.clone(); 17])), Err(KeyError::TooMany));
        for text in ["", "{}", "[]", "nothing", "-----BEGIN PUBLIC KEY-----", &" ".repeat(LONGEST + 1)] {
            assert!(matches!(KeySet::parse(text.as_bytes()), Err(KeyError::Unreadable(_))), "{text:.30}");
        }
    }
}
