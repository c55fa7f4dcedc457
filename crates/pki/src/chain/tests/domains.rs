//! Whose CA a leaf comes from: below one V2G root there are those of several domains.

use rand::SeedableRng;
use rand::rngs::StdRng;

use super::super::*;
use super::now;
use crate::hierarchy::{Domain, Hierarchy};
use crate::profile::{CONTRACT, CPS, PROVISIONING, Profile, SECC};

/// The verdict on a leaf of this profile that the CAs of this domain have issued.
fn verdict(domain: Domain, profile: &'static Profile, common_name: &str, purpose: Purpose) -> Option<ChainErrorKind> {
    let mut rng = StdRng::from_seed([1; 32]);
    let v2g = Hierarchy::new(Domain::Cpo, "Root", now(), &mut rng).unwrap().root;
    let anchors = Anchors::new(vec![v2g.certificate().clone()]);
    let cas = Hierarchy::below(v2g, domain, "Sub", now(), &mut rng).unwrap();
    let leaf = cas.leaf(profile, common_name, now(), &mut rng).unwrap();
    verify(&leaf.certificate, &leaf.sub_cas, &anchors, purpose, now()).err().map(|error| {
        assert_eq!(error.position(), Position::SubCa, "{error}");
        error.kind()
    })
}

/// An eMSP or OEM with sub CAs below the V2G root could else make itself a CPS, and sign contract data for any car.
#[test]
fn the_cas_of_one_domain_issue_for_no_other() {
    let leaves: [(&'static Profile, &str, Purpose, Domain); 4] = [
        (&CPS, "Somebody", Purpose::Cps, Domain::Cps),
        (&CONTRACT, "DEABC000000001", Purpose::Contract, Domain::Emsp),
        (&PROVISIONING, "WAUTESTCAR0000001", Purpose::Provisioning, Domain::Oem),
        (&SECC, "DE*ABC*E1234", Purpose::Secc, Domain::Cpo),
    ];
    for (profile, name, purpose, own) in leaves {
        for domain in Domain::ALL {
            // The CAs of a CPO have DC=V2G, as the root of all has, and may stand above any leaf.
            let expected = (domain != own && domain != Domain::Cpo).then_some(ChainErrorKind::WrongDomain);
            assert_eq!(verdict(domain, profile, name, purpose), expected, "{purpose:?} by {domain:?}");
        }
    }
}
