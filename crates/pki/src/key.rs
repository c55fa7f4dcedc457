//! Keys: algorithms, public keys, software keys, and the stores that hold the keys of authorities.

mod algorithm;
mod curve;
mod ed448;
mod encrypted;
mod error;
mod file_store;
mod hash;
mod kek;
mod memory_store;
mod public;
mod sealing;
mod signature_form;
mod signer;
mod software;
mod store;

pub use algorithm::Algorithm;
pub use encrypted::{decrypt_pkcs8, encrypt_pkcs8};
pub use error::{BadSignature, KeyError, KeyStoreError};
pub use file_store::FileKeyStore;
pub use hash::{hmac_sha256, sha1, sha256, sha384, sha512, shake256};
pub use kek::{KekError, KeyEncryptionKey};
pub use memory_store::MemoryKeyStore;
pub use public::PublicKey;
pub use signer::Signer;
pub use software::SoftwareKey;
pub use store::KeyStore;
