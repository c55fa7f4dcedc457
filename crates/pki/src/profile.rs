//! What each kind of certificate of ISO 15118 must look like.
//!
//! A profile is one table of values in one file, so that a correction of a value is a change of one line. The profiles of
//! ISO 15118-20 (their names end in `_20`) say beside them where they differ.

mod contract;
mod cpo_sub_ca;
mod cps;
mod cps_sub_ca;
mod emsp_root;
mod emsp_sub_ca;
mod ocsp_responder;
mod oem_root;
mod oem_sub_ca;
mod provisioning;
mod secc;
mod v2g_root;
mod vehicle;

use opnc_messages::IsoVersion;
use opnc_messages::ids::{Emaid, EvseId, Pcid};

use crate::certificate::{Attribute, KeyUsage, Name, NameError, attribute};
use crate::issue::Validity;
use crate::key::Algorithm;

pub use contract::{CONTRACT, CONTRACT_20};
pub use cpo_sub_ca::{CPO_SUB_CA_1, CPO_SUB_CA_1_20, CPO_SUB_CA_2, CPO_SUB_CA_2_20};
pub use cps::{CPS, CPS_20};
pub use cps_sub_ca::{CPS_SUB_CA_1, CPS_SUB_CA_1_20, CPS_SUB_CA_2, CPS_SUB_CA_2_20};
pub use emsp_root::{EMSP_ROOT, EMSP_ROOT_20};
pub use emsp_sub_ca::{EMSP_SUB_CA_1, EMSP_SUB_CA_1_20, EMSP_SUB_CA_2, EMSP_SUB_CA_2_20};
pub use ocsp_responder::{OCSP_RESPONDER, OCSP_RESPONDER_20};
pub use oem_root::{OEM_ROOT, OEM_ROOT_20};
pub use oem_sub_ca::{OEM_SUB_CA_1, OEM_SUB_CA_1_20, OEM_SUB_CA_2, OEM_SUB_CA_2_20};
pub use provisioning::{PROVISIONING, PROVISIONING_20};
pub use secc::{SECC, SECC_20};
pub use v2g_root::{V2G_ROOT, V2G_ROOT_20};
pub use vehicle::{VEHICLE, VEHICLE_20};

/// The values of one kind of certificate.
#[derive(Debug, PartialEq, Eq)]
pub struct Profile {
    /// What a person calls it.
    pub name: &'static str,
    /// The version of ISO 15118 whose limits and algorithms apply.
    pub version: IsoVersion,
    /// Where it stands in a chain.
    pub level: Level,
    /// The domain component (`DC`) of its subject.
    pub domain_component: &'static str,
    /// What its common name is.
    pub common_name: CommonName,
    /// Its key usage, critical.
    pub key_usage: KeyUsage,
    /// How long it is valid when nobody says otherwise.
    pub default_days: u32,
}

/// Where in a chain a certificate stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Signs itself; its path length is not limited.
    Root,
    /// A CA below which at most this many further CAs stand.
    SubCa {
        /// The path length constraint.
        path_length: u8,
    },
    /// No CA.
    Leaf,
    /// No CA; answers OCSP requests for its issuer.
    OcspResponder,
}

/// What the common name of a certificate is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommonName {
    /// Any text.
    Free,
    /// An EMAID, without hyphens.
    Emaid,
    /// A PCID.
    Pcid,
    /// An EVSE ID.
    EvseId,
}

/// Key usage of every CA, beside what a profile adds.
const CA_USAGE: KeyUsage = KeyUsage::KEY_CERT_SIGN.with(KeyUsage::CRL_SIGN);
/// A year, as the tables count.
const YEAR: u32 = 365;

impl Profile {
    /// Every profile.
    pub const ALL: [&'static Self; 34] = [
        &V2G_ROOT,
        &OEM_ROOT,
        &EMSP_ROOT,
        &CPO_SUB_CA_1,
        &CPO_SUB_CA_2,
        &OEM_SUB_CA_1,
        &OEM_SUB_CA_2,
        &EMSP_SUB_CA_1,
        &EMSP_SUB_CA_2,
        &CPS_SUB_CA_1,
        &CPS_SUB_CA_2,
        &PROVISIONING,
        &CONTRACT,
        &CPS,
        &SECC,
        &VEHICLE,
        &V2G_ROOT_20,
        &OEM_ROOT_20,
        &EMSP_ROOT_20,
        &CPO_SUB_CA_1_20,
        &CPO_SUB_CA_2_20,
        &OEM_SUB_CA_1_20,
        &OEM_SUB_CA_2_20,
        &EMSP_SUB_CA_1_20,
        &EMSP_SUB_CA_2_20,
        &CPS_SUB_CA_1_20,
        &CPS_SUB_CA_2_20,
        &PROVISIONING_20,
        &CONTRACT_20,
        &CPS_20,
        &SECC_20,
        &VEHICLE_20,
        &OCSP_RESPONDER,
        &OCSP_RESPONDER_20,
    ];

