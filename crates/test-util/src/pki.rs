//! The PKIs of the parties of a test, and the bodies that carry their certificates.

use jiff::Timestamp;
use opnc_messages::pcp::ProvisioningCertificateData;
use opnc_messages::rcp::{RootCertificate, RootTypes};
use opnc_messages::{CertificateChain, CertificateDer, IsoVersion, RootType};
use opnc_pki::Certificate;
use opnc_pki::hierarchy::{Domain, Hierarchy, Leaf};
use opnc_pki::issue::Validity;
use opnc_pki::profile::Profile;
use rand::SeedableRng;
use rand::rngs::StdRng;

/// The PKI of a party in a domain. Keys are new each time; serial numbers follow the seed.
#[derive(Debug)]
pub struct TestPki {
    /// Root and sub CAs.
    pub hierarchy: Hierarchy,
    at: Timestamp,
    rng: StdRng,
}

impl TestPki {
    /// A PKI with its own root, valid from `at` on.
    pub fn new(domain: Domain, organization: &str, at: Timestamp) -> Self {
        let mut rng = StdRng::from_seed([9; 32]);
        let hierarchy = Hierarchy::new(domain, organization, at, &mut rng).expect("a PKI");
        Self { hierarchy, at, rng }
    }

    /// The root's certificate.
    pub fn root(&self) -> &Certificate {
        self.hierarchy.root.certificate()
    }

    /// The provisioning certificate of a car, or the contract certificate of an EMAID: a leaf of the PKI's own kind.
    pub fn leaf(&mut self, common_name: &str) -> Leaf {
        let profile = self.hierarchy.domain.leaf_profile();
        self.hierarchy.leaf(profile, common_name, self.at, &mut self.rng).expect("a leaf")
    }

    /// The same with a validity of your own.
    pub fn leaf_valid(&mut self, common_name: &str, from: &str, to: &str) -> Leaf {
        let profile: &'static Profile = self.hierarchy.domain.leaf_profile();
        let time = |text: &str| text.parse().expect("a time like 2026-06-01T12:00:00Z");
        let validity = Validity { not_before: time(from), not_after: time(to) };
        self.hierarchy.leaf_valid(profile, common_name, validity, &mut self.rng).expect("a leaf")
    }
}

/// What the operator sends to put a root into the RCP.
pub fn root_body(root: &Certificate, root_type: RootType) -> RootCertificate {
    let root_types = RootTypes::new([root_type]).expect("one type");
    let mut body = RootCertificate::new(der(root), root_types);
    body.fingerprint = Some(root.fingerprint());
    body
}

/// A leaf with its two sub CAs.
pub fn chain_body(leaf: &Leaf) -> CertificateChain {
    let mut sub_cas = leaf.sub_cas.iter().rev().map(der);
    CertificateChain {
        certificate: der(&leaf.certificate),
        sub_ca1: sub_cas.next().expect("a sub CA"),
        sub_ca2: sub_cas.next(),
    }
}

/// What an OEM sends to publish a car that speaks ISO 15118-2.
pub fn provisioning_body(leaf: &Leaf) -> ProvisioningCertificateData {
    ProvisioningCertificateData::new(chain_body(leaf), IsoVersion::Iso2)
}

fn der(certificate: &Certificate) -> CertificateDer {
    CertificateDer::from(certificate.der())
}
