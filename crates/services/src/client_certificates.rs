//! Certificates of TLS clients as credentials of parties.
//!
//! A certificate stands for a party in one of two ways: it lies below a CA of the operator's own PKI for parties and has a
//! client id as its common name, or it was pinned to the party by its fingerprint. What a charger, car or contract has is
//! no credential of its operator, in whatever way it would come to stand for one.

use opnc_messages::Role;
use opnc_messages::ids::Fingerprint;
use opnc_messages::operation::Service;
use opnc_pki::Certificate;
use opnc_pki::certificate::{Outline, attribute};
use opnc_store::client_certificates::{self as rows, ClientCertificate};
use opnc_store::parties::PartyStatus;
use opnc_store::{authorities, credentials, parties};
use uuid::Uuid;

use crate::parties::scopes_of;
use crate::{Caller, Ecosystem, ServiceError, record};

/// Domain components of certificates of ISO 15118 (ISO 15118-2 Annex F).
const OF_ISO_15118: [&str; 6] = ["V2G", "CPO", "OEM", "MO", "CPS", "VEH"];

/// Whom a certificate stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certified {
    /// The party.
    pub party: Uuid,
    /// The client id in the certificate; `None` for a pinned one.
    pub client_id: Option<String>,
    /// The services the credential is good for.
    pub scopes: Vec<Service>,
}

/// Whom a certificate stands for, whose key the caller has shown to have; else why it stands for nobody, as the end of a
/// sentence. `below_party_ca` tells whether it lies below a CA of the PKI for parties.
///
/// # Errors
/// When the store fails.
pub async fn identify(
    ecosystem: &Ecosystem,
    leaf: &Outline,
    below_party_ca: bool,
) -> Result<Result<Certified, String>, ServiceError> {
    if !leaf.is_valid_at(ecosystem.now()) {
        return Ok(Err("it has expired, or is not valid yet".to_owned()));
    }
    if let Err(reason) = is_of_a_party(ecosystem, leaf).await? {
        return Ok(Err(reason));
    }
    let mut reader = ecosystem.store().read().await?;
    let (party, client) = if let Some(pinned) = rows::find(&mut reader, &leaf.fingerprint()).await? {
        (pinned.party_id, None)
    } else if below_party_ca {
        let client = match leaf.common_name() {
            Some(name) => credentials::find(&mut reader, name).await?,
            None => None,
        };
        let Some(client) = client else {
            return Ok(Err("its common name is no client id of a party".to_owned()));
        };
        (client.party_id, Some(client))
    } else {
        return Ok(Err("it is neither below a CA for parties nor registered for one".to_owned()));
    };
    let row = parties::find(&mut reader, party).await?.filter(|row| row.status == PartyStatus::Active);
    let Some(row) = row else { return Ok(Err("its party is disabled or gone".to_owned())) };
    let mut scopes = scopes_of(row.role);
    if let Some(limited) = client.as_ref().and_then(|client| client.scopes.as_ref()) {
        scopes.retain(|scope| limited.iter().any(|name| name == scope.as_str()));
    }
    Ok(Ok(Certified { party, client_id: client.map(|client| client.client_id), scopes }))
}

