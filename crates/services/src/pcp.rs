//! The Provisioning Certificate Pool: which cars there are, and how to encrypt for them.

mod foreign;

use std::collections::HashSet;

use jiff::Timestamp;
use opnc_messages::event::EventKind;
use opnc_messages::ids::{Pcid, SerialNumber, SubjectKeyId};
use opnc_messages::operation::Operation;
use opnc_messages::pcp::{GetProvisioningCertificateRes, ProvisioningCertificateData};
use opnc_messages::pki::RevocationReason;
use opnc_messages::{CertificateChain, CertificateDer, IsoVersion, Role, texts};
use opnc_pki::certificate::Certificate;
use opnc_pki::chain::{self, Purpose, ValidPath};
use opnc_pki::key::sha256;
use opnc_store::Tx;
use opnc_store::certificates::CaCertificate;
use opnc_store::contracts::{self, Contract};
use opnc_store::provisioning::{self, Provisioning};
use opnc_store::unchecked_cars::{self, UncheckedCar};
use uuid::Uuid;

pub(crate) use foreign::{car, check, refuse_revoked};

use crate::anchors::TrustAnchors;
use crate::chains::{self, Chain};
use crate::federation::{self, Answer, Question};
use crate::record::{self, Action};
use crate::revocation_check::{self, Finding, Mode};
use crate::{Caller, Ecosystem, ServiceError, access, revocation};

/// AddProvisioningCertificate: publishes a car, or replaces what is published under its PCID.
///
/// The checks in their order, the first failure being the answer: the WMI against the account, the dates from leaf
/// to root, whether anything is revoked, and the chain to a root of the pool.
///
/// # Errors
/// [`ServiceError::Invalid`] with what is wrong with the chain, [`ServiceError::Forbidden`] for a foreign WMI.
pub async fn add(
    caller: &Caller,
    ecosystem: &Ecosystem,
    request: ProvisioningCertificateData,
) -> Result<(), ServiceError> {
    let chain = chains::read(&request.provisioning_certificate_chain, "vehicleCertificate", request.iso_version)?;
    let pcid = pcid_of(&chain.leaf)?;
    access::own_pcid(caller, Operation::AddProvisioningCertificate, &pcid)?;
    chain.version_mismatch(request.iso_version).map_or(Ok(()), |problem| Err(ServiceError::invalid(problem)))?;
    chain.check_dates(ecosystem.now())?;
    let unchecked = check_revocation(ecosystem, &chain).await?;
    let path = validate(ecosystem, &chain).await?;
    let row = &row(caller.party, ecosystem.now(), &pcid, &chain, &path, request)?;
    ecosystem
        .store()
        .run_tx("add provisioning certificate", |tx| {
            Box::pin(async move {
                let published = provisioning::of_pcid(tx, &row.pcid).await?;
                let before = published.iter().find(|one| one.pcid == row.pcid && one.iso == row.iso);
                provisioning::put(tx, row).await?;
                let mark = &UncheckedCar { pcid: row.pcid.clone(), iso: row.iso };
                if unchecked {
                    unchecked_cars::put(tx, mark, ecosystem.now()).await?;
                } else {
                    unchecked_cars::remove(tx, mark).await?;
                }
                record::note(tx, caller, ecosystem, Operation::AddProvisioningCertificate, row.pcid.key()).await?;
                if before.is_some_and(|before| before.public_key_hash != row.public_key_hash) {
                    // The contracts were encrypted for a key that the car no longer has.
                    let mut lost = contracts::of_car(tx, &row.pcid).await?;
                    lost.retain(|contract| contract.iso == row.iso);
                    let lost = contracts::delete(tx, lost, ecosystem.now()).await?;
                    tell_vehicle(tx, caller, ecosystem, EventKind::CarUpdated, &lost).await?;
                }
                Ok(())
            })
        })
        .await
}

/// GetProvisioningCertificate: the chain that contract data for this car must be encrypted with. Without a version, the
/// chains of all of them, the older generation of ISO 15118 first. A car that is not published here may be elsewhere.
///
/// # Errors
/// [`ServiceError::NotFound`] for an unknown car, or one that does not speak that version;
/// [`ServiceError::Forbidden`] for an OEM that asks for a foreign one.
pub async fn get(
    caller: &Caller,
    ecosystem: &Ecosystem,
    pcid: &Pcid,
    version: Option<IsoVersion>,
) -> Result<GetProvisioningCertificateRes, ServiceError> {
    access::own_pcid(caller, Operation::GetProvisioningCertificate, pcid)?;
    let question = || Ok(Question::Provisioning { pcid: pcid.clone(), version });
    let own = async { answer(&*ecosystem.trust_anchors().await?, find(caller, ecosystem, pcid, version).await?) };
    let take = |answer| match answer {
        Answer::Provisioning(found) => Some(*found),
        _ => None,
    };
    federation::first(caller, ecosystem, question, own, take).await
}

