//! The text of a signed document: header, payload and signature in base64url, with dots between.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::json;

use super::KeySet;

/// The longest header that is read; ours have about a hundred bytes.
const LONGEST_HEADER: usize = 1024;
const ALGORITHM: &str = "ES256";

/// A document whose signature is good. What it says still has to be judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The bytes that were signed.
    pub payload: Vec<u8>,
    /// The thumbprint of the key that signed.
    pub key_id: String,
}

/// Why a document is not taken for genuine.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignedError {
    /// Longer than such a document may be.
    #[error("the document is longer than {limit} bytes")]
    TooLong {
        /// The most bytes that are read.
        limit: usize,
    },
    /// Not three parts in base64url, or a header that is none.
    #[error("this is no compact JSON Web Signature: {0}")]
    Form(String),
    /// Another algorithm, `none` for example.
    #[error("the document is signed with {0:?}; only {ALGORITHM} is accepted")]
    Algorithm(String),
    /// A document that says it is something else.
    #[error("the document is of type {found:?}, and one of type {expected:?} belongs here")]
    Type {
        /// What belongs here.
        expected: String,
        /// What it says it is.
        found: String,
    },
    /// Something must be understood that is not.
    #[error("the header demands extensions by \"crit\"; there are none here")]
    Critical,
    /// A key that is not trusted.
    #[error("the document is signed with the key {found:?}, which is not trusted; trusted: {}", .trusted.join(", "))]
    UnknownKey {
        /// Its thumbprint.
        found: String,
        /// The thumbprints of those that are.
        trusted: Vec<String>,
    },
    /// A trusted key, and not its signature over this text.
    #[error("the signature does not fit: the document was changed, or is not of the key {0:?}")]
    Signature(String),
}

/// Members that are not named here do not change what a document means.
#[derive(Deserialize)]
struct Header {
    alg: String,
    typ: String,
    kid: String,
    #[serde(default)]
    crit: Option<IgnoredAny>,
}

/// Writes a signed document. `sign` makes `r || s` over what it is given (RFC 7518, 3.4).
///
/// # Errors
/// What `sign` says.
pub fn compact<E>(
    document_type: &str,
    key_id: &str,
    payload: &[u8],
    sign: impl FnOnce(&[u8]) -> Result<Vec<u8>, E>,
) -> Result<String, E> {
    let header = json!({ "alg": ALGORITHM, "kid": key_id, "typ": document_type });
    let mut text = BASE64_URL_SAFE_NO_PAD.encode(header.to_string());
    text.push('.');
    text.push_str(&BASE64_URL_SAFE_NO_PAD.encode(payload));
    let signature = sign(text.as_bytes())?;
    text.push('.');
    text.push_str(&BASE64_URL_SAFE_NO_PAD.encode(signature));
    Ok(text)
}

/// What a document says, before its signature is looked at: for one that carries the key that is to verify it. Nothing of
/// this is to be used but that key.
///
/// # Errors
/// [`SignedError::TooLong`] and [`SignedError::Form`].
pub fn unverified(text: &[u8], limit: usize) -> Result<Vec<u8>, SignedError> {
    let (_, payload, _) = parts(text, limit)?;
    decode(payload, "payload")
}

/// Reads a signed document of this type, at most `limit` bytes long, when one of these keys has signed it.
///
/// # Errors
/// [`SignedError`]. Nothing of the payload is looked at before its signature is good.
pub fn verify(text: &[u8], document_type: &str, keys: &KeySet, limit: usize) -> Result<Verified, SignedError> {
    let (header, payload, signature) = parts(text, limit)?;
    let signed = format!("{header}.{payload}");
    let header = read_header(&decode(header, "header")?)?;
    if header.alg != ALGORITHM {
        return Err(SignedError::Algorithm(header.alg));
    }
    if header.crit.is_some() {
        return Err(SignedError::Critical);
    }
    if header.typ != document_type {
        return Err(SignedError::Type { expected: document_type.to_owned(), found: header.typ });
    }
    let Some(key) = keys.find(&header.kid) else {
        let trusted = keys.iter().map(|key| key.id().to_owned()).collect();
        return Err(SignedError::UnknownKey { found: header.kid, trusted });
    };
    let signature = decode(signature, "signature")?;
    if key.public_key().verify_raw(signed.as_bytes(), &signature).is_err() {
        return Err(SignedError::Signature(header.kid));
    }
    Ok(Verified { payload: decode(payload, "payload")?, key_id: header.kid })
}

/// Header, payload and signature, as they stand in the text.
fn parts(text: &[u8], limit: usize) -> Result<(&str, &str, &str), SignedError> {
    if text.len() > limit {
        return Err(SignedError::TooLong { limit });
    }
    let form = |why: &str| SignedError::Form(why.to_owned());
    let text = std::str::from_utf8(text).map_err(|_| form("it is no text"))?.trim();
    let (signed, signature) = text.rsplit_once('.').ok_or_else(|| form("there are no dots"))?;
    let (header, payload) = signed.split_once('.').ok_or_else(|| form("there is one dot only"))?;
    if payload.contains('.') {
        return Err(form("there are more than three parts"));
    }
    Ok((header, payload, signature))
}

fn decode(part: &str, name: &str) -> Result<Vec<u8>, SignedError> {
    BASE64_URL_SAFE_NO_PAD.decode(part).map_err(|_| SignedError::Form(format!("the {name} is no base64url")))
}

