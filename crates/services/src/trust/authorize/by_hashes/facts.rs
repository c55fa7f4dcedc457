//! What is known of a certificate by its hashes: in our register, in the contract certificate pool, and by others.

use jiff::Timestamp;
use opnc_messages::ids::{Emaid, ProviderId};
use opnc_messages::trust::{CertificateHashData, ContractState};
use opnc_pki::certificate::Certificate;
use opnc_pki::profile::CONTRACT;
use opnc_store::contracts::Contract;
use opnc_store::issued_certificates::{self, IssuedCertificate};
use opnc_store::{Reader, cancelled_contracts, contracts};

use super::super::super::known::{self, Issuers};
use crate::anchors::TrustAnchors;
use crate::revocation_check::{self, Told, Verdict};
use crate::{Caller, Ecosystem, ServiceError};

/// How many contracts of one serial number are compared; issuers count for themselves.
const MOST_OF_ONE: u32 = 64;

/// What is known of it.
pub(super) struct Facts {
    pub(super) serial: String,
    /// The CA of this name and key, once for each of its certificates.
    pub(super) issuers: Vec<Certificate>,
    pub(super) told: Told,
    pub(super) kind: Kind,
    pub(super) contract: ContractState,
    pub(super) emaid: Option<Emaid>,
    pub(super) provider: Option<ProviderId>,
    pub(super) not_after: Option<Timestamp>,
    /// More contracts have this serial number than were compared.
    pub(super) too_many: bool,
}

/// What kind of certificate it is, as our own register says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// No CA of ours is its issuer: nobody here knows.
    Foreign,
    /// A contract certificate.
    Contract,
    /// One of another profile.
    Other(String),
    /// The issuer is ours and knows nothing of it.
    NeverIssued,
}

impl Facts {
    pub(super) fn is_contract(&self) -> bool {
        self.contract != ContractState::Unknown || self.emaid.is_some()
    }
}

pub(super) async fn look_up(
    caller: &Caller,
    ecosystem: &Ecosystem,
    anchors: &TrustAnchors,
    hashed: &CertificateHashData,
) -> Result<Facts, ServiceError> {
    let serial = hashed.serial_number.to_string();
    let hashes = (hashed.issuer_name_hash.as_slice(), hashed.issuer_key_hash.as_slice());
    let Issuers { certificates: issuers, ours } =
        known::by_hashes(ecosystem, anchors, hashed.hash_algorithm, hashes).await?;
    let mut facts = Facts {
        told: Told::NotAsked,
        kind: Kind::Foreign,
        contract: ContractState::Unknown,
        emaid: None,
        provider: None,
        not_after: None,
        too_many: false,
        serial,
        issuers,
    };
    let (own, kept) = {
        let mut reader = ecosystem.store().read().await?;
        let kept = in_pool(&mut reader, hashed, &mut facts).await?;
        let mut own = None;
        for authority in &ours {
            own = own.or(issued_certificates::find(&mut reader, authority, &facts.serial).await?);
        }
        (own, kept)
    };
    facts.kind = kind(&facts, own.as_ref(), !ours.is_empty());
    facts.told = match (&own, facts.issuers.first()) {
        (Some(own), _) => Told::Verdict(own.revocation.map_or(Verdict::Good, |revocation| Verdict::Revoked {
            at: revocation.at,
            reason: Some(revocation.reason),
        })),
        (None, Some(issuer)) if ours.is_empty() => {
            let mode = ecosystem.policy().revocation.trust;
            match kept.filter(names_somebody) {
                // Who tells, the certificate says that the pool has.
                Some(leaf) => revocation_check::one(ecosystem, anchors, mode, &leaf, &facts.issuers).await?,
                None => {
                    let serial = hex::decode(&facts.serial).unwrap_or_default();
                    let url = hashed.responder_url.as_deref();
                    revocation_check::by_serial(caller, ecosystem, mode, issuer, &serial, url).await?
                }
            }
        }
        _ => Told::NotAsked,
    };
    if let Some(own) = own {
        facts.not_after = facts.not_after.or(Some(own.not_after));
        if facts.kind == Kind::Contract && facts.emaid.is_none() {
            facts.emaid = Emaid::parse(&own.subject).ok();
            facts.provider = facts.provider.or_else(|| facts.emaid.as_ref().map(Emaid::provider_id));
        }
    }
    Ok(facts)
}

/// What our register has it for.
fn kind(facts: &Facts, own: Option<&IssuedCertificate>, is_own: bool) -> Kind {
    // A root has its own serial number below itself, and no row: nobody issued it.
    let is_serial = |ca: &Certificate| hex::encode(ca.serial()) == facts.serial;
    if facts.issuers.iter().any(|ca| ca.is_self_issued() && is_serial(ca)) {
        return Kind::Other("root CA certificate".to_owned());
    }
    match own {
        Some(own) if own.profile == CONTRACT.name => Kind::Contract,
        Some(own) => Kind::Other(own.profile.clone()),
        None if is_own && facts.contract == ContractState::Unknown => Kind::NeverIssued,
        None => Kind::Foreign,
    }
}

fn names_somebody(certificate: &Certificate) -> bool {
    !certificate.ocsp_urls().is_empty() || !certificate.crl_urls().is_empty()
}

/// What the contract certificate pool has: the contract itself, which gives its certificate, or what is left of it.
async fn in_pool(
    reader: &mut Reader,
    hashed: &CertificateHashData,
    facts: &mut Facts,
) -> Result<Option<Certificate>, ServiceError> {
    let with_serial = contracts::by_serial(reader, &facts.serial, MOST_OF_ONE).await?;
    facts.too_many = with_serial.len() >= MOST_OF_ONE as usize;
    for Contract { leaf, emaid, .. } in with_serial {
        let leaf = Certificate::from_der(&leaf).map_err(ServiceError::internal)?;
        let is_issuer = known::hash(hashed.hash_algorithm, leaf.issuer().der()) == hashed.issuer_name_hash;
        let has_signed = |ca: &Certificate| leaf.verify_signature(ca.public_key()).is_ok();
        if is_issuer && facts.issuers.first().is_some_and(has_signed) {
            facts.contract = ContractState::Active;
            facts.not_after = Some(leaf.not_after());
            facts.provider = Some(emaid.provider_id());
            facts.emaid = Some(emaid);
            facts.too_many = false;
            return Ok(Some(leaf));
        }
    }
    let Some(issuer) = facts.issuers.first() else { return Ok(None) };
    if let Some(gone) = cancelled_contracts::by_serial(reader, issuer.subject().der(), &facts.serial).await? {
        facts.contract = if gone.ended { ContractState::Cancelled } else { ContractState::Replaced };
        facts.not_after = Some(gone.not_after);
        facts.provider = Some(gone.provider);
    }
    Ok(None)
}
