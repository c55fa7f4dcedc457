//! Identifiers of parties as the user writes them.

use std::path::Path;

use opnc_messages::ids::{Fingerprint, OperatorId, ProviderId, Wmi};
use opnc_services::caller::Owned;

use crate::certificates;
use crate::failure::Failure;
use crate::input::Input;

/// What can be written before the `=`.
const KINDS: &str = "wmi, provider-id, operator-id, cps-name, root";

/// Something that belongs to a party: `KIND=VALUE`.
#[derive(Debug, Clone)]
pub(super) struct Identifier {
    kind: Kind,
    value: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Wmi,
    ProviderId,
    OperatorId,
    CpsName,
    Root,
}

impl Identifier {
    /// Reads `KIND=VALUE`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let (kind, value) = text.split_once('=').ok_or_else(|| format!("write KIND=VALUE, with one of {KINDS}"))?;
        let kind = match kind {
            "wmi" => Kind::Wmi,
            "provider-id" => Kind::ProviderId,
            "operator-id" => Kind::OperatorId,
            "cps-name" => Kind::CpsName,
            "root" => Kind::Root,
            other => return Err(format!("there is no kind {other:?}; there are {KINDS}")),
        };
        Ok(Self { kind, value: value.to_owned() })
    }

    /// Adds it to what a party owns.
    ///
    /// # Errors
    /// When it is no such identifier, or names a file that holds no certificate.
    pub(super) fn add_to(&self, owned: &mut Owned) -> Result<(), Failure> {
        let value = self.value.as_str();
        match self.kind {
            Kind::Wmi => owned.wmis.push(read(value, Wmi::parse, "WMI: three letters or digits, such as WAU")?),
            Kind::ProviderId => {
                let rule = "provider id: two letters of a country and three letters or digits, such as DEABC";
                owned.providers.push(read(value, ProviderId::parse, rule)?);
            }
            Kind::OperatorId => {
                let rule = "operator id: two letters of a country and three letters or digits, such as DEXYZ";
                owned.operators.push(read(value, OperatorId::parse, rule)?);
            }
            Kind::CpsName => owned.cps_names.push(value.to_owned()),
            Kind::Root => owned.roots.push(fingerprint(value)?),
        }
        Ok(())
    }
}

/// The rule of the wire is a regular expression; an operator is told it in words.
fn read<T, E>(value: &str, parse: impl Fn(&str) -> Result<T, E>, rule: &str) -> Result<T, Failure> {
    parse(value).map_err(|_| Failure::Ecosystem(format!("{value:?} is no {rule}")))
}

/// All of them together.
pub(super) fn owned(identifiers: &[Identifier]) -> Result<Owned, Failure> {
    let mut owned = Owned::default();
    for identifier in identifiers {
        identifier.add_to(&mut owned)?;
    }
    Ok(owned)
}

/// 64 hex digits, with colons between them or without, or a file with a certificate.
pub(crate) fn fingerprint(text: &str) -> Result<Fingerprint, Failure> {
    let digits = text.replace(':', "");
    if let Ok(fingerprint) = Fingerprint::parse(&digits) {
        return Ok(fingerprint);
    }
    if !Path::new(text).exists() {
        return Err(Failure::Ecosystem(format!(
            "{text:?} is neither a SHA-256 fingerprint (64 hex digits) nor a file"
        )));
    }
    let input = Input::from(std::ffi::OsString::from(text));
    let certificates = certificates::read(&input)?;
    certificates.first().map(|first| first.fingerprint()).ok_or_else(|| input.problem("holds no certificate"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_and_a_value() {
        let wmi = Identifier::parse("wmi=WAU").unwrap();
        assert_eq!(owned(&[wmi]).unwrap().wmis, [Wmi::parse("WAU").unwrap()]);
        let refused = |text: &str| owned(&[Identifier::parse(text).unwrap()]).err().unwrap().to_string();
        assert_eq!(refused("wmi=WA"), "\"WA\" is no WMI: three letters or digits, such as WAU");
        assert!(refused("provider-id=DE").ends_with("such as DEABC"));
        for text in ["WAU", "vin=WAU", ""] {
            assert!(Identifier::parse(text).unwrap_err().contains("provider-id"), "{text}");
        }
    }

    #[test]
    fn fingerprints_with_and_without_colons() {
        let plain = "ab".repeat(32);
        let colons = vec!["AB"; 32].join(":");
        assert_eq!(fingerprint(&plain).unwrap(), fingerprint(&colons).unwrap());
        assert!(fingerprint("/nowhere.pem").unwrap_err().to_string().contains("nor a file"));
    }
}