/// A member that comes twice is an error: readers disagree about which of the two counts.
fn read_header(bytes: &[u8]) -> Result<Header, SignedError> {
    if bytes.len() > LONGEST_HEADER {
        return Err(SignedError::Form(format!("its header is longer than {LONGEST_HEADER} bytes")));
    }
    serde_json::from_slice(bytes).map_err(|error| SignedError::Form(format!("its header cannot be read: {error}")))
}

#[cfg(test)]
mod tests {
    use super::super::VerifyingKey;
    use super::*;
    use opnc_pki::key::{Algorithm, SoftwareKey};

    const TYPE: &str = "opnc-test+jws";

    fn key() -> (SoftwareKey, VerifyingKey) {
        let key = SoftwareKey::generate(Algorithm::Secp256r1).unwrap();
        let public = VerifyingKey::new(key.public_key().clone()).unwrap();
        (key, public)
    }

    /// A document with this header, signed well.
    fn with_header(key: &SoftwareKey, header: &str) -> String {
        let signed = format!("{}.{}", BASE64_URL_SAFE_NO_PAD.encode(header), BASE64_URL_SAFE_NO_PAD.encode("{}"));
        let signature = key.sign_raw(signed.as_bytes()).unwrap();
        format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
    }

    #[test]
    fn what_is_signed_comes_back() {
        let (key, public) = key();
        let keys = KeySet::new([public.clone()]);
        for payload in [&b"{}"[..], b"", &[0xff; 300]] {
            let text = compact(TYPE, public.id(), payload, |message| key.sign_raw(message)).unwrap();
            let verified = verify(text.as_bytes(), TYPE, &keys, 1000).unwrap();
            assert_eq!((verified.payload.as_slice(), verified.key_id.as_str()), (payload, public.id()));
            assert!(verify(format!("{text}\n").as_bytes(), TYPE, &keys, 1000).is_ok(), "a file ends with a line break");
        }
    }

    #[test]
    fn every_changed_character_is_noticed() {
        let (key, public) = key();
        let keys = KeySet::new([public.clone()]);
        let text = compact(TYPE, public.id(), b"{\"a\":1}", |message| key.sign_raw(message)).unwrap();
        for index in 0..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[index] = if changed[index] == b'A' { b'B' } else { b'A' };
            assert!(verify(&changed, TYPE, &keys, 1000).is_err(), "character {index}");
            assert!(verify(&text.as_bytes()[..index], TYPE, &keys, 1000).is_err(), "cut at {index}");
        }
    }

    #[test]
    fn headers_that_change_the_rules() {
        let (key, public) = key();
        let keys = KeySet::new([public.clone()]);
        let id = public.id();
        let refused = |header: String| verify(with_header(&key, &header).as_bytes(), TYPE, &keys, 2000).unwrap_err();
        let good = format!(r#"{{"alg":"ES256","typ":"{TYPE}","kid":"{id}","iat":1}}"#);
        assert!(verify(with_header(&key, &good).as_bytes(), TYPE, &keys, 2000).is_ok());
        for algorithm in ["none", "HS256", "es256", "ES384", "RS256"] {
            assert_eq!(refused(good.replace("ES256", algorithm)), SignedError::Algorithm(algorithm.to_owned()));
        }
        assert_eq!(refused(good.replace("\"iat\":1", "\"crit\":[\"b64\"],\"b64\":false")), SignedError::Critical);
        assert!(matches!(refused(good.replace(TYPE, "JWT")), SignedError::Type { .. }));
        assert!(matches!(refused(good.replace(id, "other")), SignedError::UnknownKey { .. }));
        for unreadable in [
            good.replace("\"iat\":1", "\"alg\":\"none\""),
            good.replace("\"alg\":\"ES256\",", ""),
            good.replace("\"iat\":1", &format!("\"x\":\"{}\"", "x".repeat(1100))),
            "[]".to_owned(),
        ] {
            assert!(matches!(refused(unreadable.clone()), SignedError::Form(_)), "{unreadable}");
        }
    }

    #[test]
    fn a_key_of_the_same_name_and_too_much_text() {
        let ((key, public), (other, _)) = (key(), key());
        let keys = KeySet::new([public.clone()]);
        let text = compact(TYPE, public.id(), b"x", |message| other.sign_raw(message)).unwrap();
        assert!(matches!(verify(text.as_bytes(), TYPE, &keys, 1000), Err(SignedError::Signature(_))));
        let text = compact(TYPE, public.id(), b"x", |message| key.sign_raw(message)).unwrap();
        assert_eq!(verify(text.as_bytes(), TYPE, &keys, 10), Err(SignedError::TooLong { limit: 10 }));
        for text in ["", "a", "a.b", "a.b.c.d", "..", "=.=.="] {
            assert!(matches!(verify(text.as_bytes(), TYPE, &keys, 10), Err(SignedError::Form(_))), "{text}");
        }
    }

    /// RFC 7515, A.3: a signature that others made.
    #[test]
    fn the_example_of_the_rfc_is_read_until_its_type() {
        let text = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
        let set = br#"{"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}"#;
        let keys = KeySet::parse(set).unwrap();
        let error = verify(text.as_bytes(), TYPE, &keys, 1000).unwrap_err();
        assert!(matches!(error, SignedError::Form(_)), "it has neither type nor key id: {error}");
        let (signed, signature) = text.rsplit_once('.').unwrap();
        let key = keys.iter().next().unwrap().public_key();
        key.verify_raw(signed.as_bytes(), &BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap()).unwrap();
    }
}
