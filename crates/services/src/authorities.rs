//! Our own authorities: the CPS that signs contract data and the eMSP CAs that issue contract certificates.

use jiff::Timestamp;
use opnc_messages::IsoVersion;
use opnc_messages::ids::{Fingerprint, SubjectKeyId};
use opnc_pki::certificate::Certificate;
use opnc_pki::key::{Algorithm, Signer};
use opnc_store::authorities::{self, AuthorityKind};
use opnc_store::{Reader, certificates, issued_certificates};

use crate::anchors::TrustAnchors;
use crate::{Ecosystem, ServiceError, chains};

/// A key of ours in the key store, its certificate, and the way up to a root.
pub(crate) struct Authority {
    pub(crate) key_id: String,
    pub(crate) certificate: Certificate,
    /// The CAs above, nearest first, without the root.
    pub(crate) sub_cas: Vec<Certificate>,
    pub(crate) root: Fingerprint,
}

/// The ecosystem's own active authorities of a kind, oldest first: the first one is the default. Those that a party has to
/// itself are for its enrolments alone.
pub(crate) async fn active(ecosystem: &Ecosystem, kind: AuthorityKind) -> Result<Vec<Authority>, ServiceError> {
    let mut reader = ecosystem.store().read().await?;
    let mut rows = authorities::active(&mut reader, kind).await?;
    rows.retain(|row| row.prefix.is_empty());
    let mut authorities = Vec::with_capacity(rows.len());
    for row in rows {
        let sub_cas = certificates::get_all(&mut reader, &row.chain).await?;
        authorities.push(Authority {
            key_id: row.key_id,
            certificate: chains::kept(&row.certificate)?,
            sub_cas: sub_cas.iter().map(chains::kept).collect::<Result<_, _>>()?,
            root: row.root_fingerprint,
        });
    }
    Ok(authorities)
}

impl Authority {
    /// What its key is of.
    fn algorithm(&self) -> Algorithm {
        self.certificate.public_key().algorithm()
    }

    /// The generation of ISO 15118 it belongs to, which its key tells.
    pub(crate) fn version(&self) -> IsoVersion {
        self.algorithm().version()
    }

    /// The key, for signing.
    pub(crate) fn signer(&self, ecosystem: &Ecosystem) -> Result<Signer, ServiceError> {
        Signer::stored(ecosystem.keys(), &self.key_id).map_err(ServiceError::internal)
    }

    /// The certificate and the sub CAs above it.
    pub(crate) fn chain(&self) -> Vec<Certificate> {
        std::iter::once(&self.certificate).chain(&self.sub_cas).cloned().collect()
    }

    /// When the first certificate of the chain ends.
    pub(crate) fn not_after(&self) -> Timestamp {
        self.sub_cas.iter().map(Certificate::not_after).fold(self.certificate.not_after(), Timestamp::min)
    }
}

/// The CPS to sign contract data of this algorithm with: under the root the caller names, else under one that the car
/// holds, else the default. ISO 15118-20 has two algorithms, which may be mixed; what is of the same goes first.
pub(crate) async fn cps(
    ecosystem: &Ecosystem,
    anchors: &TrustAnchors,
    algorithm: Algorithm,
    wanted: Option<&Fingerprint>,
    roots_of_car: &[SubjectKeyId],
) -> Result<Authority, ServiceError> {
    let mut signers = active(ecosystem, AuthorityKind::CpsSigner).await?;
    let (now, version) = (ecosystem.now(), algorithm.version());
    signers.retain(|signer| signer.version() == version);
    signers.retain(|signer| signer.not_after() >= now && anchors.trusts(&anchors.cps, &signer.root, now));
    signers.sort_by_key(|signer| signer.algorithm() != algorithm);
    let in_car = |signer: &Authority| {
        let root = anchors.by_fingerprint.get(&signer.root).and_then(|root| root.subject_key_id());
        roots_of_car.iter().any(|id| root == Some(id.as_bytes()))
    };
    let chosen = match wanted {
        Some(root) => signers.iter().position(|signer| signer.root == *root),
        None => signers.iter().position(in_car).or(if signers.is_empty() { None } else { Some(0) }),
    };
    match (chosen, wanted) {
        (Some(index), _) => Ok(signers.swap_remove(index)),
        (None, Some(root)) => Err(ServiceError::invalid(format!(
            "cpsV2GRootCertificateFingerprint : no CPS here signs for {version} under the V2G root {root}"
        ))),
        (None, None) => Err(ServiceError::Unavailable(
            "Nothing can be signed: no CPS of this ecosystem has a valid certificate under a V2G root of the RCP.",
        )),
    }
}

/// The eMSP CA to issue certificates for keys of this algorithm with: below the root the caller names, else the default,
/// which is of the same algorithm where there is one.
pub(crate) async fn emsp_ca(
    ecosystem: &Ecosystem,
    anchors: &TrustAnchors,
    algorithm: Algorithm,
    wanted: Option<&Fingerprint>,
) -> Result<Authority, ServiceError> {
    let mut cas = active(ecosystem, AuthorityKind::EmspIssuing).await?;
    let (now, version) = (ecosystem.now(), algorithm.version());
    cas.retain(|ca| ca.version() == version);
    cas.retain(|ca| ca.not_after() >= now && anchors.trusts(&anchors.contract, &ca.root, now));
    cas.sort_by_key(|ca| ca.algorithm() != algorithm);
    let chosen = cas.into_iter().find(|ca| wanted.is_none_or(|root| ca.root == *root));
    match (chosen, wanted) {
        (Some(ca), _) => Ok(ca),
        (None, Some(root)) => Err(ServiceError::invalid(format!(
            "moRootCertificateFingerprint : no contract certificates of {version} are issued here below the root {root}"
        ))),
        (None, None) => Err(ServiceError::Unavailable(
            "No contract can be issued: no eMSP CA of this ecosystem has a valid certificate under an eMSP or V2G root of the RCP.",
        )),
    }
}

/// Whether one of our own CAs issued this certificate, by what revocation knows it by: issuer and serial number.
pub(crate) async fn issued_here(
    reader: &mut Reader,
    leaf: &Certificate,
    issuer: Option<&Certificate>,
) -> Result<bool, ServiceError> {
    let Some(issuer) = issuer else { return Ok(false) };
    let serial = hex::encode(leaf.serial());
    let known = issued_certificates::find(reader, &issuer.fingerprint(), &serial).await?;
    Ok(known.is_some_and(|known| known.fingerprint == leaf.fingerprint()))
}
