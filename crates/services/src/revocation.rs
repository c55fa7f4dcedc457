//! Revocation: the one way to revoke what our CAs issued, with all that follows from it.

use opnc_messages::Role;
use opnc_messages::event::EventKind;
use opnc_messages::ids::{Emaid, Pcid};
use opnc_messages::operation::Operation;
use opnc_messages::pki::{RevocationReason, RevokeCertificateReq};
use opnc_pki::certificate::Certificate;
use opnc_pki::profile::{self, Profile};
use opnc_store::contracts::{self, Contract};
use opnc_store::issued_certificates::{self, IssuedCertificate, Revocation};
use opnc_store::{Tx, authorities, provisioning};

use crate::{Caller, Ecosystem, ServiceError, pcp, record};

/// RevokeCert: a party takes back one of its own certificates. Repeating it changes nothing and is no error.
///
/// # Errors
/// [`ServiceError::Invalid`] when it is no certificate of ours, [`ServiceError::Forbidden`] when it is another party's, or
/// that of a CA.
pub async fn revoke_certificate(
    caller: &Caller,
    ecosystem: &Ecosystem,
    request: &RevokeCertificateReq,
) -> Result<(), ServiceError> {
    let certificate = Certificate::from_der(request.certificate.as_bytes())
        .map_err(|error| ServiceError::invalid(format!("certificate : {error}")))?;
    let issued = {
        let mut reader = ecosystem.store().read().await?;
        issued_certificates::by_fingerprint(&mut reader, &certificate.fingerprint()).await?
    };
    let issued = issued.ok_or_else(|| {
        ServiceError::invalid("certificate : was not issued here; only the CA that issued a certificate can revoke it")
    })?;
    if issued.party_id != Some(caller.party) {
        return Err(ServiceError::Forbidden("This certificate was not issued to the calling party.".to_owned()));
    }
    let (issued, reason) = (&issued, request.revocation_reason);
    ecosystem
        .store()
        .run_tx("revoke certificate", |tx| {
            Box::pin(async move { revoke(tx, caller, ecosystem, issued, reason).await.map(drop) })
        })
        .await
}

/// Revokes any certificate of ours, a CA's too: the operator's right.
///
/// # Errors
/// [`ServiceError::Forbidden`] for anybody but an admin.
pub async fn revoke_by_operator(
    caller: &Caller,
    ecosystem: &Ecosystem,
    issued: &IssuedCertificate,
    reason: RevocationReason,
) -> Result<bool, ServiceError> {
    if caller.role != Role::Admin {
        return Err(ServiceError::Forbidden("Only the operator revokes what was issued to others.".to_owned()));
    }
    ecosystem
        .store()
        .run_tx("revoke certificate", |tx| Box::pin(async move { revoke(tx, caller, ecosystem, issued, reason).await }))
        .await
}

/// Revokes a certificate in the caller's transaction, with audit row, events and consequences; `false`: it was revoked
/// before, and nothing is done.
pub(crate) async fn revoke(
    tx: &mut Tx<'_>,
    caller: &Caller,
    ecosystem: &Ecosystem,
    issued: &IssuedCertificate,
    reason: RevocationReason,
) -> Result<bool, ServiceError> {
    if !mark(tx, caller, ecosystem, issued, reason).await? {
        return Ok(false);
    }
    let is = |profile: &Profile| issued.profile == profile.name;
    if is(&profile::CONTRACT) {
        withdraw_contract(tx, caller, ecosystem, issued).await?;
    } else if is(&profile::PROVISIONING) {
        withdraw_car(tx, caller, ecosystem, issued).await?;
    } else {
        stop_authorities(tx, issued).await?;
    }
    Ok(true)
}

/// Revokes the certificates of contracts that have left the pool, as far as our own eMSP CA issued them.
pub(crate) async fn revoke_contracts(
    tx: &mut Tx<'_>,
    caller: &Caller,
    ecosystem: &Ecosystem,
    gone: &[Contract],
    reason: RevocationReason,
) -> Result<(), ServiceError> {
    for contract in gone.iter().filter(|contract| contract.own_ca) {
        if let Some(issued) = issued_certificates::by_fingerprint(tx, &contract.leaf_fingerprint).await? {
            mark(tx, caller, ecosystem, &issued, reason).await?;
        }
    }
    Ok(())
}

/// The row and its line in the audit log.
async fn mark(
    tx: &mut Tx<'_>,
    caller: &Caller,
    ecosystem: &Ecosystem,
    issued: &IssuedCertificate,
    reason: RevocationReason,
) -> Result<bool, ServiceError> {
    let revocation = Revocation { at: ecosystem.now(), reason };
    let revoked = issued_certificates::revoke(tx, &issued.issuer_fingerprint, &issued.serial, revocation).await?;
    if revoked {
        record::note(tx, caller, ecosystem, Operation::RevokeCert, &issued.fingerprint.to_string()).await?;
    }
    Ok(revoked)
}

/// A contract without a valid certificate is none: its contract data leave the pool.
async fn withdraw_contract(
    tx: &mut Tx<'_>,
    caller: &Caller,
    ecosystem: &Ecosystem,
    issued: &IssuedCertificate,
) -> Result<(), ServiceError> {
    let Ok(emaid) = Emaid::parse(&issued.subject) else { return Ok(()) };
    let mut gone = contracts::of_emaid(tx, &emaid).await?;
    gone.retain(|contract| contract.leaf_fingerprint == issued.fingerprint);
    for contract in contracts::delete(tx, gone, ecosystem.now()).await? {
        record::tell_contract(tx, caller, ecosystem, EventKind::ContractDeleted, &contract).await?;
    }
    Ok(())
}

/// A car without a valid provisioning certificate leaves the pool, and its contracts with it.
async fn withdraw_car(
    tx: &mut Tx<'_>,
    caller: &Caller,
    ecosystem: &Ecosystem,
    issued: &IssuedCertificate,
) -> Result<(), ServiceError> {
    let Ok(pcid) = Pcid::parse(&issued.subject) else { return Ok(()) };
    let published = provisioning::find(tx, &pcid, issued.iso).await?;
    if published.is_some_and(|car| car.pcid == pcid && car.leaf == issued.der) {
        let gone = pcp::remove(tx, caller, ecosystem, &pcid, Some(issued.iso), Operation::RevokeCert).await?;
        let gone = gone.unwrap_or_default();
        revoke_contracts(tx, caller, ecosystem, &gone, RevocationReason::CessationOfOperation).await?;
    }
    Ok(())
}

/// A CA or CPS whose certificate is revoked signs no longer, nor does anything of ours below it.
async fn stop_authorities(tx: &mut Tx<'_>, issued: &IssuedCertificate) -> Result<(), ServiceError> {
    for authority in authorities::list(tx).await? {
        let own = authority.certificate.fingerprint == issued.fingerprint;
        if authority.active && (own || authority.chain.contains(&issued.fingerprint)) {
            authorities::set_active(tx, authority.id, false).await?;
        }
    }
    Ok(())
}
