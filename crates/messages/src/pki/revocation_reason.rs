//! Why a certificate was revoked.

use std::fmt;

/// A reason, by the name that OPNC gives it (`revocationReason`); CRLs and OCSP carry it as the number of RFC 5280, 5.3.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RevocationReason {
    /// Nobody says why.
    Unspecified,
    /// The subject's private key is, or may be, in other hands.
    KeyCompromise,
    /// The private key of a CA is, or may be, in other hands: for the operator's use, OPNC has no such value.
    CaCompromise,
    /// The subject's name or other information has changed.
    AffiliationChanged,
    /// Another certificate took its place.
    Superseded,
    /// The certificate is no longer needed.
    CessationOfOperation,
    /// What the certificate allowed was withdrawn.
    PrivilegeWithdrawn,
    /// As [`KeyCompromise`](Self::KeyCompromise), of an attribute authority.
    AaCompromise,
}

impl RevocationReason {
    /// Every reason, in the order of their numbers.
    pub const ALL: [Self; 8] = [
        Self::Unspecified,
        Self::KeyCompromise,
        Self::CaCompromise,
        Self::AffiliationChanged,
        Self::Superseded,
        Self::CessationOfOperation,
        Self::PrivilegeWithdrawn,
        Self::AaCompromise,
    ];

    /// The name in bodies, in the store and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unspecified => "unspecified",
            Self::KeyCompromise => "keyCompromise",
            Self::CaCompromise => "cACompromise",
            Self::AffiliationChanged => "affiliationChanged",
            Self::Superseded => "superseded",
            Self::CessationOfOperation => "cessationOfOperation",
            Self::PrivilegeWithdrawn => "privilegeWithdrawn",
            Self::AaCompromise => "aACompromise",
        }
    }

    /// Reads what [`as_str`](Self::as_str) writes.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == text)
    }

    /// The number of `CRLReason` (RFC 5280, 5.3.1).
    pub fn code(self) -> u8 {
        match self {
            Self::Unspecified => 0,
            Self::KeyCompromise => 1,
            Self::CaCompromise => 2,
            Self::AffiliationChanged => 3,
            Self::Superseded => 4,
            Self::CessationOfOperation => 5,
            Self::PrivilegeWithdrawn => 9,
            Self::AaCompromise => 10,
        }
    }
}

impl fmt::Display for RevocationReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl serde::Serialize for RevocationReason {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_are_those_of_the_standard() {
        let codes: Vec<u8> = RevocationReason::ALL.into_iter().map(RevocationReason::code).collect();
        assert_eq!(codes, [0, 1, 2, 3, 4, 5, 9, 10], "6 (hold) and 8 (remove from CRL) are of no use here; 7 is none");
        for reason in RevocationReason::ALL {
            assert_eq!(RevocationReason::parse(reason.as_str()), Some(reason));
        }
        assert_eq!(RevocationReason::parse("KeyCompromise"), None);
    }
}
