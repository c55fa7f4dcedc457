//! A peer comes in: a party with what makes it a peer.

use opnc_messages::Role;
use opnc_store::Tx;
use opnc_store::peers::{self as rows, Peer, PeerCertificate, PeerCredentials};
use zeroize::Zeroizing;

use super::access::{key_of, seal, secret_of};
use super::knowingly::{self, Knowingly};
use super::rules;
use crate::caller::Owned;
use crate::parties::{self, Credentials, NewParty};
use crate::{Caller, Ecosystem, ServiceError, record};

/// A peer that is to be added.
#[derive(Debug, Clone)]
pub struct NewPeer {
    /// A name for people.
    pub name: String,
    /// What stands before `/opnc/v1` there.
    pub base_url: String,
    /// Our client there. Without it and a certificate, it is not asked.
    pub own: Option<OwnCredentials>,
    /// The certificate that we show there.
    pub certificate: Option<OwnCertificate>,
    /// The services that are asked there.
    pub services: Vec<String>,
    /// The members that it may ask for.
    pub members: Owned,
    /// The roles it has when it names no member.
    pub speaks_as: Vec<Role>,
    /// What is sent to it as `broadcast` (F1).
    pub broadcast: bool,
    /// For how long it may take to answer.
    pub timeout_ms: u32,
    /// How many questions may be with it at the same time.
    pub most_calls: u32,
    /// What of it the operator has been told, and means.
    pub knowingly: Knowingly,
}

/// What we authenticate with at a peer.
#[derive(Debug, Clone)]
pub struct OwnCredentials {
    /// Our OAuth2 client id there.
    pub client_id: String,
    /// Our client secret there.
    pub client_secret: Zeroizing<String>,
    /// Where it issues tokens; `/oauth2/token` below its base URL when it is not said.
    pub token_url: Option<String>,
}

/// The certificate that we show to TLS servers of a peer, from its own PKI or one that it trusts.
#[derive(Debug, Clone)]
pub struct OwnCertificate {
    /// Certificates in PEM, ours first.
    pub chain: String,
    /// Its private key in PEM.
    pub key: Zeroizing<String>,
}

/// Adds a peer; what its operator is to be given, so that it can ask us.
///
/// # Errors
/// [`ServiceError::Forbidden`] to anybody but an admin, [`ServiceError::Invalid`] with everything that is wrong with it.
pub async fn add(caller: &Caller, ecosystem: &Ecosystem, new: NewPeer) -> Result<Credentials, ServiceError> {
    let credentials = prepare(caller, ecosystem, &new).await?;
    add_prepared(caller, ecosystem, new, &credentials).await?;
    Ok(credentials)
}

/// Credentials for a peer that can be added as it is. They are good when [`add_prepared`] has been called with them: who
/// shows the secret first does not make a peer whose secret nobody has seen.
///
/// # Errors
/// As for [`add`].
pub async fn prepare(caller: &Caller, ecosystem: &Ecosystem, new: &NewPeer) -> Result<Credentials, ServiceError> {
    parties::admin_only(caller)?;
    check(ecosystem, new)?;
    knowingly::refuse(&mut ecosystem.store().read().await?, ecosystem, new).await?;
    parties::prepare_sharing(caller, ecosystem, &party(new), new.knowingly.sharing()).await
}

/// Adds a peer with credentials that were made for it.
///
/// # Errors
/// As for [`add`]: another party may have been added meanwhile.
pub async fn add_prepared(
    caller: &Caller,
    ecosystem: &Ecosystem,
    new: NewPeer,
    credentials: &Credentials,
) -> Result<(), ServiceError> {
    parties::admin_only(caller)?;
    check(ecosystem, &new)?;
    let new = &new;
    ecosystem
        .store()
        .run_tx("add peer", |tx| Box::pin(async move { put(tx, caller, ecosystem, new, credentials).await }))
        .await
}

fn party(new: &NewPeer) -> NewParty {
    NewParty { name: new.name.clone(), role: Role::Peer, owned: new.members.clone() }
}

fn check(ecosystem: &Ecosystem, new: &NewPeer) -> Result<(), ServiceError> {
    let mut problems = rules::of_limits(new.timeout_ms, new.most_calls);
    problems.extend(rules::of_services(&new.services));
    problems.extend(rules::of_roles(&new.speaks_as));
    problems.extend(rules::of_access(ecosystem, &new.base_url, new.own.as_ref(), new.certificate.as_ref()));
    if problems.is_empty() { Ok(()) } else { Err(ServiceError::Invalid(problems)) }
}

/// Writes a peer, with its line in the audit log.
pub(super) async fn put(
    tx: &mut Tx<'_>,
    caller: &Caller,
    ecosystem: &Ecosystem,
    new: &NewPeer,
    credentials: &Credentials,
) -> Result<(), ServiceError> {
    let (id, now) = (credentials.party, ecosystem.now());
    let row = Peer {
        party_id: id,
        base_url: new.base_url.clone(),
        credentials: new.own.as_ref().map(|own| sealed(ecosystem, id, own)).transpose()?,
        certificate: new.certificate.as_ref().map(|own| sealed_certificate(ecosystem, id, own)).transpose()?,
        services: new.services.clone(),
        speaks_as: new.speaks_as.clone(),
        broadcast: new.broadcast,
        timeout_ms: new.timeout_ms,
        most_calls: new.most_calls,
        created_at: now,
        updated_at: now,
    };
    knowingly::refuse(tx, ecosystem, new).await?;
    parties::put(tx, &party(new), credentials, new.knowingly.sharing(), now).await?;
    rows::add(tx, &row).await?;
    record::note(tx, caller, ecosystem, "AddPeer", &id.to_string()).await
}

pub(super) fn sealed(
    ecosystem: &Ecosystem,
    peer: uuid::Uuid,
    own: &OwnCredentials,
) -> Result<PeerCredentials, ServiceError> {
    let sealed_secret = seal(ecosystem, &secret_of(peer), &own.client_secret)?;
    Ok(PeerCredentials { client_id: own.client_id.clone(), sealed_secret, token_url: own.token_url.clone() })
}

pub(super) fn sealed_certificate(
    ecosystem: &Ecosystem,
    peer: uuid::Uuid,
    own: &OwnCertificate,
) -> Result<PeerCertificate, ServiceError> {
    let sealed_key = seal(ecosystem, &key_of(peer), &own.key)?;
    Ok(PeerCertificate { chain: own.chain.clone(), sealed_key })
}
