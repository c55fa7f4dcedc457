//! A validated path.

use jiff::Timestamp;
use opnc_messages::IsoVersion;

use super::Warning;
use crate::certificate::Certificate;

/// A leaf, the CAs above it and the root it leads to, all valid at the time of the check.
#[derive(Debug, Clone)]
pub struct ValidPath {
    leaf: Certificate,
    sub_cas: Vec<Certificate>,
    anchor: Certificate,
    warnings: Vec<Warning>,
}

impl ValidPath {
    pub(super) fn new(
        leaf: Certificate,
        sub_cas: Vec<Certificate>,
        anchor: Certificate,
        warnings: Vec<Warning>,
    ) -> Self {
        Self { leaf, sub_cas, anchor, warnings }
    }

    /// The leaf.
    pub fn leaf(&self) -> &Certificate {
        &self.leaf
    }

    /// The version of ISO 15118 that the chain is of: its algorithms belong to one version only.
    pub fn version(&self) -> IsoVersion {
        self.leaf.public_key().algorithm().version()
    }

    /// The CAs between leaf and root, the issuer of the leaf first.
    pub fn sub_cas(&self) -> &[Certificate] {
        &self.sub_cas
    }

    /// The trusted root.
    pub fn anchor(&self) -> &Certificate {
        &self.anchor
    }

    /// From the leaf to the root.
    pub fn certificates(&self) -> impl Iterator<Item = &Certificate> {
        std::iter::once(&self.leaf).chain(&self.sub_cas).chain(std::iter::once(&self.anchor))
    }

    /// The last second at which every certificate of the path is valid.
    pub fn not_after(&self) -> Timestamp {
        self.certificates().map(Certificate::not_after).fold(Timestamp::MAX, Timestamp::min)
    }

    /// Quirks that were accepted, leaf first.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }
}