/// The chains of a car, one for each version that it speaks.
fn answer(anchors: &TrustAnchors, rows: Vec<Provisioning>) -> Result<GetProvisioningCertificateRes, ServiceError> {
    let mut all = rows.into_iter().map(|row| body(anchors, row)).collect::<Result<Vec<_>, _>>()?;
    let provisioning_certificate = all.first().cloned().ok_or_else(not_found)?;
    if all.len() == 1 {
        all.clear();
    }
    Ok(GetProvisioningCertificateRes { provisioning_certificate, all })
}

/// LookUpVehicle: whether a car is published, here or elsewhere, for this version of ISO 15118 or, when none is named, for any.
///
/// # Errors
/// As [`get`].
pub async fn look_up(
    caller: &Caller,
    ecosystem: &Ecosystem,
    pcid: &Pcid,
    version: Option<IsoVersion>,
) -> Result<(), ServiceError> {
    access::own_pcid(caller, Operation::LookUpVehicle, pcid)?;
    let question = || Ok(Question::Vehicle { pcid: pcid.clone(), version });
    let own = async { find(caller, ecosystem, pcid, version).await.map(drop) };
    let take = |answer| matches!(answer, Answer::Known).then_some(());
    federation::first(caller, ecosystem, question, own, take).await
}

/// DeleteProvisioningCertificate: takes a car out of the pool, and its contract data with it; when a version is named,
/// only what it has for that one. The certificates of its contracts that our own CA issued are revoked, unless
/// `skip_revocation`.
///
/// # Errors
/// [`ServiceError::NotFound`] for an unknown car, or one that does not speak that version;
/// [`ServiceError::Forbidden`] for a foreign one.
pub async fn delete(
    caller: &Caller,
    ecosystem: &Ecosystem,
    pcid: &Pcid,
    version: Option<IsoVersion>,
    skip_revocation: bool,
) -> Result<(), ServiceError> {
    access::own_pcid(caller, Operation::DeleteProvisioningCertificate, pcid)?;
    ecosystem
        .store()
        .run_tx("delete provisioning certificate", |tx| {
            Box::pin(async move {
                let action = Operation::DeleteProvisioningCertificate;
                let gone = remove(tx, caller, ecosystem, pcid, version, action).await?.ok_or_else(not_found)?;
                if skip_revocation {
                    return Ok(());
                }
                revocation::revoke_contracts(tx, caller, ecosystem, &gone, RevocationReason::CessationOfOperation).await
            })
        })
        .await
}

/// Takes a car out of the pool with its contract data, and tells of it; the contract data, if there was such a car.
pub(crate) async fn remove(
    tx: &mut Tx<'_>,
    caller: &Caller,
    ecosystem: &Ecosystem,
    pcid: &Pcid,
    version: Option<IsoVersion>,
    action: impl Into<Action>,
) -> Result<Option<Vec<Contract>>, ServiceError> {
    let Some(car) = provisioning::delete(tx, pcid, version).await?.into_iter().next() else { return Ok(None) };
    let mut lost = contracts::of_car(tx, &car.pcid).await?;
    lost.retain(|contract| version.is_none_or(|version| contract.iso == version));
    let lost = contracts::delete(tx, lost, ecosystem.now()).await?;
    record::note(tx, caller, ecosystem, action, car.pcid.key()).await?;
    tell_vehicle(tx, caller, ecosystem, EventKind::CarDeleted, &lost).await?;
    Ok(Some(lost))
}

/// Looks a car up, counting misses against those who guess.
async fn find(
    caller: &Caller,
    ecosystem: &Ecosystem,
    pcid: &Pcid,
    version: Option<IsoVersion>,
) -> Result<Vec<Provisioning>, ServiceError> {
    ecosystem.misses().check(caller, ecosystem.now())?;
    let mut reader = ecosystem.store().read().await?;
    let mut rows = provisioning::of_pcid(&mut reader, pcid).await?;
    rows.retain(|row| version.is_none_or(|version| row.iso == version));
    if rows.is_empty() {
        ecosystem.misses().note(caller, ecosystem.now());
        return Err(not_found());
    }
    Ok(rows)
}

fn not_found() -> ServiceError {
    ServiceError::NotFound(texts::PROVISIONING_CERTIFICATE_NOT_FOUND.to_owned())
}

/// The PCID in a provisioning certificate: its common name (I3).
pub(crate) fn pcid_of(leaf: &Certificate) -> Result<Pcid, ServiceError> {
    Pcid::parse(leaf.common_name().unwrap_or_default()).map_err(|error| ServiceError::invalid(error.to_string()))
}

