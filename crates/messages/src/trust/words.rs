//! The words that answers about trust are made of.

use crate::fields::Problem;
use crate::values::{one_of, string};
use serde_json::Value;
use std::fmt;

/// Makes an enum of words: how each is written, read and listed.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$doc])* $variant,)+ }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];
            /// The words.
            pub(crate) const WORDS: &'static [&'static str] = &[$($word,)+];

            /// The word.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// Reads the word, in any case.
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str().eq_ignore_ascii_case(text))
            }

            /// The value of a member.
            pub(crate) fn read(value: &Value) -> Result<Self, Problem> {
                let text = string(value)?;
                Self::parse(text).ok_or_else(|| one_of(Self::WORDS, text))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    };
}

words! {
    /// What a leaf certificate is wanted for.
    Purpose {
        /// A contract certificate, by which a car pays.
        Contract = "contract",
        /// A provisioning certificate, by which a car asks for a contract.
        Provisioning = "provisioning",
        /// The certificate of a charging station.
        Secc = "secc",
        /// The certificate that signs contract data.
        Cps = "cps",
        /// The TLS certificate of a car (ISO 15118-20).
        Vehicle = "vehicle",
    }
}

words! {
    /// Where a certificate stands.
    Place {
        /// At the end.
        Leaf = "leaf",
        /// Between leaf and root.
        SubCa = "subCa",
        /// At the top.
        Root = "root",
    }
}

words! {
    /// Where a certificate came from.
    Source {
        /// From the question.
        Given = "given",
        /// From what the pools hold.
        Known = "known",
        /// From the place that a certificate names (AIA caIssuers).
        Fetched = "fetched",
        /// From the root pool.
        Anchor = "anchor",
    }
}

words! {
    /// What is known of a certificate's revocation.
    RevocationState {
        /// Who has to know says that it is not revoked.
        Good = "good",
        /// It is revoked.
        Revoked = "revoked",
        /// Nobody tells.
        Unknown = "unknown",
        /// Nobody was asked.
        NotChecked = "notChecked",
    }
}

words! {
    /// What a charging station is told about a contract certificate: `AuthorizeCertificateStatusEnumType` of OCPP 2.0.1.
    CertificateStatus {
        /// It is good.
        Accepted = "Accepted",
        /// A signature in the chain does not hold.
        SignatureError = "SignatureError",
        /// A certificate of the chain is not valid at this time.
        CertificateExpired = "CertificateExpired",
        /// A certificate of the chain is revoked.
        CertificateRevoked = "CertificateRevoked",
        /// Nobody knows such a certificate.
        NoCertificateAvailable = "NoCertificateAvailable",
        /// The chain does not lead to a root that is trusted for contracts.
        CertChainError = "CertChainError",
        /// The contract has ended.
        ContractCancelled = "ContractCancelled",
    }
}

words! {
    /// What the contract certificate pool knows of a contract.
    ContractState {
        /// It is in the pool.
        Active = "active",
        /// It is in the pool with a newer certificate than this one.
        Replaced = "replaced",
        /// It was in the pool, and has left it.
        Cancelled = "cancelled",
        /// It was never in this pool.
        Unknown = "unknown",
    }
}

words! {
    /// The hash functions of OCPP's certificate hash data.
    HashAlgorithm {
        /// SHA-256.
        Sha256 = "SHA256",
        /// SHA-384.
        Sha384 = "SHA384",
        /// SHA-512.
        Sha512 = "SHA512",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lead_back_in_any_case() {
        for purpose in Purpose::ALL {
            assert_eq!(Purpose::parse(&purpose.as_str().to_uppercase()), Some(*purpose));
        }
        assert_eq!(CertificateStatus::parse("certchainerror"), Some(CertificateStatus::CertChainError));
        assert_eq!(HashAlgorithm::parse("SHA1"), None);
        assert_eq!(CertificateStatus::ALL.len(), 7);
    }
}
