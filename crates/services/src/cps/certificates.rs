//! GetGetCpsCertificatesRes: whom cars and contract owners will see as signer.

use opnc_messages::cps::{CpsCertificateData, GetCpsCertificatesRes};
use opnc_messages::{CertificateChain, CertificateDer, IsoVersion};
use opnc_pki::certificate::{Certificate, attribute};
use opnc_store::authorities::AuthorityKind;

use crate::federation::{self, Answer, Question};
use crate::{Caller, Ecosystem, ServiceError, authorities};

/// GetGetCpsCertificatesRes: the chains of all CPS that sign here, and of those of other ecosystems that a car with a root
/// of ours can verify.
///
/// # Errors
/// When the store fails.
pub async fn certificates(caller: &Caller, ecosystem: &Ecosystem) -> Result<GetCpsCertificatesRes, ServiceError> {
    let own = own(ecosystem).await?;
    match federation::with_peers(caller, ecosystem, &Question::CpsCertificates).await?.answer {
        Some(Answer::CpsCertificates(others)) => Ok(federation::cps_certificates(own, others)),
        _ => Ok(own),
    }
}

async fn own(ecosystem: &Ecosystem) -> Result<GetCpsCertificatesRes, ServiceError> {
    let anchors = ecosystem.trust_anchors().await?;
    let mut collection = Vec::new();
    for signer in authorities::active(ecosystem, AuthorityKind::CpsSigner).await? {
        let root = anchors.by_fingerprint.get(&signer.root).filter(|root| anchors.cps.contains(root));
        let Some(root) = root else { continue };
        collection.extend(shown(&signer.certificate, &signer.sub_cas, root, signer.version()));
    }
    Ok(GetCpsCertificatesRes { cps_certificate_data_collection: collection })
}

/// A CPS as answers carry it; `sub_cas` begin with the one next to the leaf. `None` without any.
pub(super) fn shown(
    leaf: &Certificate,
    sub_cas: &[Certificate],
    root: &Certificate,
    iso_version: IsoVersion,
) -> Option<CpsCertificateData> {
    let der = |certificate: &Certificate| CertificateDer::from(certificate.der());
    let mut from_root = sub_cas.iter().rev().map(der);
    let sub_ca1 = from_root.next()?;
    Some(CpsCertificateData {
        cps_distinguished_name: leaf.subject().to_string(),
        cps_certificate_chain: CertificateChain { certificate: der(leaf), sub_ca1, sub_ca2: from_root.next() },
        valid_from: leaf.not_before(),
        valid_to: leaf.not_after(),
        organization_name: leaf.subject().first(attribute::ORGANIZATION).unwrap_or_default().to_owned(),
        cps_v2g_root_fingerprint: root.fingerprint(),
        cps_v2g_root_distinguished_name: root.subject().to_string(),
        iso_version,
    })
}
