//! Certificates as the bodies of OPNC carry them.

use opnc_messages::rcp::{RootCertificate, RootTypes};
use opnc_messages::{CertificateChain, CertificateDer, RootType};
use opnc_pki::certificate::Certificate;

use crate::failure::Failure;

/// A leaf with two sub CAs, leaf first, as a body has them.
///
/// # Errors
/// When the chain is shorter.
pub(crate) fn certificate_chain(chain: &[Certificate]) -> Result<CertificateChain, Failure> {
    let der = |certificate: &Certificate| CertificateDer::from(certificate.der());
    match chain {
        [leaf, sub_ca2, sub_ca1] => {
            Ok(CertificateChain { certificate: der(leaf), sub_ca1: der(sub_ca1), sub_ca2: Some(der(sub_ca2)) })
        }
        _ => Err(Failure::Ecosystem(format!("a chain of {} certificates where three are needed", chain.len()))),
    }
}

/// A request to put a root into the RCP, with the fingerprint that two people would have compared over the telephone.
pub(crate) fn root_certificate(root: &Certificate, root_type: RootType) -> Result<RootCertificate, Failure> {
    let types = RootTypes::new([root_type]).ok_or_else(|| Failure::ecosystem("a root without a type"))?;
    let mut body = RootCertificate::new(CertificateDer::from(root.der()), types);
    body.fingerprint = Some(root.fingerprint());
    Ok(body)
}