/// Makes a certificate a credential of a party.
///
/// # Errors
/// [`ServiceError::Forbidden`] to anybody but an admin, [`ServiceError::Invalid`] for a certificate that cannot be one or
/// is one already, [`ServiceError::NotFound`] without such a party.
pub async fn pin(caller: &Caller, ecosystem: &Ecosystem, party: Uuid, leaf: &Outline) -> Result<(), ServiceError> {
    admin_only(caller)?;
    if !leaf.is_valid_at(ecosystem.now()) {
        return Err(ServiceError::invalid("The certificate has expired, or is not valid yet."));
    }
    is_of_a_party(ecosystem, leaf)
        .await?
        .map_err(|reason| ServiceError::invalid(format!("Not this one: {reason}.")))?;
    if parties::find(&mut ecosystem.store().read().await?, party).await?.is_none() {
        return Err(ServiceError::NotFound("There is no such party.".to_owned()));
    }
    let row = ClientCertificate {
        fingerprint: leaf.fingerprint(),
        party_id: party,
        subject: leaf.subject().to_string(),
        not_after: leaf.not_after(),
        created_at: ecosystem.now(),
    };
    let row = &row;
    let added = ecosystem
        .store()
        .run_tx("pin certificate", |tx| {
            Box::pin(async move {
                let added = rows::add(tx, row).await?;
                if added {
                    record::note(tx, caller, ecosystem, "AddClientCertificate", &row.fingerprint.to_string()).await?;
                }
                Ok::<_, ServiceError>(added)
            })
        })
        .await;
    if added? {
        return Ok(());
    }
    let owner = rows::find(&mut ecosystem.store().read().await?, &leaf.fingerprint()).await?;
    match owner {
        Some(owner) if owner.party_id == party => Ok(()),
        _ => Err(ServiceError::invalid("The certificate is a credential of another party already.")),
    }
}

/// Takes a certificate from a party; it stands for nobody within five seconds.
///
/// # Errors
/// [`ServiceError::Forbidden`] to anybody but an admin, [`ServiceError::NotFound`] when the party has no such certificate.
pub async fn unpin(
    caller: &Caller,
    ecosystem: &Ecosystem,
    party: Uuid,
    fingerprint: Fingerprint,
) -> Result<(), ServiceError> {
    admin_only(caller)?;
    let fingerprint = &fingerprint;
    let removed = ecosystem
        .store()
        .run_tx("unpin certificate", |tx| {
            Box::pin(async move {
                let removed = rows::remove(tx, party, fingerprint).await?;
                if removed {
                    record::note(tx, caller, ecosystem, "RemoveClientCertificate", &fingerprint.to_string()).await?;
                }
                Ok::<_, ServiceError>(removed)
            })
        })
        .await;
    if removed? { Ok(()) } else { Err(ServiceError::NotFound("The party has no such certificate.".to_owned())) }
}

/// The certificates that are pinned to a party, the oldest first.
///
/// # Errors
/// [`ServiceError::Forbidden`] to anybody but an admin.
pub async fn of_party(
    caller: &Caller,
    ecosystem: &Ecosystem,
    party: Uuid,
) -> Result<Vec<ClientCertificate>, ServiceError> {
    admin_only(caller)?;
    Ok(rows::of_party(&mut ecosystem.store().read().await?, party).await?)
}

/// Whether the certificate can be one of a party at all: neither a CA of ours has issued it nor is it of ISO 15118.
async fn is_of_a_party(ecosystem: &Ecosystem, leaf: &Outline) -> Result<Result<(), String>, ServiceError> {
    let mut components = leaf.subject().all(attribute::DOMAIN_COMPONENT);
    if let Some(component) = components.find(|one| OF_ISO_15118.iter().any(|iso| iso.eq_ignore_ascii_case(one))) {
        return Ok(Err(format!("it is one of ISO 15118 (domain component {component}), and those are no credentials")));
    }
    let ours = authorities::list(&mut ecosystem.store().read().await?).await?;
    let issued_here = ours.iter().any(|authority| {
        Certificate::from_der(&authority.certificate.der)
            .is_ok_and(|certificate| certificate.subject() == leaf.issuer())
    });
    if issued_here {
        return Ok(Err(
            "a CA of this ecosystem issued it, and what chargers, cars and contracts have is no credential \
                       of their operator"
                .to_owned(),
        ));
    }
    Ok(Ok(()))
}

fn admin_only(caller: &Caller) -> Result<(), ServiceError> {
    if caller.role == Role::Admin {
        return Ok(());
    }
    Err(ServiceError::Forbidden(format!("The role {} may not change credentials.", caller.role)))
}
