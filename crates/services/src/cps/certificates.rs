//! GetGetCpsCertificatesRes: whom cars and contract owners will see as signer.

use opnc_messages::cps::{CpsCertificateData, GetCpsCertificatesRes};
use opnc_messages::{CertificateChain, CertificateDer};
use opnc_pki::certificate::{Certificate, attribute};
use opnc_store::authorities::AuthorityKind;

use crate::authorities;
use crate::{Caller, Ecosystem, ServiceError};

/// GetGetCpsCertificatesRes: the chains of all CPS that sign here.
///
/// # Errors
/// When the store fails.
pub async fn certificates(_: &Caller, ecosystem: &Ecosystem) -> Result<GetCpsCertificatesRes, ServiceError> {
    let anchors = ecosystem.trust_anchors().await?;
    let mut collection = Vec::new();
    for signer in authorities::active(ecosystem, AuthorityKind::CpsSigner).await? {
        let root = anchors.by_fingerprint.get(&signer.root).filter(|root| anchors.cps.contains(root));
        let Some(root) = root else { continue };
        let der = |certificate: &Certificate| CertificateDer::from(certificate.der());
        let mut from_root = signer.sub_cas.iter().rev().map(der);
        let Some(sub_ca1) = from_root.next() else { continue };
        collection.push(CpsCertificateData {
            cps_distinguished_name: signer.certificate.subject().to_string(),
            cps_certificate_chain: CertificateChain {
                certificate: der(&signer.certificate),
                sub_ca1,
                sub_ca2: from_root.next(),
            },
            valid_from: signer.certificate.not_before(),
            valid_to: signer.certificate.not_after(),
            organization_name: signer
                .certificate
                .subject()
                .first(attribute::ORGANIZATION)
                .unwrap_or_default()
                .to_owned(),
            cps_v2g_root_fingerprint: signer.root,
            cps_v2g_root_distinguished_name: root.subject().to_string(),
            iso_version: signer.version(),
        });
    }
    Ok(GetCpsCertificatesRes { cps_certificate_data_collection: collection })
}