/// Whether the car is to be looked at again, because nobody told whether its certificates are revoked.
async fn check_revocation(ecosystem: &Ecosystem, chain: &Chain) -> Result<bool, ServiceError> {
    let mode = ecosystem.policy().revocation.pcp;
    let anchors = ecosystem.trust_anchors().await?;
    let certificates: Vec<_> = std::iter::once(&chain.leaf).chain(&chain.sub_cas).cloned().collect();
    match (revocation_check::check(ecosystem, &anchors, mode, &certificates).await?, mode) {
        (Finding::Good, _) => Ok(false),
        (Finding::Revoked { name, at, .. }, _) => {
            Err(ServiceError::invalid(format!("The certificate \"{name}\" was revoked on {at}.")))
        }
        (Finding::Unanswered(why), Mode::Require) => {
            Err(ServiceError::invalid(format!("Nobody tells whether the certificates are revoked ({why}).")))
        }
        (Finding::Unanswered(_), _) => Ok(true),
    }
}

async fn validate(ecosystem: &Ecosystem, chain: &Chain) -> Result<ValidPath, ServiceError> {
    let anchors = ecosystem.trust_anchors().await?;
    chain::verify(&chain.leaf, &chain.sub_cas, &anchors.provisioning, Purpose::Provisioning, ecosystem.now())
        .map_err(|error| ServiceError::invalid(error.to_string()))
}

fn row(
    party: Uuid,
    now: Timestamp,
    pcid: &Pcid,
    chain: &Chain,
    path: &ValidPath,
    request: ProvisioningCertificateData,
) -> Result<Provisioning, ServiceError> {
    let mut from_root = path.sub_cas().iter().rev().map(kept);
    let Some(sub_ca1) = from_root.next() else {
        return Err(ServiceError::invalid(
            "subCa1Certificate : a provisioning certificate has one or two sub CAs above it",
        ));
    };
    Ok(Provisioning {
        pcid: pcid.clone(),
        iso: request.iso_version,
        public_key_hash: sha256(&chain.leaf.public_key().to_spki()),
        leaf: chain.leaf.der().to_vec(),
        sub_ca1,
        sub_ca2: from_root.next(),
        root_fingerprint: path.anchor().fingerprint(),
        v2g_root_akis: request.v2g_root_key_ids,
        previous_pcid: request.previous_pcid,
        metadata: None,
        party_id: party,
        not_before: chain.leaf.not_before(),
        not_after: chain.leaf.not_after(),
        created_at: now,
        updated_at: now,
    })
}

fn kept(certificate: &Certificate) -> CaCertificate {
    CaCertificate { fingerprint: certificate.fingerprint(), der: certificate.der().to_vec() }
}

/// Tells each eMSP with a contract on the car what happened to it; nobody when there is none (E9, E10). The OEM hears that
/// the contracts are gone, unless it is the one who did it.
pub(crate) async fn tell_vehicle(
    tx: &mut Tx<'_>,
    caller: &Caller,
    ecosystem: &Ecosystem,
    kind: EventKind,
    gone: &[Contract],
) -> Result<(), ServiceError> {
    let mut told = HashSet::new();
    for contract in gone {
        // Signed under several roots, it is one contract.
        if told.insert((contract.emaid.contract_key(), contract.iso)) {
            record::tell_contract(tx, caller, ecosystem, kind, contract).await?;
        }
    }
    if caller.role != Role::Oem {
        for contract in gone {
            record::tell_contract(tx, caller, ecosystem, EventKind::ContractDeleted, contract).await?;
        }
    }
    Ok(())
}

fn body(anchors: &TrustAnchors, row: Provisioning) -> Result<ProvisioningCertificateData, ServiceError> {
    let root = anchors.by_fingerprint.get(&row.root_fingerprint);
    let leaf = Certificate::from_der(&row.leaf).map_err(ServiceError::internal)?;
    Ok(ProvisioningCertificateData {
        provisioning_certificate_chain: CertificateChain {
            certificate: CertificateDer::from(row.leaf),
            sub_ca1: CertificateDer::from(row.sub_ca1.der),
            sub_ca2: row.sub_ca2.map(|ca| CertificateDer::from(ca.der)),
        },
        iso_version: row.iso,
        root_issuer_serial_number: root.map(|root| SerialNumber::from_bytes(root.serial())),
        v2g_root_key_ids: row.v2g_root_akis,
        root_authority_key_identifier: root.and_then(Certificate::subject_key_id).map(SubjectKeyId::from_bytes),
        fingerprint: Some(leaf.fingerprint()),
        previous_pcid: row.previous_pcid,
    })
}
