//! Which CA an EST request is for: parameters of the query, and the label in the path (P4, P5, P6).

use opnc_messages::ids::Fingerprint;
use opnc_messages::pki::{CaDomain, CaName};
use opnc_messages::{IsoVersion, Role};
use opnc_pki::key::Algorithm;

use crate::{Caller, ServiceError};

/// The parameters as they were sent.
#[derive(Debug, Clone, Copy, Default)]
pub struct Parameters<'a> {
    /// The segment of the path behind `/.well-known/est/`: `cpo` or `cpo-secp521r1`.
    pub label: Option<&'a str>,
    /// `caDomain`
    pub ca_domain: Option<&'a str>,
    /// `iso15118Version`
    pub iso_version: Option<&'a str>,
    /// `algorithm`
    pub algorithm: Option<&'a str>,
    /// `cpoV2GRootCertificateFingerprint`
    pub root: Option<&'a str>,
}

/// The CA that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    /// Domain and sub CA; `None`: that of the caller's role, or of the certificate that is renewed.
    pub(crate) name: Option<CaName>,
    /// The algorithm of key and chain, which tells the version of ISO 15118 too.
    pub(crate) algorithm: Option<Algorithm>,
    /// The V2G root above the CA.
    pub(crate) root: Option<Fingerprint>,
}

