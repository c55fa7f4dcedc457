//! Writing down what was founded.

use opnc_pki::certificate::Certificate;
use opnc_pki::issue::Authority;
use opnc_pki::profile::{self, Profile};
use opnc_store::authorities::{self, Authority as Row, AuthorityKind};
use opnc_store::certificates::{self, CaCertificate};
use opnc_store::issued_certificates::{self, IssuedCertificate};
use uuid::Uuid;

use crate::issued::Issued;
use crate::{Caller, Ecosystem, ServiceError, chains, record};

/// A certificate of ours, the name of its key, and the certificates above it up to the root.
pub(super) struct Made {
    pub(super) kind: AuthorityKind,
    pub(super) profile: &'static Profile,
    pub(super) key_id: String,
    pub(super) certificate: Certificate,
    pub(super) above: Vec<Certificate>,
}

impl Made {
    pub(super) fn ca(kind: AuthorityKind, profile: &'static Profile, key_id: String, authority: &Authority) -> Self {
        let (certificate, above) = (authority.certificate().clone(), authority.above().to_vec());
        Self { kind, profile, key_id, certificate, above }
    }

    pub(super) fn row(&self, ecosystem: &Ecosystem, owner: Option<&Owner<'_>>) -> Row {
        let (root, sub_cas) = match self.above.split_last() {
            Some((root, sub_cas)) => (root, sub_cas),
            None => (&self.certificate, [].as_slice()),
        };
        Row {
            id: ecosystem.new_id(),
            kind: self.kind,
            algorithm: self.certificate.public_key().algorithm().as_str().to_owned(),
            prefix: owner.map(|owner| owner.prefix.to_owned()).unwrap_or_default(),
            key_id: self.key_id.clone(),
            certificate: kept(&self.certificate),
            chain: sub_cas.iter().map(Certificate::fingerprint).collect(),
            root_fingerprint: root.fingerprint(),
            party_id: owner.map(|owner| owner.party),
            created_at: ecosystem.now(),
            active: true,
        }
    }

    /// The record of the certificate; a root has none, as nobody but itself has issued it.
    pub(super) fn issued(&self, ecosystem: &Ecosystem) -> Option<IssuedCertificate> {
        let issuer = self.above.first()?;
        Some(record(ecosystem, &self.certificate, issuer, self.profile))
    }
}

/// Whose authorities they are, when they are not the ecosystem's own, and who has decided so.
pub(super) struct Owner<'a> {
    pub(super) prefix: &'a str,
    pub(super) party: Uuid,
    pub(super) operator: &'a Caller,
}

/// Writes it all in one transaction.
pub(super) async fn keep(ecosystem: &Ecosystem, made: &[Made], owner: Option<&Owner<'_>>) -> Result<(), ServiceError> {
    if made.is_empty() {
        return Ok(());
    }
    let rows: Vec<Row> = made.iter().map(|one| one.row(ecosystem, owner)).collect();
    let issued: Vec<IssuedCertificate> = made.iter().filter_map(|one| one.issued(ecosystem)).collect();
    let (rows, issued) = (&rows, &issued);
    ecosystem
        .store()
        .run_tx("found", |tx| {
            Box::pin(async move {
                for certificate in made.iter().flat_map(|one| &one.above) {
                    certificates::put(tx, &kept(certificate)).await?;
                }
                for row in rows {
                    authorities::add(tx, row).await?;
                }
                for one in issued {
                    issued_certificates::add(tx, one).await?;
                }
                if let Some(owner) = owner {
                    record::note(tx, owner.operator, ecosystem, "FoundCa", &owner.party.to_string()).await?;
                }
                Ok(())
            })
        })
        .await
}

/// Records the certificates of these authorities where an earlier version did not.
pub(super) async fn record_missing(ecosystem: &Ecosystem, rows: &[Row]) -> Result<(), ServiceError> {
    let mut missing = Vec::new();
    let mut reader = ecosystem.store().read().await?;
    for row in rows {
        let known = issued_certificates::by_fingerprint(&mut reader, &row.certificate.fingerprint).await?;
        if known.is_none() && row.certificate.fingerprint != row.root_fingerprint {
            let issuer = row.chain.first().unwrap_or(&row.root_fingerprint);
            let issuer = certificates::get(&mut reader, issuer).await?;
            let issuer = issuer.ok_or_else(|| ServiceError::internal("the issuer of an authority is not stored"))?;
            let certificate = chains::kept(&row.certificate)?;
            let profile = profile_of(row.kind).in_version(certificate.public_key().algorithm().version());
            missing.push(record(ecosystem, &certificate, &chains::kept(&issuer)?, profile));
        }
    }
    drop(reader);
    let missing = &missing;
    ecosystem
        .store()
        .run_tx("record authorities", |tx| {
            Box::pin(async move {
                for one in missing {
                    issued_certificates::add(tx, one).await?;
                }
                Ok(())
            })
        })
        .await
}

fn record(
    ecosystem: &Ecosystem,
    certificate: &Certificate,
    issuer: &Certificate,
    profile: &'static Profile,
) -> IssuedCertificate {
    let subject_key = certificate.common_name().unwrap_or_default();
    Issued { certificate, issuer, profile, subject_key, party: None }.row(ecosystem.now())
}

fn profile_of(kind: AuthorityKind) -> &'static Profile {
    match kind {
        AuthorityKind::V2gRoot => &profile::V2G_ROOT,
        AuthorityKind::EmspRoot => &profile::EMSP_ROOT,
        AuthorityKind::OemRoot => &profile::OEM_ROOT,
        AuthorityKind::CpsSubCa1 => &profile::CPS_SUB_CA_1,
        AuthorityKind::CpsSubCa2 => &profile::CPS_SUB_CA_2,
        AuthorityKind::CpsSigner => &profile::CPS,
        AuthorityKind::EmspSubCa1 => &profile::EMSP_SUB_CA_1,
        AuthorityKind::EmspIssuing => &profile::EMSP_SUB_CA_2,
        AuthorityKind::CpoSubCa1 => &profile::CPO_SUB_CA_1,
        AuthorityKind::CpoIssuing => &profile::CPO_SUB_CA_2,
        AuthorityKind::OemSubCa1 => &profile::OEM_SUB_CA_1,
        AuthorityKind::OemIssuing => &profile::OEM_SUB_CA_2,
    }
}

fn kept(certificate: &Certificate) -> CaCertificate {
    CaCertificate { fingerprint: certificate.fingerprint(), der: certificate.der().to_vec() }
}
