//! Which CA a certificate is asked of: `caDomain`.

use std::fmt;

/// What kind of certificate is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CaDomain {
    /// Contract certificates.
    Emsp,
    /// Certificates of charging stations (SECC).
    Cpo,
    /// Provisioning certificates.
    Oem,
    /// Certificates of a Certificate Provisioning Service.
    Cps,
    /// The TLS certificates of cars.
    Veh,
}

/// A domain, and the operator's own sub CA in it, when one is named: `acme-cpo`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaName {
    /// The name of the sub CA; empty for the ecosystem's.
    pub prefix: String,
    /// What is asked for.
    pub domain: CaDomain,
}

impl CaDomain {
    /// Every domain.
    pub const ALL: [Self; 5] = [Self::Emsp, Self::Cpo, Self::Oem, Self::Cps, Self::Veh];

    /// The word in parameters and paths.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Emsp => "emsp",
            Self::Cpo => "cpo",
            Self::Oem => "oem",
            Self::Cps => "cps",
            Self::Veh => "veh",
        }
    }

    /// Reads the word in any case; `mo` is the eMSP's older name.
    pub fn parse(text: &str) -> Option<Self> {
        if text.eq_ignore_ascii_case("mo") {
            return Some(Self::Emsp);
        }
        Self::ALL.into_iter().find(|domain| domain.as_str().eq_ignore_ascii_case(text))
    }
}

impl CaName {
    /// The longest prefix.
    const LONGEST: usize = 64;

    /// Reads `{domain}` or `{prefix}-{domain}` (the pattern of the official file: `^(\w+-)?(emsp|cpo|oem|cps|veh)$`).
    pub fn parse(text: &str) -> Option<Self> {
        let (prefix, domain) = text.rsplit_once('-').unwrap_or(("", text));
        let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let fits = prefix.len() <= Self::LONGEST && prefix.chars().all(word) && !text.starts_with('-');
        let domain = CaDomain::parse(domain)?;
        fits.then(|| Self { prefix: prefix.to_owned(), domain })
    }
}

impl fmt::Display for CaDomain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn with_and_without_a_prefix() {
        let read = |text: &str| CaName::parse(text).map(|name| (name.prefix, name.domain));
        assert_eq!(read("cpo"), Some((String::new(), CaDomain::Cpo)));
        assert_eq!(read("MO"), Some((String::new(), CaDomain::Emsp)));
        assert_eq!(read("acme_1-veh"), Some(("acme_1".to_owned(), CaDomain::Veh)));
        for wrong in ["", "-cpo", "cpo-", "a-b-cpo", "x", "a b-cpo", "cpo "] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
