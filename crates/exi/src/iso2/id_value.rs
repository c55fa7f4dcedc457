//! Values with an `Id`, so that a signature can refer to them: the wrapped key, the DH public key and the EMAID.

/// Binary content with an `Id`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdBytes {
    /// The `Id` that a signature refers to, without `#`.
    pub id: String,
    /// The content. `ContractSignatureEncryptedPrivateKey`: at most 48 bytes; `DHpublickey`: at most 65 bytes.
    pub value: Vec<u8>,
}

/// Text with an `Id`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdText {
    /// The `Id` that a signature refers to, without `#`.
    pub id: String,
    /// The content. `eMAID`: 14 or 15 characters.
    pub value: String,
}
