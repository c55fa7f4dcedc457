//! The PKIs of the parties of a test.

use jiff::Timestamp;
use opnc_client::vehicle::Vehicle;
use opnc_messages::ids::Pcid;
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

    /// The CAs of another domain below the same root, for example those of a CPS.
    #[must_use]
    pub fn below(&mut self, domain: Domain, organization: &str) -> Self {
        let root = self.hierarchy.root.clone();
        let hierarchy = Hierarchy::below(root, domain, organization, self.at, &mut self.rng).expect("a PKI");
        Self { hierarchy, at: self.at, rng: StdRng::from_rng(&mut self.rng) }
    }

    /// Makes the sub CAs anew, in whose certificates and leaves the status service at `base` is named.
    pub fn name_status(&mut self, base: &str) {
        let Hierarchy { domain, organization, root, .. } = self.hierarchy.clone();
        let root = root.with_status(base);
        self.hierarchy = Hierarchy::below(root, domain, &organization, self.at, &mut self.rng).expect("a PKI");
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

/// The car of a provisioning certificate, which trusts these V2G roots.
pub fn vehicle(leaf: &Leaf, v2g_roots: &[Certificate]) -> Vehicle {
    let pcid = leaf.certificate.common_name().expect("a common name");
    Vehicle {
        pcid: Pcid::parse(pcid).expect("a PCID"),
        chain: leaf.chain(),
        key: leaf.key.clone(),
        v2g_roots: v2g_roots.to_vec(),
    }
}