impl Selection {
    /// Reads the parameters. Of version and algorithm one tells the other; without either it is ISO 15118-2.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] with every parameter that is wrong, and those that contradict each other.
    pub fn read(sent: Parameters<'_>) -> Result<Self, ServiceError> {
        let mut problems = Vec::new();
        let mut said = |name: &str, text: Option<&str>, rule: &str, fits: bool| {
            if text.is_some() && !fits {
                problems.push(format!("{name} : {rule}"));
            }
        };
        let (label_name, label_algorithm) = sent.label.map_or((None, None), read_label);
        let label_rule = sent.label.map(label_problem).unwrap_or_default();
        said("label", sent.label, &label_rule, label_name.is_some());
        let ca_name = sent.ca_domain.and_then(CaName::parse);
        said("caDomain", sent.ca_domain, r#"must match "^(\w+-)?(emsp|cpo|oem|cps|veh)$""#, ca_name.is_some());
        let version = sent.iso_version.and_then(read_version);
        said("iso15118Version", sent.iso_version, "must be ISO15118-2 or ISO15118-20", version.is_some());
        let algorithm = sent.algorithm.and_then(Algorithm::parse);
        said("algorithm", sent.algorithm, "must be secp256r1, secp521r1 or Ed448", algorithm.is_some());
        let root = sent.root.and_then(|text| Fingerprint::parse(text).ok());
        let rule = "must be a SHA-256 fingerprint of 64 hexadecimal digits";
        said("cpoV2GRootCertificateFingerprint", sent.root, rule, root.is_some());

        if let (Some(label), Some(parameter)) = (&label_name, &ca_name)
            && label != parameter
        {
            problems.push("caDomain : is not what the label in the path says".to_owned());
        }
        if label_algorithm.is_some() && algorithm.is_some() && label_algorithm != algorithm {
            problems.push("algorithm : is not what the label in the path says".to_owned());
        }
        let algorithm = algorithm.or(label_algorithm);
        if let (Some(version), Some(algorithm)) = (version, algorithm)
            && algorithm.version() != version
        {
            let theirs: Vec<_> = Algorithm::of_version(version).iter().map(|one| one.as_str()).collect();
            problems.push(format!("algorithm : {version} uses {}, not {algorithm}", theirs.join(" or ")));
        }
        if !problems.is_empty() {
            return Err(ServiceError::Invalid(problems));
        }
        let algorithm = algorithm.or(version.and_then(|version| Algorithm::of_version(version).first().copied()));
        Ok(Self { name: label_name.or(ca_name), algorithm, root })
    }

    /// The CA that is meant when nothing is said: that of the caller's role.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] for a role that has no CA of its own.
    pub(crate) fn name_for(&self, caller: &Caller) -> Result<CaName, ServiceError> {
        let domain = match (&self.name, caller.role) {
            (Some(name), _) => return Ok(name.clone()),
            (None, Role::Cpo) => CaDomain::Cpo,
            (None, Role::Oem) => CaDomain::Oem,
            (None, Role::EmspNoPki) => CaDomain::Emsp,
            (None, Role::Cps) => CaDomain::Cps,
            (None, Role::Admin | Role::EmspOwnPki | Role::Peer) => {
                return Err(ServiceError::invalid("caDomain : is required: emsp, cpo, oem, cps or veh"));
            }
        };
        Ok(CaName { prefix: String::new(), domain })
    }

    /// The algorithm, secp256r1 when nothing is said (P4, P5).
    pub(crate) fn algorithm(&self) -> Algorithm {
        self.algorithm.unwrap_or(Algorithm::Secp256r1)
    }
}

/// What is wrong with a label that cannot be read, half by half.
fn label_problem(label: &str) -> String {
    let domains: Vec<_> = CaDomain::ALL.into_iter().map(|domain| domain.as_str()).collect();
    let algorithms: Vec<_> = Algorithm::ALL.into_iter().map(Algorithm::as_str).collect();
    let (domains, algorithms) = (domains.join(", "), algorithms.join(", "));
    let known = |domain: &str| CaName::parse(domain).is_some();
    match label.rsplit_once('-') {
        Some((domain, last)) if Algorithm::parse(last).is_none() && known(domain) => {
            format!("behind {domain} stands no algorithm: it must be one of {algorithms}, such as {domain}-secp521r1")
        }
        Some((_, last)) if Algorithm::parse(last).is_some() => {
            format!("in front of {last} stands no caDomain: it must be one of {domains}, such as cpo-{last}")
        }
        _ => format!(
            "must be a caDomain ({domains}), alone or with an algorithm ({algorithms}) behind it: cpo-secp521r1"
        ),
    }
}

fn read_label(label: &str) -> (Option<CaName>, Option<Algorithm>) {
    match label.rsplit_once('-').map(|(name, last)| (name, Algorithm::parse(last))) {
        Some((name, Some(algorithm))) => (CaName::parse(name), Some(algorithm)),
        _ => (CaName::parse(label), None),
    }
}

fn read_version(text: &str) -> Option<IsoVersion> {
    let part = text.get(..9).filter(|start| start.eq_ignore_ascii_case("ISO15118-")).and_then(|_| text.get(9..));
    IsoVersion::parse(part.unwrap_or(text)).or_else(|| IsoVersion::from_namespace(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(sent: Parameters<'_>) -> Result<(Option<CaDomain>, Algorithm), Vec<String>> {
        match Selection::read(sent) {
            Ok(selection) => Ok((selection.name.as_ref().map(|name| name.domain), selection.algorithm())),
            Err(ServiceError::Invalid(problems)) => Err(problems),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn every_way_to_say_it() {
        let nothing = Parameters::default();
        assert_eq!(read(nothing), Ok((None, Algorithm::Secp256r1)));
        let iso20 = Parameters { iso_version: Some("ISO15118-20"), ca_domain: Some("cpo"), ..nothing };
        assert_eq!(read(iso20), Ok((Some(CaDomain::Cpo), Algorithm::Secp521r1)));
        let ed448 = Parameters { algorithm: Some("ed448"), ..iso20 };
        assert_eq!(read(ed448), Ok((Some(CaDomain::Cpo), Algorithm::Ed448)));
        let label = Parameters { label: Some("acme-veh-ED448"), ..nothing };
        assert_eq!(read(label), Ok((Some(CaDomain::Veh), Algorithm::Ed448)));
        assert_eq!(read(Parameters { label: Some("mo"), ..nothing }), Ok((Some(CaDomain::Emsp), Algorithm::Secp256r1)));
    }

    #[test]
    fn every_problem_at_once() {
        let wrong = Parameters {
            label: Some("x"),
            ca_domain: Some("y"),
            iso_version: Some("3"),
            algorithm: Some("RSA"),
            root: Some("z"),
        };
        assert_eq!(read(wrong).unwrap_err().len(), 5);
        for (label, said) in [
            ("cp", "must be a caDomain (emsp, cpo, oem, cps, veh), alone or with an algorithm (secp256r1, "),
            ("cpo-foo", "behind cpo stands no algorithm: it must be one of secp256r1, secp521r1, Ed448"),
            ("cp-Ed448", "in front of Ed448 stands no caDomain: it must be one of emsp, cpo, oem, cps, veh"),
        ] {
            let problems = read(Parameters { label: Some(label), ..Parameters::default() }).unwrap_err();
            assert!(problems[0].starts_with(&format!("label : {said}")), "{problems:?}");
        }
        let contradiction = Parameters {
            label: Some("cpo-secp521r1"),
            ca_domain: Some("oem"),
            iso_version: Some("ISO15118-2"),
            algorithm: Some("Ed448"),
            root: None,
        };
        assert_eq!(read(contradiction).unwrap_err().len(), 3);
    }
}
