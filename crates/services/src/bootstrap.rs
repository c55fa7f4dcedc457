//! Founding an ecosystem: its own authorities, made once.

use opnc_pki::certificate::Certificate;
use opnc_pki::hierarchy::{Domain, Hierarchy};
use opnc_pki::issue::{Authority, Request, Validity};
use opnc_pki::key::{Algorithm, Signer};
use opnc_pki::profile;
use opnc_store::authorities::{self, Authority as Row, AuthorityKind};
use opnc_store::certificates::{self, CaCertificate};
use uuid::Uuid;

use crate::{Ecosystem, ServiceError};

/// Makes a V2G root and, below it, the CPS that signs contract data and the CAs that issue contract certificates for
/// eMSPs without a PKI. All keys come into the key store. Gives back the V2G root's certificate.
///
/// The CPS certificate is valid for `cps_days`, or as its profile says. The root is not trusted by this: an admin puts
/// it into the RCP like any other.
///
/// # Errors
/// When a key exists already (the ecosystem was founded before), or key store or database fail.
pub async fn found(
    ecosystem: &Ecosystem,
    organization: &str,
    cps_days: Option<u32>,
) -> Result<Certificate, ServiceError> {
    let made = make(ecosystem, organization, cps_days)?;
    let rows: Vec<Row> = made.iter().map(|one| row(ecosystem, one)).collect();
    let (made, rows) = (&made, &rows);
    ecosystem
        .store()
        .run_tx("found", |tx| {
            Box::pin(async move {
                for one in made {
                    for certificate in one.authority_chain() {
                        certificates::put(tx, &kept(certificate)).await?;
                    }
                }
                for row in rows {
                    authorities::add(tx, row).await?;
                }
                Ok::<_, ServiceError>(())
            })
        })
        .await?;
    made.first().map(|root| root.certificate.clone()).ok_or_else(|| ServiceError::internal("nothing was founded"))
}

/// A certificate of ours, the name of its key, and the certificates above it up to the root.
struct Made {
    kind: AuthorityKind,
    key_id: &'static str,
    certificate: Certificate,
    above: Vec<Certificate>,
}

impl Made {
    fn authority_chain(&self) -> impl Iterator<Item = &Certificate> {
        std::iter::once(&self.certificate).chain(&self.above)
    }
}

fn make(ecosystem: &Ecosystem, organization: &str, cps_days: Option<u32>) -> Result<Vec<Made>, ServiceError> {
    let (now, rng) = (ecosystem.now(), &mut ecosystem.rng());
    let root_profile = &profile::V2G_ROOT;
    let subject = root_profile.subject(&format!("{organization} V2G Root"), organization, None);
    let subject = subject.map_err(ServiceError::internal)?;
    let root_key = new_key(ecosystem, "v2g-root")?;
    let root = Authority::root(root_profile, subject, root_profile.validity_from(now), root_key, rng)
        .map_err(ServiceError::internal)?;

    let mut below = |domain, first, second| {
        let keys = [new_key(ecosystem, first)?, new_key(ecosystem, second)?];
        Hierarchy::below_with(root.clone(), domain, organization, keys, now, rng).map_err(ServiceError::internal)
    };
    let cps = below(Domain::Cps, "cps-sub-ca-1", "cps-sub-ca-2")?;
    let emsp = below(Domain::Emsp, "emsp-sub-ca-1", "emsp-sub-ca-2")?;

    let signer = new_key(ecosystem, "cps")?;
    let request = Request {
        profile: &profile::CPS,
        subject: profile::CPS
            .subject(&format!("{organization} CPS"), organization, None)
            .map_err(ServiceError::internal)?,
        public_key: signer.public_key().clone(),
        validity: Validity::days(now, cps_days.unwrap_or(profile::CPS.default_days)).within(cps.sub_ca_2.certificate()),
    };
    let cps_leaf = cps.sub_ca_2.issue(request, rng).map_err(ServiceError::internal)?;

    let ca = |kind, key_id, authority: &Authority| Made {
        kind,
        key_id,
        certificate: authority.certificate().clone(),
        above: authority.above().to_vec(),
    };
    Ok(vec![
        ca(AuthorityKind::V2gRoot, "v2g-root", &root),
        ca(AuthorityKind::CpsSubCa1, "cps-sub-ca-1", &cps.sub_ca_1),
        ca(AuthorityKind::CpsSubCa2, "cps-sub-ca-2", &cps.sub_ca_2),
        ca(AuthorityKind::EmspSubCa1, "emsp-sub-ca-1", &emsp.sub_ca_1),
        ca(AuthorityKind::EmspIssuing, "emsp-sub-ca-2", &emsp.sub_ca_2),
        Made { kind: AuthorityKind::CpsSigner, key_id: "cps", certificate: cps_leaf, above: cps.sub_ca_2.chain() },
    ])
}

fn new_key(ecosystem: &Ecosystem, id: &str) -> Result<Signer, ServiceError> {
    let keys = ecosystem.keys();
    keys.generate(id, Algorithm::Secp256r1).map_err(ServiceError::internal)?;
    Signer::stored(keys, id).map_err(ServiceError::internal)
}

fn row(ecosystem: &Ecosystem, made: &Made) -> Row {
    let (root, sub_cas) = match made.above.split_last() {
        Some((root, sub_cas)) => (root, sub_cas),
        None => (&made.certificate, [].as_slice()),
    };
    Row {
        id: ecosystem.new_id(),
        kind: made.kind,
        algorithm: made.certificate.public_key().algorithm().as_str().to_owned(),
        prefix: String::new(),
        key_id: made.key_id.to_owned(),
        certificate: kept(&made.certificate),
        chain: sub_cas.iter().map(Certificate::fingerprint).collect(),
        root_fingerprint: root.fingerprint(),
        party_id: None::<Uuid>,
        created_at: ecosystem.now(),
        active: true,
    }
}

fn kept(certificate: &Certificate) -> CaCertificate {
    CaCertificate { fingerprint: certificate.fingerprint(), der: certificate.der().to_vec() }
}