    /// The table of the same kind of certificate for ISO 15118-20, before what is different there.
    const fn for_iso20(self) -> Self {
        Self { version: IsoVersion::Iso20, ..self }
    }

    /// The profile of the same kind of certificate in a version of ISO 15118.
    pub fn in_version(&'static self, version: IsoVersion) -> &'static Self {
        let same = |other: &&'static Self| other.name == self.name && other.version == version;
        Self::ALL.into_iter().find(same).unwrap_or(self)
    }

    /// The algorithms of keys and signatures, the usual one first.
    pub fn algorithms(&self) -> &'static [Algorithm] {
        Algorithm::of_version(self.version)
    }

    /// Whether it is a CA.
    pub fn is_ca(&self) -> bool {
        matches!(self.level, Level::Root | Level::SubCa { .. })
    }

    /// The path length constraint, for the CAs that have one.
    pub fn path_length(&self) -> Option<u8> {
        match self.level {
            Level::SubCa { path_length } => Some(path_length),
            Level::Root | Level::Leaf | Level::OcspResponder => None,
        }
    }

    /// A subject of this profile: `CN`, `O`, `C` when given, `DC`.
    ///
    /// # Errors
    /// [`NameError`] when a value is empty, too long, or of the wrong characters.
    pub fn subject(&self, common_name: &str, organization: &str, country: Option<&str>) -> Result<Name, NameError> {
        let parts = [
            Some((attribute::COMMON_NAME, common_name)),
            Some((attribute::ORGANIZATION, organization)),
            country.map(|country| (attribute::COUNTRY, country)),
            Some((attribute::DOMAIN_COMPONENT, self.domain_component)),
        ];
        let attributes = parts.into_iter().flatten();
        Name::new(attributes.map(|(kind, value)| Attribute { kind, value: value.to_owned() }).collect())
    }

    /// The default validity from `start` on.
    pub fn validity_from(&self, start: jiff::Timestamp) -> Validity {
        Validity::days(start, self.default_days)
    }
}

impl CommonName {
    /// Checks a common name; the error is what is wrong with it.
    ///
    /// # Errors
    /// A sentence for the log of a refused certificate.
    pub fn check(self, name: &str, version: IsoVersion) -> Result<(), String> {
        match self {
            Self::Free => Ok(()),
            Self::Emaid => {
                let emaid = Emaid::parse(name).map_err(|error| error.to_string())?;
                if emaid.wire() != name {
                    return Err(format!("the EMAID {name} has hyphens: a certificate carries it without"));
                }
                if version == IsoVersion::Iso2 && !emaid.fits_iso2() {
                    return Err(format!("the EMAID {name} has more than the 15 characters of ISO 15118-2"));
                }
                Ok(())
            }
            Self::Pcid => Pcid::parse(name).map(drop).map_err(|error| error.to_string()),
            Self::EvseId => EvseId::parse(name).map(drop).map_err(|error| error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cas_sign_certificates_and_leaves_do_not() {
        for profile in Profile::ALL {
            let signs = profile.key_usage.contains(KeyUsage::KEY_CERT_SIGN);
            assert_eq!(signs, profile.is_ca(), "{}", profile.name);
        }
    }

    #[test]
    fn names_are_unique() {
        let mut names: Vec<_> = Profile::ALL.iter().map(|profile| (profile.name, profile.version)).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Profile::ALL.len());
    }

    #[test]
    fn every_kind_exists_in_both_versions() {
        for (profile, version) in Profile::ALL.into_iter().flat_map(|profile| IsoVersion::ALL.map(|v| (profile, v))) {
            let other = profile.in_version(version);
            assert_eq!((other.name, other.version, other.level), (profile.name, version, profile.level));
            assert_eq!(other.in_version(profile.version), profile);
        }
        assert_eq!(SECC.in_version(IsoVersion::Iso20).domain_component, "CSO");
    }

    #[test]
    fn common_names() {
        let iso2 = IsoVersion::Iso2;
        assert!(CommonName::Emaid.check("DEABCC123456789", iso2).is_ok());
        assert!(CommonName::Emaid.check("DE-ABC-C12345678-9", iso2).unwrap_err().contains("hyphens"));
        assert!(CommonName::Emaid.check("DEABCC1234567890123", iso2).unwrap_err().contains("15 characters"));
        assert!(CommonName::Emaid.check("DEABCC1234567890123", IsoVersion::Iso20).is_ok());
        assert!(CommonName::Pcid.check("WAUTESTCAR0000001", iso2).is_ok());
        assert!(CommonName::Pcid.check("WAU", iso2).is_err());
        assert!(CommonName::EvseId.check("DE*ABC*E1234", iso2).is_ok());
        assert!(CommonName::EvseId.check("DEABC1234", iso2).is_err());
        assert!(CommonName::Free.check("V2G Root", iso2).is_ok());
    }
}
