//! The certificates that the caller of a request has shown.

use std::sync::Arc;

/// The certificates of a caller that has shown one and proven that it has the key, to us or to our proxy. Nothing else is
/// known of them: not who issued them, nor whether they are valid. An extension of every request that has one.
#[derive(Debug, Clone)]
pub(crate) struct PeerCertificates {
    chain: Arc<[Vec<u8>]>,
}

impl PeerCertificates {
    /// The leaf in DER, and what the caller sent above it; `None` without a leaf.
    pub(crate) fn new(chain: Vec<Vec<u8>>) -> Option<Self> {
        (!chain.is_empty()).then(|| Self { chain: chain.into() })
    }

    /// The caller's own certificate, in DER.
    pub(crate) fn leaf(&self) -> &[u8] {
        self.chain.first().map(Vec::as_slice).unwrap_or_default()
    }

    /// What the caller sent above its own certificate, in DER, in its order.
    pub(crate) fn above(&self) -> &[Vec<u8>] {
        self.chain.get(1..).unwrap_or_default()
    }
}
