//! With hashes alone, as a charging station sends them that has checked the chain itself: signatures and dates cannot be
//! looked at here, and the answer says so.

use opnc_messages::ids::Emaid;
use opnc_messages::trust::{
    AuthorizeContractRes, CertificateHashData, CertificateStatus, ContractState, RevocationState,
};
use opnc_pki::certificate::Certificate;
use opnc_pki::chain::{Known, Purpose, Work};
use opnc_pki::resolve::{Pool, resolve_ca};
use opnc_store::issued_certificates::{self, IssuedCertificate};
use opnc_store::{authorities, cancelled_contracts, contracts};

use super::super::known;
use super::{answer, cancelled, contract, name, refuse, revocation};
use crate::anchors::TrustAnchors;
use crate::revocation_check::{self, Mode, Told, Verdict};
use crate::{Ecosystem, ServiceError};

/// How many contracts of one serial number are compared; issuers count for themselves.
const MOST_OF_ONE: u32 = 8;
/// How many CAs are looked for above an issuer.
const MOST_ABOVE: usize = 3;

pub(super) async fn authorize(
    ecosystem: &Ecosystem,
    hashed: &[CertificateHashData],
    said: Option<&Emaid>,
) -> Result<AuthorizeContractRes, ServiceError> {
    let (now, anchors) = (ecosystem.now(), ecosystem.trust_anchors().await?);
    let not_checked = ["signature", "dates"].map(str::to_owned).to_vec();
    let mut answer = AuthorizeContractRes { not_checked, ..answer() };
    let mut all = Vec::with_capacity(hashed.len());
    for one in hashed {
        all.push(look_up(ecosystem, &anchors, one).await?);
    }
    // The contract's is the first; where it is known which is a contract's, that one.
    let position = all.iter().position(Facts::is_contract).unwrap_or_default();
    let Some(leaf) = all.get(position) else { return Ok(answer) };
    answer.contract = leaf.contract;
    answer.revocation = revocation(all.iter().map(|facts| &facts.told));
    if answer.revocation != RevocationState::Good && answer.revocation != RevocationState::Revoked {
        answer.not_checked.push("revocation".to_owned());
    }
    name(&mut answer, leaf.emaid.clone(), said);
    answer.provider_id = answer.provider_id.or_else(|| leaf.provider.clone());
    if answer.reason.is_some() {
        return Ok(answer);
    }
    let has_ended = leaf.contract == ContractState::Cancelled;
    let revoked = all.iter().find(|facts| matches!(facts.told, Told::Verdict(Verdict::Revoked { .. })));
    let untold = || all.iter().find(|facts| matches!(facts.told, Told::Nothing(_)));
    if has_ended && revoked.is_none_or(|facts| contract::is_end_of_contract(&facts.told)) {
        let words = leaf.provider.as_ref().map_or_else(|| "the contract has ended".to_owned(), cancelled);
        refuse(&mut answer, CertificateStatus::ContractCancelled, words);
    } else if let Some(Facts { told: Told::Verdict(Verdict::Revoked { at, .. }), serial, .. }) = revoked {
        let reason = format!("the certificate with the serial number {serial} was revoked on {at:.0}");
        refuse(&mut answer, CertificateStatus::CertificateRevoked, reason);
    } else if leaf.issuer.is_none() {
        let reason = "no CA is known whose name and key have these hashes: send the certificates themselves";
        refuse(&mut answer, CertificateStatus::CertChainError, reason);
    } else if let Some(reason) = untrusted(ecosystem, &anchors, leaf).await? {
        refuse(&mut answer, CertificateStatus::CertChainError, reason);
    } else if leaf.never_issued {
        let reason = "the CA with these hashes is ours, and never issued this serial number";
        refuse(&mut answer, CertificateStatus::NoCertificateAvailable, reason);
    } else if let Some(end) = leaf.not_after.filter(|end| *end < now) {
        refuse(&mut answer, CertificateStatus::CertificateExpired, format!("the certificate expired on {end:.0}"));
    } else if let Some(facts) = untold().filter(|_| ecosystem.policy().revocation.trust == Mode::Require) {
        let Told::Nothing(why) = &facts.told else { return Ok(answer) };
        let reason = format!("nobody tells whether {} is revoked ({why})", facts.serial);
        refuse(&mut answer, CertificateStatus::CertChainError, reason);
    } else if leaf.contract == ContractState::Replaced {
        answer.warnings.push("the contract has a newer certificate than the one presented".to_owned());
    }
    Ok(answer)
}

/// What is known of a certificate by its hashes.
struct Facts {
    serial: String,
    issuer: Option<Certificate>,
    told: Told,
    /// The issuer is ours and knows nothing of it.
    never_issued: bool,
    contract: ContractState,
    emaid: Option<Emaid>,
    provider: Option<opnc_messages::ids::ProviderId>,
    not_after: Option<jiff::Timestamp>,
}

impl Facts {
    fn is_contract(&self) -> bool {
        self.contract != ContractState::Unknown || self.emaid.is_some()
    }
}

