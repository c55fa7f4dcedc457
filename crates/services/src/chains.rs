//! Certificate chains of request bodies: read, with every certificate that cannot be read named; and of the store.

use jiff::Timestamp;
use opnc_messages::{CertificateChain, CertificateDer, IsoVersion, texts};
use opnc_pki::certificate::Certificate;
use opnc_store::certificates::CaCertificate;
use opnc_store::provisioning::Provisioning;

use crate::ServiceError;

/// A leaf and the sub CAs that came with it, all of them readable and of a size that a car can hold.
pub(crate) struct Chain {
    pub(crate) leaf: Certificate,
    /// The one next to the leaf first.
    pub(crate) sub_cas: Vec<Certificate>,
}

/// Reads a chain. `leaf_name` is what the official texts call the leaf (`vehicleCertificate`, `certificate`).
pub(crate) fn read(chain: &CertificateChain, leaf_name: &str, version: IsoVersion) -> Result<Chain, ServiceError> {
    let mut problems = Vec::new();
    let leaf = one(&chain.certificate, leaf_name, version, &mut problems);
    let mut sub_cas = Vec::new();
    if let Some(sent) = &chain.sub_ca2 {
        sub_cas.extend(one(sent, "subCa2Certificate", version, &mut problems));
    }
    sub_cas.extend(one(&chain.sub_ca1, "subCa1Certificate", version, &mut problems));
    match leaf {
        Some(leaf) if problems.is_empty() => Ok(Chain { leaf, sub_cas }),
        _ => Err(ServiceError::Invalid(problems)),
    }
}

fn one(sent: &CertificateDer, name: &str, version: IsoVersion, problems: &mut Vec<String>) -> Option<Certificate> {
    let limit = version.max_certificate_size();
    let size = sent.as_bytes().len();
    if size > limit {
        problems.push(format!("{name} : has {size} bytes of DER; ISO 15118-{} allows {limit}", version.as_str()));
        return None;
    }
    match Certificate::from_der(sent.as_bytes()) {
        Ok(certificate) => Some(certificate),
        Err(error) => {
            problems.push(texts::invalid_certificate(name));
            problems.push(format!("{name} : {error}"));
            None
        }
    }
}

/// A certificate as the store keeps it.
pub(crate) fn kept(certificate: &CaCertificate) -> Result<Certificate, ServiceError> {
    Certificate::from_der(&certificate.der).map_err(ServiceError::internal)
}

/// The leaf of a published car.
pub(crate) fn leaf_of(car: &Provisioning) -> Result<Certificate, ServiceError> {
    Certificate::from_der(&car.leaf).map_err(ServiceError::internal)
}

impl Chain {
    /// The problem of a chain of the other generation of ISO 15118, which the key of its leaf tells.
    pub(crate) fn version_mismatch(&self, version: IsoVersion) -> Option<String> {
        let algorithm = self.leaf.public_key().algorithm();
        let is = algorithm.version();
        (is != version).then(|| {
            format!("xsdMsgDefNamespace : is that of {version}, and the key of the leaf is of {is} ({algorithm})")
        })
    }

    /// The first certificate, from the leaf upwards, that is not valid at this time.
    pub(crate) fn check_dates(&self, at: Timestamp) -> Result<(), ServiceError> {
        for certificate in std::iter::once(&self.leaf).chain(&self.sub_cas) {
            let name = certificate.common_name().unwrap_or("without a common name");
            if at > certificate.not_after() {
                let end = certificate.not_after();
                return Err(ServiceError::invalid(format!("The certificate \"{name}\" expired on {end}.")));
            }
            if at < certificate.not_before() {
                let begin = certificate.not_before();
                return Err(ServiceError::invalid(format!("The certificate \"{name}\" is not valid before {begin}.")));
            }
        }
        Ok(())
    }
}
