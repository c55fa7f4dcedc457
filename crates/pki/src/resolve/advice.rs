//! Whom to call about a certificate that is wrong, and what to ask for.
//!
//! A leaf is the business of who issued it to its subject: the eMSP, the OEM, the CPO, the CPS. A CA is that of the
//! organisation in its name. What is not trusted is that of the pool's operator, who decides about roots.

use std::fmt;

use opnc_messages::ids::{Emaid, EvseId, Pcid};

use crate::certificate::{Certificate, attribute};
use crate::chain::{ChainError, ChainErrorKind as Kind, Position, Purpose};

/// Who can mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whom {
    /// The eMSP of a contract.
    Emsp(String),
    /// The maker of a car.
    Oem(String),
    /// The operator of a charging station.
    Cpo(String),
    /// The service that signs contract data.
    Cps(String),
    /// The operator of a sub CA.
    SubCa(String),
    /// The operator of a root.
    Root(String),
    /// Who presents the chain.
    Presenter,
    /// The operator of this pool of trusted roots.
    Pool,
}

impl Whom {
    /// The kind of actor, in a word: `eMSP`, `OEM`, `CPO`, `CPS`, `subCaOperator`, `rootOperator`, `presenter`, `poolOperator`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Emsp(_) => "eMSP",
            Self::Oem(_) => "OEM",
            Self::Cpo(_) => "CPO",
            Self::Cps(_) => "CPS",
            Self::SubCa(_) => "subCaOperator",
            Self::Root(_) => "rootOperator",
            Self::Presenter => "presenter",
            Self::Pool => "poolOperator",
        }
    }
}

impl fmt::Display for Whom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Emsp(name) => write!(f, "the eMSP {name}"),
            Self::Oem(name) => write!(f, "the OEM {name}"),
            Self::Cpo(name) => write!(f, "the CPO {name}"),
            Self::Cps(name) => write!(f, "the CPS {name}"),
            Self::SubCa(name) => write!(f, "the operator of the sub CA, {name}"),
            Self::Root(name) => write!(f, "the operator of the root, {name}"),
            Self::Presenter => f.write_str("whoever presents this chain"),
            Self::Pool => f.write_str("the operator of this pool of trusted roots"),
        }
    }
}

/// Whom to call about a fault of `certificate`, and what to ask for.
pub(super) fn about(
    error: &ChainError,
    certificate: &Certificate,
    leaf: &Certificate,
    purpose: Purpose,
) -> (Whom, String) {
    let responsible = match error.position() {
        Position::Leaf => of_leaf(leaf, purpose),
        Position::SubCa => Whom::SubCa(organisation(certificate)),
        Position::Root => Whom::Root(organisation(certificate)),
    };
    let name = purpose.profile().name;
    let whom = match error.kind() {
        Kind::NoAnchor if error.position() == Position::Root => Whom::Pool,
        Kind::NoAnchor | Kind::TooLong | Kind::TooManyCandidates => Whom::Presenter,
        // The signature was made by who issued it, or the certificate was changed on the way.
        Kind::BadSignature => Whom::Presenter,
        // Nobody has to issue a certificate of another kind for who has shown the wrong one.
        Kind::WrongDomain if error.position() == Position::Leaf => Whom::Presenter,
        _ => responsible,
    };
    let ask = match (error.kind(), error.position()) {
        (Kind::Expired, Position::Leaf) => format!("issue a new {name}"),
        (Kind::Expired, Position::SubCa) => {
            "publish the renewed certificate of this CA, and issue anew what is below it".to_owned()
        }
        (Kind::Expired, Position::Root) => "bring its new root into the pool; below this one nothing holds".to_owned(),
        (Kind::NotYetValid, _) => "wait until then, or have it issued anew; check the clock first".to_owned(),
        (Kind::BadSignature, _) => {
            "send the certificate and the CA above it as they were issued: one of them was changed or is another's"
                .to_owned()
        }
        (Kind::NoAnchor, Position::Root) => {
            "decide whether this root is to be trusted for this purpose, and add it to the pool".to_owned()
        }
        (Kind::NoAnchor, _) => format!(
            "send the missing CA certificate {:?} too; {} has it",
            certificate.issuer().to_string(),
            if error.position() == Position::Leaf {
                of_leaf(leaf, purpose).to_string()
            } else {
                Whom::SubCa(organisation(certificate)).to_string()
            }
        ),
        (Kind::TooLong | Kind::TooManyCandidates, _) => {
            "send the CAs between this leaf and its root, and nothing else".to_owned()
        }
        (Kind::NotARoot, _) => "replace it by a root that signs itself".to_owned(),
        (Kind::IsACa, _) => format!("send the {name} itself, not only the CAs above it"),
        (Kind::WrongDomain, Position::Leaf) => {
            format!("present a {name}; this certificate is one of another kind")
        }
        (_, Position::Leaf) => format!("issue a {name} by the rules of ISO 15118"),
        (_, Position::SubCa | Position::Root) => "issue this CA certificate anew by the rules of ISO 15118".to_owned(),
    };
    let advice = format!("Ask {whom} to {ask}.");
    (whom, advice)
}

/// Whom to call about a certificate of a path that is revoked, and what to ask for.
pub fn about_revoked(certificate: &Certificate, leaf: &Certificate, purpose: Purpose) -> (Whom, String) {
    let (whom, ask) = if certificate == leaf {
        (of_leaf(leaf, purpose), format!("say why, and to issue a new {} where one is due", purpose.profile().name))
    } else {
        let ask = "publish the CA that takes its place, and to issue anew what is below it";
        (Whom::SubCa(organisation(certificate)), ask.to_owned())
    };
    let advice = format!("Ask {whom} to {ask}.");
    (whom, advice)
}

/// Who gave a leaf to its subject, by the identifier in its name where there is one.
fn of_leaf(leaf: &Certificate, purpose: Purpose) -> Whom {
    let name = leaf.common_name().unwrap_or_default();
    let or_issuer = |id: Option<String>| id.unwrap_or_else(|| organisation(leaf));
    match purpose {
        Purpose::Contract => {
            Whom::Emsp(or_issuer(Emaid::parse(name).ok().map(|emaid| emaid.provider_id().to_string())))
        }
        Purpose::Provisioning | Purpose::Vehicle => {
            Whom::Oem(or_issuer(Pcid::parse(name).ok().map(|pcid| format!("with the WMI {}", pcid.wmi()))))
        }
        Purpose::Secc => Whom::Cpo(or_issuer(EvseId::parse(name).ok().map(|id| id.operator_id().to_string()))),
        Purpose::Cps => Whom::Cps(or_issuer(None)),
    }
}

/// The organisation in the name of a certificate; its common name where there is none.
fn organisation(certificate: &Certificate) -> String {
    let subject = certificate.subject();
    let name = subject.first(attribute::ORGANIZATION).or(subject.first(attribute::COMMON_NAME));
    format!("{:?}", name.unwrap_or("without a name"))
}