async fn look_up(
    ecosystem: &Ecosystem,
    anchors: &TrustAnchors,
    hashed: &CertificateHashData,
) -> Result<Facts, ServiceError> {
    let (algorithm, serial) = (hashed.hash_algorithm, hashed.serial_number.to_string());
    let is_issuer = |name: &[u8]| known::hash(algorithm, name) == hashed.issuer_name_hash;
    let hashes = (hashed.issuer_name_hash.as_slice(), hashed.issuer_key_hash.as_slice());
    let issuer = known::by_hashes(ecosystem, anchors, algorithm, hashes).await?;
    let mut facts = Facts {
        serial: serial.clone(),
        issuer,
        told: Told::NotAsked,
        never_issued: false,
        contract: ContractState::Unknown,
        emaid: None,
        provider: None,
        not_after: None,
    };
    let (own, is_own) = {
        let mut reader = ecosystem.store().read().await?;
        for contract in contracts::by_serial(&mut reader, &serial, MOST_OF_ONE).await? {
            let leaf = Certificate::from_der(&contract.leaf).map_err(ServiceError::internal)?;
            let signed = facts.issuer.as_ref().is_none_or(|ca| leaf.verify_signature(ca.public_key()).is_ok());
            if is_issuer(leaf.issuer().der()) && signed {
                facts.contract = ContractState::Active;
                facts.not_after = Some(leaf.not_after());
                facts.provider = Some(contract.emaid.provider_id());
                facts.emaid = Some(contract.emaid);
                break;
            }
        }
        if facts.contract == ContractState::Unknown {
            let gone = cancelled_contracts::by_serial(&mut reader, &serial, MOST_OF_ONE).await?;
            if let Some(gone) = gone.into_iter().find(|gone| is_issuer(&gone.issuer)) {
                facts.contract = if gone.ended { ContractState::Cancelled } else { ContractState::Replaced };
                facts.not_after = Some(gone.not_after);
                facts.provider = Some(gone.provider);
            }
        }
        own(&mut reader, facts.issuer.as_ref(), &serial).await?
    };
    facts.told = match (&own, &facts.issuer) {
        (Some(own), _) => Told::Verdict(own.revocation.map_or(Verdict::Good, |revocation| Verdict::Revoked {
            at: revocation.at,
            reason: Some(revocation.reason),
        })),
        (None, _) if is_own => Told::NotAsked,
        (None, Some(issuer)) => {
            let mode = ecosystem.policy().revocation.trust;
            let serial = hex::decode(&serial).unwrap_or_default();
            revocation_check::by_serial(ecosystem, mode, issuer, &serial, hashed.responder_url.as_ref()).await?
        }
        (None, None) => Told::NotAsked,
    };
    facts.never_issued = is_own && own.is_none() && facts.contract == ContractState::Unknown;
    if let Some(own) = own {
        facts.not_after = facts.not_after.or(Some(own.not_after));
        let is_contract = own.profile == opnc_pki::profile::CONTRACT.name;
        if is_contract && facts.emaid.is_none() {
            facts.emaid = Emaid::parse(&own.subject).ok();
            facts.provider = facts.provider.or_else(|| facts.emaid.as_ref().map(Emaid::provider_id));
        }
    }
    Ok(facts)
}

/// What our register has of it, and whether the issuer is one of our CAs.
async fn own(
    reader: &mut opnc_store::Reader,
    issuer: Option<&Certificate>,
    serial: &str,
) -> Result<(Option<IssuedCertificate>, bool), ServiceError> {
    let Some(issuer) = issuer.map(Certificate::fingerprint) else { return Ok((None, false)) };
    if let Some(own) = issued_certificates::find(reader, &issuer, serial).await? {
        return Ok((Some(own), true));
    }
    let ours = authorities::list(reader).await?;
    Ok((None, ours.iter().any(|authority| authority.certificate.fingerprint == issuer)))
}

/// Why the issuer is none that is trusted for contracts; `None` when it is.
async fn untrusted(
    ecosystem: &Ecosystem,
    anchors: &TrustAnchors,
    leaf: &Facts,
) -> Result<Option<String>, ServiceError> {
    let Some(issuer) = &leaf.issuer else { return Ok(None) };
    let mut above = Vec::new();
    let mut top = vec![issuer.clone()];
    for _ in 0..MOST_ABOVE {
        let mut found = known::issuers_of(ecosystem, anchors, &top).await?;
        found.retain(|one| !above.contains(one));
        if found.is_empty() {
            break;
        }
        above.extend(found.iter().cloned());
        top = found;
    }
    let pool = Pool { anchors: anchors.of(Purpose::Contract), known: &Known::new(above), barred: &[] };
    let found = resolve_ca(issuer, &pool, Purpose::Contract, ecosystem.now(), &mut Work::default());
    Ok(found.err().map(|error| format!("the CA with these hashes is not trusted for contracts: {error}")))
}
