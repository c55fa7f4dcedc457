//! Putting signed contract data into the pool: the one way in, for all who may.

use jiff::Timestamp;
use opnc_messages::event::EventKind;
use opnc_messages::ids::{Emaid, Fingerprint, Pcid};
use opnc_messages::operation::Operation;
use opnc_messages::{IsoVersion, texts};
use opnc_pki::certificate::Certificate;
use opnc_store::certificates::CaCertificate;
use opnc_store::contracts::{self, Contract, PutContract};
use opnc_store::{Reader, Tx, certificates, provisioning};

use crate::{Caller, Ecosystem, ServiceError, record};

/// Signed contract data that has passed every check.
pub(crate) struct Deposit<'a> {
    pub(crate) operation: Operation,
    pub(crate) emaid: &'a Emaid,
    pub(crate) pcid: &'a Pcid,
    pub(crate) version: IsoVersion,
    pub(crate) contract_leaf: &'a Certificate,
    /// The V2G root above the CPS that signed.
    pub(crate) cps_root: Fingerprint,
    /// When the first certificate of the CPS chain ends.
    pub(crate) cps_not_after: Timestamp,
    /// The whole `CertificateInstallationRes` in EXI.
    pub(crate) message: Vec<u8>,
    pub(crate) meta_data: Option<String>,
    pub(crate) subscription_url: Option<String>,
    /// The public key that the contract key is encrypted for, by its hash.
    pub(crate) provisioning_key_hash: [u8; 32],
    /// The sub CAs above the provisioning certificate, of a car that is published in another ecosystem: its request is
    /// checked with them later.
    pub(crate) published_elsewhere: Option<Vec<CaCertificate>>,
    /// Whether our own eMSP CA issued the contract certificate.
    pub(crate) own_ca: bool,
}

/// Stores contract data, replacing what the same EMAID had for the same generation and root; with its event.
///
/// # Errors
/// The official refusal when the EMAID belongs to another car; a refusal when the car is gone or has got another key
/// since it was looked up.
pub(crate) async fn put(
    tx: &mut Tx<'_>,
    caller: &Caller,
    ecosystem: &Ecosystem,
    deposit: &Deposit<'_>,
) -> Result<(), ServiceError> {
    match provisioning::find(tx, deposit.pcid, deposit.version).await? {
        Some(car) if car.pcid != *deposit.pcid => return Err(car_gone()),
        Some(car) if car.public_key_hash != deposit.provisioning_key_hash => return Err(car_has_other_key()),
        Some(_) => {}
        None if deposit.published_elsewhere.is_some() => {}
        None => return Err(car_gone()),
    }
    for certificate in deposit.published_elsewhere.iter().flatten() {
        certificates::put(tx, certificate).await?;
    }
    let chain = deposit.published_elsewhere.as_ref();
    let now = ecosystem.now();
    let row = Contract {
        id: ecosystem.new_id(),
        emaid: deposit.emaid.clone(),
        pcid: deposit.pcid.clone(),
        iso: deposit.version,
        cps_root: deposit.cps_root,
        leaf_fingerprint: deposit.contract_leaf.fingerprint(),
        leaf: deposit.contract_leaf.der().to_vec(),
        not_before: deposit.contract_leaf.not_before(),
        not_after: deposit.contract_leaf.not_after(),
        cps_not_after: deposit.cps_not_after,
        message: deposit.message.clone(),
        metadata: deposit.meta_data.clone(),
        subscription_url: deposit.subscription_url.clone(),
        provisioning_key_hash: deposit.provisioning_key_hash,
        provisioning_chain: chain.map(|chain| chain.iter().map(|certificate| certificate.fingerprint).collect()),
        own_ca: deposit.own_ca,
        party_id: caller.party,
        created_at: now,
        updated_at: now,
        delivered_at: None,
        is_default: false,
    };
    let kind = match contracts::put(tx, &row).await? {
        PutContract::Created => EventKind::ContractCreated,
        PutContract::Replaced => EventKind::ContractUpdated,
        PutContract::BoundToOther(_) => return Err(emaid_of_other_car()),
    };
    record::note(tx, caller, ecosystem, deposit.operation, row.emaid.contract_key()).await?;
    record::tell_contract(tx, caller, ecosystem, kind, &row).await
}

/// [`put`] in a transaction of its own.
pub(crate) async fn run(caller: &Caller, ecosystem: &Ecosystem, deposit: &Deposit<'_>) -> Result<(), ServiceError> {
    ecosystem
        .store()
        .run_tx("store contract data", |tx| Box::pin(async move { put(tx, caller, ecosystem, deposit).await }))
        .await
}

/// Refuses an EMAID that another car has, before the work of making contract data; [`put`] decides for good.
pub(crate) async fn check_car_of(reader: &mut Reader, emaid: &Emaid, pcid: &Pcid) -> Result<(), ServiceError> {
    let contracts = contracts::of_emaid(reader, emaid).await?;
    if contracts.iter().any(|contract| contract.pcid != *pcid) { Err(emaid_of_other_car()) } else { Ok(()) }
}

/// The refusal of an EMAID that is bound to another PCID, in the official words.
fn emaid_of_other_car() -> ServiceError {
    ServiceError::invalid(texts::EMAID_USED_BY_OTHER_PCID)
}

/// The refusal of contract data whose car was taken out of the pool while they were made.
fn car_gone() -> ServiceError {
    ServiceError::invalid(texts::PROVISIONING_CERTIFICATE_NOT_AVAILABLE)
}

/// The refusal of contract data that were made for a key that was replaced meanwhile: the car could not open them.
fn car_has_other_key() -> ServiceError {
    ServiceError::invalid("pcid : the car got another provisioning key meanwhile; make the contract data anew")
}
