//! `[iso20]`: what the standard leaves open about contract data of ISO 15118-20.

use opnc_pki::contract::iso20::KeyIdForm;
use serde::{Deserialize, Serialize};

use super::Section;

/// How contract data of ISO 15118-20 are made here.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Iso20 {
    /// How the encryption of a contract key names the contract certificate by its key identifier. The cars must read the
    /// standard in the same way.
    pub key_identifier: KeyIdentifier,
}

/// A reading of the standard.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyIdentifier {
    /// As capital hexadecimal digits.
    #[default]
    Hex,
    /// As its bytes.
    Bytes,
}

impl Iso20 {
    /// The reading, as the services take it.
    pub fn key_id_form(&self) -> KeyIdForm {
        match self.key_identifier {
            KeyIdentifier::Hex => KeyIdForm::HexDigits,
            KeyIdentifier::Bytes => KeyIdForm::Bytes,
        }
    }
}

impl Section for Iso20 {}
