//! What can go wrong with keys.

use std::io;

use thiserror::Error;

/// A key cannot be read or used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KeyError {
    /// The text or bytes are not a private key of a supported kind.
    #[error("this is not an unencrypted PKCS#8 private key of secp256r1, secp521r1 or Ed448")]
    NotAPrivateKey,
    /// The scalar is zero, not below the order of the curve, or has the wrong length.
    #[error("the private scalar is not valid on {algorithm}")]
    BadScalar {
        /// The name of the algorithm.
        algorithm: &'static str,
    },
    /// The bytes are not an uncompressed point of the curve, or not a public key of Ed448.
    #[error("the {length} bytes given are not a public key of {algorithm} (on an ECDSA curve: uncompressed)")]
    BadPoint {
        /// The name of the algorithm.
        algorithm: &'static str,
        /// How many bytes were given.
        length: usize,
    },
    /// A public key of a kind that is not supported.
    #[error("public keys of the kind {0} are not supported (ISO 15118 uses secp256r1, secp521r1 and Ed448)")]
    UnsupportedKey(String),
    /// Two keys that have no shared secret: of different curves, or made for signatures alone (Ed448).
    #[error("a key of {own} and one of {peer} cannot agree on a secret")]
    NoAgreement {
        /// The algorithm of the private key.
        own: &'static str,
        /// The algorithm of the public key.
        peer: &'static str,
    },
    /// The structure of an encoded key is broken.
    #[error("the public key is not a well-formed SubjectPublicKeyInfo: {0}")]
    Malformed(der::Error),
    /// The cryptographic library refused, which a valid key does not cause.
    #[error("the cryptographic library failed to {0}")]
    Library(&'static str),
}

/// A signature that the key did not make over these bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the signature does not verify")]
pub struct BadSignature;

/// A key store cannot do what it was asked.
#[derive(Debug, Error)]
pub enum KeyStoreError {
    /// No key has this id.
    #[error("the key store has no key {0:?}")]
    NotFound(String),
    /// A key with this id exists; keys are never replaced.
    #[error("the key store already has a key {0:?}")]
    AlreadyExists(String),
    /// The id cannot be the name of a key.
    #[error("{0:?} cannot name a key: use 1 to 100 of a-z, A-Z, 0-9, '-', '_' and '.', not starting with '.'")]
    BadId(String),
    /// The stored key cannot be decrypted or read.
    #[error("the key {id:?} cannot be read: {reason}")]
    Unreadable {
        /// The id of the key.
        id: String,
        /// Why.
        reason: String,
    },
    /// The file system failed.
    #[error("key store: {action} {path}: {source}")]
    Io {
        /// What was tried.
        action: &'static str,
        /// On which file.
        path: String,
        /// How it failed.
        source: io::Error,
    },
    /// The key itself failed.
    #[error(transparent)]
    Key(#[from] KeyError),
}
